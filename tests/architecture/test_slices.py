"""What DESIGN says of the files of a slice, as far as import-linter cannot say it."""

import ast
import configparser
import re
from collections import Counter
from itertools import pairwise

import pytest

from tests.architecture.sources import PACKAGES, ROOT, name_of, offenders, parsed, sources, text_of

# They compose what lies in their folder, which is all that they are for.
COMPOSING = {
    "backend/flows/demo/__init__.py",
    "backend/flows/invariants/__init__.py",
    "console/__init__.py",
    "miniapp_api/__init__.py",
}
MODULES = [
    *("canteen", "canteen.purchasing", "canteen.production", "canteen.food_safety"),
    *("meeting", "property", "feedback"),
]


def test_a_package_says_what_it_is_and_nothing_else():
    talking = {
        name_of(path)
        for path in sources(*PACKAGES)
        if path.name == "__init__.py" and any(not isinstance(each, ast.Expr) for each in parsed(path).body)
    }
    assert talking == COMPOSING


@pytest.mark.parametrize("module", MODULES)
def test_a_module_names_its_slices_from_the_lowest(module):
    """As import-linter has them: who reads the package's words knows who may import whom."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    contract = contracts[f"importlinter:contract:{module.rpartition('.')[2]}"]
    assert contract["containers"] == module
    levels = [re.findall(r"\w+", line) for line in reversed(contract["layers"].split("\n")) if line]
    words = text_of(ROOT / module.replace(".", "/") / "__init__.py")
    missing = [each for level in levels for each in level if f"`{each}`" not in words]
    assert missing == []
    named = [[words.index(f"`{each}`") for each in level] for level in levels]
    assert all(max(lower) < min(upper) for lower, upper in pairwise(named))


def test_rules_read_neither_the_database_nor_the_clock():
    impure = r"clock\.(now|today)\(|\bdb\.session|^from backend\.db import|import queries\b"
    assert offenders(impure, name="policies.py") == []


def test_wire_shapes_ask_nobody():
    asking = r"import (queries|services)\b|\bdb\.session|clock\.(now|today)\("
    assert offenders(asking, name="*schemas.py") == []


def test_reads_change_nothing():
    writing = r"(?<![.\w])(insert|update|delete)\(|session\.(add|add_all|delete|merge)\(|@atomic"
    assert offenders(writing, name="queries.py") == []


def test_an_operation_never_opens_a_unit_of_its_own():
    assert offenders(r"@atomic|\batomic\(|import .*\batomic\b", name="operations.py") == []


def test_what_nobody_uses_is_gone():
    """A public function or class that only tests name is a second product, which nobody asked for."""
    paths = sources(*PACKAGES)
    pages = [each for folder in PACKAGES for each in (ROOT / folder).rglob("*.html")]
    templates = [each for each in pages if "node_modules" not in each.parts]
    named = Counter(word for path in [*paths, *templates] for word in re.findall(r"\w+", text_of(path)))
    defined = r"(?<!\n)\n\n\n(?:def|class) ([A-Za-z]\w*)"  # What is decorated is named by its decorator.
    unused = [
        f"{name_of(path)} {name}"
        for path in paths
        if "versions" not in path.parts
        for name in re.findall(defined, text_of(path))
        if named[name] == 1
    ]
    assert unused == []

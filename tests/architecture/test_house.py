"""The rules of the house that import-linter cannot say."""

import ast
import re
import tomllib

import pytest

from tests.architecture.sources import PACKAGES, ROOT, name_of, offenders, parsed, sources, text_of


def test_only_the_unit_of_work_commits():
    assert offenders(r"\.(commit|begin|begin_nested)\(\)", allowed=["backend/db.py"]) == []


def test_only_the_clock_knows_the_time():
    pattern = r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\("
    assert offenders(pattern, allowed=["backend/clock.py"]) == []


def test_only_the_settings_read_the_environment():
    assert offenders(r"os\.environ|getenv", allowed=["backend/config.py", "backend/serve.py"]) == []


def test_schemas_take_their_fields_from_the_wire():
    pattern = r"from marshmallow import .*\bfields\b|marshmallow\.fields"
    assert offenders(pattern, allowed=["backend/wire.py"]) == []


def test_nothing_is_a_drawer_for_everything():
    names = {path.name for path in sources(*PACKAGES, "tests")}
    assert names & {"utils.py", "helpers.py", "common.py", "misc.py"} == set()


def test_no_file_hides_a_slice():
    long = {
        name_of(path): lines
        for path in sources(*PACKAGES, "benchmarks")
        if "migrations" not in path.parts and (lines := len(text_of(path).splitlines())) > 450
    }
    assert long == {}


def test_every_module_class_and_public_function_says_what_it_is_for():
    silent = []
    for path in sources(*PACKAGES, "benchmarks"):
        if "migrations/versions" in path.as_posix():
            continue
        tree = parsed(path)
        if not ast.get_docstring(tree) and text_of(path).strip():
            silent.append(name_of(path))
        for node in tree.body:
            is_definition = isinstance(node, ast.FunctionDef | ast.ClassDef)
            if is_definition and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert silent == []


def test_every_suppression_says_why():
    bare = r"(# noqa(: ?[A-Z0-9, ]+)?|# type: ignore(\[[a-z, -]+\])?|# pragma: no cover)\s*$"
    assert offenders(bare, folders=(*PACKAGES, "tests", "benchmarks")) == []


def test_no_test_fails_because_its_machine_is_slow():
    """How long something takes is measured in benchmarks, or asserted in the long run alone."""
    timed = r"^\s*assert (?!not soak).*\b(began|started|took)\b.*<"
    assert offenders(timed, folders=("tests",)) == []


def test_no_test_is_left_uncollected():
    """A function in a test file is a test, a fixture, or used by one."""
    lost = []
    for path in sources("tests"):
        if not path.name.startswith("test_"):
            continue
        text = text_of(path)
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
                is_fixture = any("fixture" in ast.unparse(each) for each in node.decorator_list)
                if not is_fixture and len(re.findall(rf"\b{node.name}\b", text)) < 2:
                    lost.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert lost == []


def test_test_files_have_names_that_pytest_collects():
    lost = [
        name_of(path)
        for path in sources("tests")
        if re.search(r"^def test_|^    def test_", text_of(path), re.M) and not path.name.startswith("test_")
    ]
    assert lost == []


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "console/package-lock.json",
        "miniapp/package-lock.json",
    ],
)
def test_a_lock_file_names_no_address(name):
    assert not re.search(r"https?://|index-url|find-links", (ROOT / name).read_text())


def test_every_package_is_in_the_explicit_list():
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    there = {
        name_of(path.parent).replace("/", ".") for path in sources(*PACKAGES) if path.name == "__init__.py"
    }
    assert listed == there


def test_every_setting_is_documented():
    config = (ROOT / "backend" / "config.py").read_text()
    named = set(re.findall(r'"((?:HOUQIN|WECHAT|WECOM|ZWDD|SMS)_[A-Z_]+|PORT|DATABASE_URL)"', config))
    assert named
    documented = (ROOT / "docs" / "operations.md").read_text()
    assert {name for name in named if f"`{name}`" not in documented} == set()


def test_every_refusal_is_in_the_catalogue():
    """Error codes are a contract: docs/api.md names each of them."""
    codes = set()
    for path in sources(*PACKAGES):
        codes |= set(re.findall(r'^    code = "([a-z_.]+)"', text_of(path), re.M))
    catalogue = (ROOT / "docs" / "api.md").read_text()
    assert {code for code in codes if f"`{code}`" not in catalogue} == set()

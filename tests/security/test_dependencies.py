"""What is installed is what the lock files say, byte for byte, under licences that let a bureau use it."""

import importlib.metadata
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# By SPDX, or as packages without it say. Each lets the program be used, changed and handed on.
FREE = {
    "MIT", "MIT License", "MIT-0", "MIT-CMU", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0",
    "Apache Software License", "PSF-2.0", "Python Software Foundation License", "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)",
}  # fmt: skip
# What asks for a thought, and the thought.
WEIGHED = {
    "psycopg": "LGPL-3.0-only: a library that is used as it is, and can be replaced",
    "psycopg-binary": "the same",
    "pyphen": "GPL, LGPL or MPL 1.1 at our choice: MPL",
}
# For other platforms than those of this house.
ELSEWHERE = {"brotlicffi", "colorama"}


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Each requirement of a lock file: its version, and how many hashes it may have."""
    text = (ROOT / name).read_text()
    found = {}
    for entry in re.split(r"\n(?=[A-Za-z])", text):
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?(.*)", entry)
        if match is None or entry.startswith("#"):
            continue
        version = re.match(r"==([^\s;\\]+)", match[2])
        found[match[1]] = (
            version[1] if version else "",
            len(re.findall(r"--hash=sha256:[0-9a-f]{64}", entry)),
        )
    return found


def licences(package: str) -> set[str]:
    """What a package says of its licence: by expression, else by classifiers, else in words."""
    about = importlib.metadata.metadata(package)
    expression = about.get("License-Expression")
    if expression:
        return set(re.split(r" (?:AND|OR) |[()]", expression)) - {""}
    named = [each for each in about.get_all("Classifier", []) if each.startswith("License ::")]
    said = {each.rpartition(" :: ")[2] for each in named} - {"OSI Approved"}
    return said or {about.get("License") or "unknown"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_one_version_with_its_hashes(name):
    found = locked(name)
    assert len(found) > 50
    loose = {package: given for package, given in found.items() if not given[0] or not given[1]}
    assert loose == {}


def test_every_licence_is_known_and_free():
    unknown = {
        package: licences(package)
        for package in locked("requirements.lock")
        if package not in ELSEWHERE | WEIGHED.keys()
    }
    assert {package: said for package, said in unknown.items() if not said or not said <= FREE} == {}


@pytest.mark.parametrize("folder", ["console", "miniapp"])
def test_packages_of_the_pages_are_locked_with_their_hashes(folder):
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    loose = [
        name
        for name, about in packages.items()
        if name and not about.get("link") and not (about.get("version") and about.get("integrity"))
    ]
    assert len(packages) > 3
    assert loose == []

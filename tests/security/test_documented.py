"""What docs/security.md names is there: files, folders and tests."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
TOP = ("backend/", "canteen/", "console/", "deploy/", "feedback/", "meeting/", "property/", "tests/")


def named():
    """Every path in backquotes, with the test after `::`."""
    for word in re.findall(r"`([^`\n]+)`", PAGE):
        if word.startswith(TOP) or word.endswith(".lock"):
            path, _, test = word.partition("::")
            yield path, test


def test_every_file_and_test_that_the_page_names_exists():
    missing = []
    for path, test in named():
        file = ROOT / path
        if not file.exists() or (test and f"def {test}(" not in file.read_text()):
            missing.append(f"{path}::{test}" if test else path)
    assert missing == []


def test_every_boundary_names_its_evidence():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "tests/" in line]
    assert len(rows) > 50
    assert len({path for path, _ in named() if path.startswith("tests/")}) > 40

"""The project's sources, as the rules of the house look at them."""

import ast
import re
import subprocess
from collections.abc import Collection
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("backend", "miniapp_api", "console", "canteen", "meeting", "property", "feedback")


@cache
def _tracked() -> list[str]:
    return subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip


def sources(*folders: str) -> list[Path]:
    """The Python files of these folders, without what git ignores."""
    return [ROOT / name for name in _tracked() if name.split("/")[0] in folders and (ROOT / name).exists()]


def text_of(path: Path) -> str:
    """What a file says."""
    return path.read_text()


def parsed(path: Path) -> ast.Module:
    """What a file says, as a tree."""
    return ast.parse(text_of(path))


def name_of(path: Path) -> str:
    """`canteen/menu/queries.py`."""
    return path.relative_to(ROOT).as_posix()


def offenders(
    pattern: str, *, allowed: Collection[str] = (), folders: Collection[str] = PACKAGES, name: str = "*"
) -> list[str]:
    """Lines of the sources that match, of files with such a name, but for those that may."""
    found = []
    for path in sources(*folders):
        if not path.match(name) or name_of(path).startswith(tuple(allowed) or ("\0",)):
            continue
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{name_of(path)}:{number}: {line.strip()}")
    return found

"""The score sheet that comes with the house, until the region's own takes its place."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from backend.actor import SYSTEM
from backend.scoresheets import parsing, services
from backend.scoresheets.policies import Content
from backend.scoresheets.services import Imported

CODE: Final = "canteen-food-waste"
VALID_FROM: Final = date(2026, 1, 1)
_FILE: Final = Path(__file__).with_name("default_sheet.toml")


@cache
def content() -> Content:
    """What the sheet says."""
    return parsing.content_of(_FILE.read_text(encoding="utf-8"))


def load() -> Imported:
    """Put it in force, unless a sheet of its code is there already."""
    return services.load(SYSTEM, content(), valid_from=VALID_FROM)

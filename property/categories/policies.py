"""Rules of the tree of categories. Pure functions."""

import re
from typing import Final

from property.categories.errors import CategoryCodeInvalid

LEVELS: Final = 3
LONGEST_NAME: Final = 40
LONGEST_HINT: Final = 200
LONGEST_SKILL: Final = 20
LONGEST_CODE: Final = 40
MOST_WARRANTY_DAYS: Final = 3650
MOST_SIBLINGS: Final = 100
_CODE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")


def ensure_code(code: str) -> None:
    """A code is a name for machines: lower case letters, digits and what separates them.

    Raises CategoryCodeInvalid.
    """
    if not _CODE.fullmatch(code):
        raise CategoryCodeInvalid

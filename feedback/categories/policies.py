"""Rules of the categories of demands. Pure functions."""

from collections.abc import Sequence
from typing import Final

LONGEST_NAME: Final = 40
LONGEST_HINT: Final = 200
LONGEST_CODE: Final = 40
LONGEST_WORD: Final = 20
MOST_WORDS: Final = 60
MOST_OF_A_KIND: Final = 60
WIDEST_RADIUS_M: Final = 2000


def tidy(words: Sequence[str]) -> list[str]:
    """The words without blanks around them, each once, in the order given."""
    return list(dict.fromkeys(word for each in words if (word := each.strip())))

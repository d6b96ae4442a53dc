"""How a notice fits WeCom's limits: pure functions.

Source: developer.work.weixin.qq.com, document 90236 (miniprogram_notice): title and description of 4 to 12
characters, at most 10 items, their keys of at most 10 and values of at most 30 characters.
"""

from collections.abc import Mapping
from typing import Final

MIN_TITLE: Final = 4
MAX_TITLE: Final = 12
MAX_DESCRIPTION: Final = 12
MAX_ITEMS: Final = 10
MAX_KEY: Final = 10
MAX_VALUE: Final = 30

_PAD: Final = "通知提醒"
_ELLIPSIS: Final = "…"
_NOTHING: Final = "—"


def shorten(text: str, most: int) -> str:
    """The text on one line in at most `most` characters; what is cut off leaves an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + _ELLIPSIS


def fit_title(title: str) -> str:
    """A title of 4 to 12 characters: a short one gets 通知 or 通知提醒 after it."""
    line = shorten(title, MAX_TITLE)
    if len(line) >= MIN_TITLE:
        return line
    return line + _PAD[:2] if len(line) + 2 >= MIN_TITLE else line + _PAD


def fit_description(description: str) -> str:
    """A description of 4 to 12 characters, or none: a shorter one says too little to be shown."""
    line = shorten(description, MAX_DESCRIPTION)
    return line if len(line) >= MIN_TITLE else ""


def fit_items(items: Mapping[str, str]) -> list[dict[str, str]]:
    """The first ten items that have a key, in WeCom's shape; an empty value is a dash."""
    named = [(shorten(key, MAX_KEY), shorten(value, MAX_VALUE)) for key, value in items.items()]
    return [{"key": key, "value": value or _NOTHING} for key, value in named if key][:MAX_ITEMS]

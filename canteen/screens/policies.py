"""The links of screens, and what is said on them."""

from datetime import date
from hmac import compare_digest
from typing import Final

from backend import vault

# 16 characters of a 256-bit signature: 96 bits, which nobody guesses.
KEY_LENGTH: Final = 16
BOWL_G: Final = 150  # A bowl of cooked rice, as canteens serve it.

REMINDERS: Final = (
    "吃多少、取多少，不够再添。",
    "胃口小可选半份，半份半价。",
    "光盘是对厨师最好的称赞。",
    "一粥一饭，当思来处不易。",
    "取餐前想一想，今天吃得下多少？",
    "节约粮食，从这一餐做起。",
)


def key_of(canteen_id: int, number: int) -> str:
    """What the `number`-th link of a canteen's screens bears."""
    return vault.sign("canteen screen", f"{canteen_id}/{number}".encode())[:KEY_LENGTH]


def is_key(key: str, canteen_id: int, number: int) -> bool:
    """Whether this is the key of the canteen's present link."""
    return compare_digest(key.encode(), key_of(canteen_id, number).encode())


def reminder(on_date: date) -> str:
    """The day's line; each has its turn."""
    return REMINDERS[on_date.toordinal() % len(REMINDERS)]


def bowls(grams: int) -> int:
    """How many bowls of rice weigh as much, half up."""
    return (grams * 2 + BOWL_G) // (2 * BOWL_G)

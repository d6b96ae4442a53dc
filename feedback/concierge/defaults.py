"""The services that the house begins with, from a file beside this module."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final

from feedback.concierge import fields
from feedback.concierge.fields import FormField

# Asked for by the board of found things, and by the frequent questions.
LOST_FOUND: Final = "lost_found"
ASK: Final = "ask"


@dataclass(frozen=True, slots=True)
class Standard:
    """A service of the file. `category` is the code of the category of demands it is filed under."""

    code: str
    name: str
    icon: str
    intro: str
    category: str
    hours: str
    open_limit: int
    words: tuple[str, ...]
    form: tuple[FormField, ...]
    position: int


def standards() -> list[Standard]:
    """The services of the file, in its order."""
    text = resources.files(__package__).joinpath("default_items.toml").read_text(encoding="utf-8")
    return [
        Standard(
            **{**said, "words": tuple(said["words"]), "form": fields.load(said["form"]), "position": position}
        )
        for position, said in enumerate(tomllib.loads(text)["item"], 1)
    ]

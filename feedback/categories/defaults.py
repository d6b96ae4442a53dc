"""The categories that the house begins with, from a file beside this module."""

import tomllib
from dataclasses import dataclass
from importlib import resources

from feedback.categories.models import Anonymity, DeadlineClass, Kind


@dataclass(frozen=True, slots=True)
class Standard:
    """A category of the file. `repair` is the code of property's category, "" for none."""

    kind: Kind
    code: str
    name: str
    position: int
    hint: str = ""
    words: tuple[str, ...] = ()
    anonymity: Anonymity = Anonymity.ALLOWED
    deadline: DeadlineClass = DeadlineClass.GENERAL
    radius_m: int = 50
    needs_photo: bool = False
    needs_place: bool = True
    is_wall_allowed: bool = True
    repair: str = ""


def standards() -> list[Standard]:
    """The categories of the file, in its order."""
    text = resources.files(__package__).joinpath("default_categories.toml").read_text(encoding="utf-8")
    return [
        Standard(
            **{
                **said,
                "kind": Kind(said["kind"]),
                "words": tuple(said.get("words", ())),
                "anonymity": Anonymity(said.get("anonymity", Anonymity.ALLOWED)),
                "deadline": DeadlineClass(said.get("deadline", DeadlineClass.GENERAL)),
                "position": position,
            }
        )
        for position, said in enumerate(tomllib.loads(text)["category"], 1)
    ]

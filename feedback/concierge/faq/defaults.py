"""The frequent questions that the house begins with, from a file beside this module."""

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Standard:
    """A question of the file."""

    section: str
    question: str
    answer: str
    words: tuple[str, ...]
    position: int


def standards() -> list[Standard]:
    """The questions of the file, in its order."""
    text = resources.files(__package__).joinpath("default_questions.toml").read_text(encoding="utf-8")
    return [
        Standard(**{**said, "words": tuple(said["words"]), "position": position})
        for position, said in enumerate(tomllib.loads(text)["entry"], 1)
    ]

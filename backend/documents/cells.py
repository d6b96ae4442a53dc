"""What one cell of an uploaded sheet may say: from its text to a value. Pure."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

YES: Final = "是"
NO: Final = "否"

E = TypeVar("E", bound=StrEnum)


class WrongCell(Exception):
    """A cell says what it may not; the sentence tells people how it should be."""


def text(most: int, *, is_needed: bool = False) -> Callable[[str], str]:
    """At most so many characters; `is_needed`: at least one."""

    def parse(said: str) -> str:
        if is_needed and not said:
            raise WrongCell("必填")
        if len(said) > most:
            raise WrongCell(f"不能超过 {most} 个字符")
        return said

    return parse


def choice(names: Mapping[E, str]) -> Callable[[str], E]:
    """One of these, by its name."""
    values = {name: value for value, name in names.items()}

    def parse(said: str) -> E:
        if said not in values:
            raise WrongCell(f"应为以下之一：{'、'.join(values)}")
        return values[said]

    return parse


def flag(*, if_empty: bool) -> Callable[[str], bool]:
    """Yes or no."""

    def parse(said: str) -> bool:
        if said not in (YES, NO, ""):
            raise WrongCell(f"应为“{YES}”或“{NO}”")
        return said == YES if said else if_empty

    return parse

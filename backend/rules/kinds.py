"""The kinds of values that rules have: how a value is kept as JSON, checked, and told to a person.

`control` says what a form offers for it: number, yuan, flag, choice, time, ranking or words; a kind without
one has a page of its own. A slice may add a structured kind beside its rules.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from backend.money import yuan
from backend.rules.errors import RuleValueInvalid

V = TypeVar("V")
Json: TypeAlias = Any


class Kind(ABC, Generic[V]):
    """What a rule's value is. Raises RuleValueInvalid wherever a person could mend the input."""

    control: ClassVar[str] = ""

    @abstractmethod
    def load(self, data: Json) -> V:
        """The value that `dump` has made, or that came over the wire. Bounds are not its business."""

    @abstractmethod
    def dump(self, value: V) -> Json:
        """The value as JSON."""

    @abstractmethod
    def text(self, value: V) -> str:
        """The value in Chinese, with its unit."""

    def parts(self, value: V) -> Mapping[str, str]:
        """The value as a history compares it, by title; of what is one thing, one part without a title."""
        return {"": self.text(value)}

    def check(self, value: V, variant: str) -> None:
        """Refuse a value that breaks the rule's bounds; only new ones are asked."""

    def read(self, text: str) -> Json:
        """What a person has typed into a form, as JSON for `load`."""
        return text.strip()

    @property
    def unit(self) -> str:
        """What a number counts."""
        return ""

    @property
    def options(self) -> Mapping[str, str]:
        """The names to choose from, with their titles."""
        return {}

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The least and the greatest number."""
        return None


@dataclass(frozen=True)
class Count(Kind[int]):
    """A whole number within [minimum, maximum]."""

    control: ClassVar[str] = "number"
    minimum: int
    maximum: int
    counted: str = "次"

    def load(self, data: Json) -> int:
        """A whole number."""
        if isinstance(data, bool) or not isinstance(data, int):
            raise RuleValueInvalid(reason="应为整数")
        return data

    def dump(self, value: int) -> Json:
        """The number itself."""
        return value

    def text(self, value: int) -> str:
        """`3 次`."""
        return f"{value} {self.unit}"

    def check(self, value: int, variant: str) -> None:
        """Within the bounds."""
        if not self.minimum <= value <= self.maximum:
            raise RuleValueInvalid(reason=f"应在 {self.text(self.minimum)}到 {self.text(self.maximum)}之间")

    def read(self, text: str) -> Json:
        """Digits."""
        if not re.fullmatch(r"\s*[0-9]{1,12}\s*", text):
            raise RuleValueInvalid(reason="应为整数")
        return int(text)

    @property
    def unit(self) -> str:
        """What is counted."""
        return self.counted

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest number."""
        return self.minimum, self.maximum


@dataclass(frozen=True)
class Minutes(Count):
    """A span of time in minutes."""

    counted: str = "分钟"


@dataclass(frozen=True)
class Fen(Count):
    """An amount in fen; people read and type yuan."""

    control: ClassVar[str] = "yuan"
    counted: str = "元"

    def text(self, value: int) -> str:
        """`12.50 元`."""
        return f"{yuan(value)} 元"

    def read(self, text: str) -> Json:
        """Yuan with at most two decimals."""
        match = re.fullmatch(r"\s*([0-9]{1,9})(?:\.([0-9]{1,2}))?\s*", text)
        if match is None:
            raise RuleValueInvalid(reason="应为金额，最多两位小数")
        return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


@dataclass(frozen=True)
class Flag(Kind[bool]):
    """Yes or no."""

    control: ClassVar[str] = "flag"
    yes: str = "是"
    no: str = "否"

    def load(self, data: Json) -> bool:
        """A truth value."""
        if not isinstance(data, bool):
            raise RuleValueInvalid(reason="应为是或否")
        return data

    def dump(self, value: bool) -> Json:
        """The truth value itself."""
        return value

    def text(self, value: bool) -> str:
        """What yes or no means here."""
        return self.yes if value else self.no

    def read(self, text: str) -> Json:
        """What a checkbox or a select sends."""
        return text.strip() in ("1", "true", "on")


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of a few names, which have titles."""

    control: ClassVar[str] = "choice"
    titles: Mapping[str, str] = field(default_factory=dict)

    def load(self, data: Json) -> str:
        """A name."""
        if not isinstance(data, str):
            raise RuleValueInvalid(reason="应为可选项之一")
        return data

    def dump(self, value: str) -> Json:
        """The name itself."""
        return value

    def text(self, value: str) -> str:
        """Its title."""
        return self.titles.get(value, value)

    def check(self, value: str, variant: str) -> None:
        """A name that may be chosen."""
        if value not in self.titles:
            raise RuleValueInvalid(reason=f"应为以下之一：{'、'.join(self.titles.values())}")

    @property
    def options(self) -> Mapping[str, str]:
        """The names with their titles."""
        return self.titles


@dataclass(frozen=True)
class WallTime(Kind[time]):
    """A time of the compound's clocks, in whole minutes."""

    control: ClassVar[str] = "time"

    def load(self, data: Json) -> time:
        """`"09:30"`."""
        if not isinstance(data, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", data):
            raise RuleValueInvalid(reason="应为时间，如 09:30")
        return time.fromisoformat(data)

    def dump(self, value: time) -> Json:
        """`"09:30"`."""
        return value.isoformat("minutes")

    def text(self, value: time) -> str:
        """`09:30`."""
        return value.isoformat("minutes")


@dataclass(frozen=True)
class Ranking(Kind[tuple[str, ...]]):
    """All of a few names, in an order."""

    control: ClassVar[str] = "ranking"
    titles: Mapping[str, str] = field(default_factory=dict)

    def load(self, data: Json) -> tuple[str, ...]:
        """A list of names."""
        if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
            raise RuleValueInvalid(reason="应为列表")
        return tuple(data)

    def dump(self, value: tuple[str, ...]) -> Json:
        """A list of names."""
        return list(value)

    def text(self, value: tuple[str, ...]) -> str:
        """`财政补贴 → 个人充值`."""
        return " → ".join(self.titles.get(name, name) for name in value)

    def check(self, value: tuple[str, ...], variant: str) -> None:
        """Each name once."""
        if sorted(value) != sorted(self.titles):
            raise RuleValueInvalid(reason=f"应包含以下各项，每项一次：{'、'.join(self.titles.values())}")

    def read(self, text: str) -> Json:
        """Names with commas between them."""
        return [name.strip() for name in text.split(",") if name.strip()]

    @property
    def options(self) -> Mapping[str, str]:
        """The names with their titles."""
        return self.titles

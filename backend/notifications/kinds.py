"""What the product can tell people. Each slice declares its kinds in its `messages.py`."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Channel(StrEnum):
    """Ways to reach a person beside the inbox, in the order in which one stands in for another."""

    WECHAT = "wechat"
    WECOM = "wecom"
    ZWDD = "zwdd"
    SMS = "sms"
    VOICE = "voice"


# A message takes the first of its channels that reaches the person; the rest stand in for it.
CHAT = (Channel.WECHAT, Channel.WECOM, Channel.ZWDD)
CHAT_OR_SMS = (*CHAT, Channel.SMS)
_ONLY_URGENT = frozenset({Channel.SMS, Channel.VOICE})
_KEY = re.compile(r"[a-z_]+(\.[a-z_]+)+")
KEY_LENGTH = 60

_declared: dict[str, "Kind"] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """A value that a message names, with its Chinese label."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message; to make it is to declare it.

    `text` names fields in braces. `title` has 4 to 12 characters (WeCom's limit). `channels` are tried in
    their order; SMS and voice are for urgent kinds. With `respects_quiet`, channels wait until the quiet
    hours are over. After `life` a message is not worth sending any more. `hides_recipient` keeps from
    administrators to whom it goes, where that would name who wished to stay unnamed. Raises ValueError for
    a kind that could not work, or that another one of the same key contradicts.
    """

    key: str
    title: str
    text: str
    fields: tuple[Field, ...]
    channels: tuple[Channel, ...] = CHAT
    is_urgent: bool = False
    respects_quiet: bool = True
    life: timedelta = timedelta(days=1)
    hides_recipient: bool = False

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(f"{self.key}: {problem}")
        if _declared.setdefault(self.key, self) != self:
            raise ValueError(f"{self.key} is declared twice")

    def render(self, values: Mapping[str, str]) -> str:
        """The text with its fields filled in. Raises ValueError unless exactly the fields are given."""
        if set(values) != self.names:
            raise ValueError(f"{self.key} takes the fields {sorted(self.names)}, not {sorted(values)}")
        return self.text.format_map(values)

    @property
    def names(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(field.name for field in self.fields)

    def labelled(self, values: Mapping[str, str]) -> Sequence[tuple[str, str]]:
        """The values with their labels, in the order of the declaration."""
        return [(field.label, values.get(field.name, "")) for field in self.fields]

    def _problems(self) -> list[str]:
        named = {name for _, name, _, _ in string.Formatter().parse(self.text) if name is not None}
        checks = {
            "the key is not a dotted name": not _KEY.fullmatch(self.key) or len(self.key) > KEY_LENGTH,
            "the title needs 4 to 12 characters": not 4 <= len(self.title) <= 12,
            "two fields have one name": len(self.names) < len(self.fields),
            "the text names an unknown field": not named <= self.names,
            "SMS and voice are for urgent kinds": not self.is_urgent
            and not _ONLY_URGENT.isdisjoint(self.channels),
            "a channel is named twice": len(set(self.channels)) < len(self.channels),
            "its life is over at once": self.life <= timedelta(),
        }
        return [text for text, is_wrong in checks.items() if is_wrong]


def find_kind(key: str) -> Kind | None:
    """The kind with this key, or None if no module declares it (any more)."""
    return _declared.get(key)


def all_kinds() -> list[Kind]:
    """Every declared kind, by key."""
    return [_declared[key] for key in sorted(_declared)]

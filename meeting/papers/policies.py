"""How a name stands on a nameplate, and an agenda on its sheet. Pure; lengths in millimetres.

Names of two to four characters take the same width, their characters evenly apart, as is the custom of
meetings: two stand wide, three close, four a little smaller. All other names are set as they are written, as
large as they fit, on two lines where one would be too small to be read across a table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Widths in em. Latin letters are taken for as wide as the widest of their kind nearly are.
_WIDE, _CAPITAL, _SMALL, _NARROW = 1.0, 0.8, 0.62, 0.36
_NARROWS: Final = frozenset(" .,'’-ijlIt")
_EAST_ASIAN: Final = 0x2E7F
_SPACES: Final = re.compile(r"\s+")
# Where a long name may be broken: after the dot between its parts, or at a space.
_BREAKS: Final = "·•・ "
# The width of a name of two to four characters, in the size of three; four are so much smaller.
_NAME_EM: Final = 3.5
_FOUR: Final = 0.83
# A name that would be smaller than this part of the usual size is broken.
_SMALLEST: Final = 0.5
# Two lines share the height of a card, a title below them.
_TWO_LINES: Final = 0.54
# A subject at the door is broken rather than set smaller than this part of the largest size.
_LARGE_ENOUGH: Final = 0.75
_LEAST_MM: Final = 6
_RANGE: Final = re.compile(r"[-–—~～至]")
_TIMED: Final = re.compile(
    r"(?P<time>[0-2]?[0-9][:：][0-5][0-9](?:\s*[-–—~～至]\s*[0-2]?[0-9][:：][0-5][0-9])?)[\s、，,：:]*(?P<text>.+)"
)
_NUMBERED: Final = re.compile(r"\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*[.．、)）]\s*")


@dataclass(frozen=True, slots=True)
class Card:
    """A format of nameplates: the half of a folded card. `across` is all that a name may take."""

    width: float
    height: float
    name_size: float
    across: float
    title_size: float


# One to an A4 sheet across, folded to 297 × 105 mm; two to a sheet upright, cut and folded to 210 × 74.25 mm.
LARGE: Final = Card(width=297, height=105, name_size=62, across=262, title_size=11)
SMALL: Final = Card(width=210, height=74.25, name_size=43, across=184, title_size=8)


@dataclass(frozen=True, slots=True)
class Lettering:
    """How a name is set: its lines, of characters evenly apart over `width` if it has one, and their size."""

    lines: tuple[str, ...]
    size: float
    width: float = 0.0

    @property
    def is_even(self) -> bool:
        """Whether the characters stand evenly apart."""
        return self.width > 0


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A line of the agenda, with its time if it begins with one."""

    time: str
    text: str


def lettering(name: str, card: Card, *, has_title: bool) -> Lettering:
    """How a name is set on a card."""
    text = _SPACES.sub(" ", name.strip())
    bare = text.replace(" ", "")
    size = card.name_size * (0.9 if has_title else 1.0)
    if 2 <= len(bare) <= 4 and all(_is_hanzi(char) for char in bare):
        return Lettering((bare,), size * (_FOUR if len(bare) == 4 else 1.0), size * _NAME_EM)
    whole = min(size, card.across / width_of(text))
    if whole >= size * _SMALLEST:
        return Lettering((text,), whole)
    lines = _broken(text)
    broken = min(size * _TWO_LINES, card.across / max(width_of(line) for line in lines))
    return Lettering(lines, broken) if broken > whole else Lettering((text,), whole)


def title_size(text: str, card: Card) -> float:
    """How large organisation and title stand below a name: as usual, or as large as they fit."""
    return min(card.title_size, card.across / width_of(text)) if text else card.title_size


def width_of(text: str) -> float:
    """About how wide a text is in em, rather too much than too little; at least one character."""
    return max(sum(_width(char) for char in text), _WIDE)


def agenda_items(text: str) -> list[AgendaItem]:
    """The lines of an agenda as they were typed, without numbers of their own."""
    found = []
    for line in text.splitlines():
        plain = _NUMBERED.sub("", line, count=1).strip() if not _TIMED.match(line.strip()) else line.strip()
        timed = _TIMED.fullmatch(plain)
        if timed:
            spoken = _SPACES.sub("", timed["time"]).replace("：", ":")
            found.append(AgendaItem(_RANGE.sub("–", spoken), timed["text"].strip()))
        elif plain:
            found.append(AgendaItem("", plain))
    return found


def blank_lines(count: int, headcount: int) -> int:
    """How many empty lines a sign-in sheet has for who is not named: for all heads, and some to spare."""
    return min(max(headcount - count, 0) + (5 if count else 20), 200)


def notice_size(subject: str, width: float, largest: float) -> float:
    """How large a subject is set within a width: on one line or two where it stays large, else on three."""
    sizes = [_size_on(lines, width_of(subject), width, largest) for lines in (1, 2, 3)]
    return next((size for size in sizes if size >= largest * _LARGE_ENOUGH), sizes[-1])


def _size_on(lines: int, needed: float, width: float, largest: float) -> float:
    size = largest
    while size > _LEAST_MM and _lines(needed, size, width) > lines:
        size -= 1
    return size


def _lines(needed: float, size: float, width: float) -> int:
    per_line = max(int(width / size), 1)
    return -int(-needed // per_line)


def _broken(text: str) -> tuple[str, ...]:
    """The name on two lines whose longer one is as short as can be."""
    places = [place + 1 for place, char in enumerate(text) if char in _BREAKS and 0 < place < len(text) - 1]
    if not places:
        return (text,)
    halves: Sequence[tuple[str, str]] = [(text[:at].rstrip(), text[at:].lstrip()) for at in places]
    return min(halves, key=lambda pair: max(width_of(pair[0]), width_of(pair[1])))


def _width(char: str) -> float:
    if ord(char) > _EAST_ASIAN or char in "·•":
        return _WIDE
    if char in _NARROWS:
        return _NARROW
    return _CAPITAL if char.isupper() or char in "mwMW@%&" else _SMALL


def _is_hanzi(char: str) -> bool:
    code = ord(char)
    return (
        0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF or char in "〇々"
    )

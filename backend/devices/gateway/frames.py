r"""Frames of scales: `ST,GS,+0012.34kg\r\n`.

State (ST stable, US in motion, OL overload), GS gross or NT net, sign, seven characters of a number with at
most one point (leading zeros may be blanks), two characters of a unit, `kg` or ` g`. The width is fixed, so
that a frame that lost a character on the line is not taken for another weight.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

_WEIGHT: Final = re.compile(rb"(ST|US),(GS|NT),([+-])(?=[ 0-9.]{7}(?:kg| g)$)( *[0-9]+(?:\.[0-9]+)?)(kg| g)$")
_OVERLOAD: Final = re.compile(rb"OL,(GS|NT),[^,]{0,16}$")
_LINE_END: Final = re.compile(rb"[\r\n]+")
# Longer than any frame; what runs on without an end is noise.
_LONGEST: Final = 64


class FrameState(StrEnum):
    """What the scale says of its reading."""

    STABLE = "ST"
    MOVING = "US"
    OVERLOAD = "OL"


@dataclass(frozen=True, slots=True)
class Frame:
    """One reading. `grams` is None of an overload."""

    state: FrameState
    grams: int | None
    is_net: bool
    raw: str


class FrameParser:
    """Finds frames in whatever arrives, in whatever pieces it arrives."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that end within `data`; what is no frame is passed over."""
        *lines, rest = _LINE_END.split(self._rest + data)
        # A line that ends with the piece may go on with its \n in the next one: an empty line is nothing.
        self._rest = rest[-_LONGEST:]
        return [frame for frame in map(_parse, lines) if frame is not None]


def format_frame(state: FrameState, grams: int, *, decimals: int = 2, is_net: bool = False) -> bytes:
    """The frame of a weight, as a scale that shows `decimals` of a kilogram sends it."""
    sign, number = "-" if grams < 0 else "+", f"{abs(grams) / 1000:0{7}.{decimals}f}"
    return f"{state.value},{'NT' if is_net else 'GS'},{sign}{number}kg\r\n".encode()


def _parse(line: bytes) -> Frame | None:
    # Noise may stand before a frame, e.g. the half of one that was cut off: the end of the line counts.
    found = _WEIGHT.search(line)
    if found is not None:
        state, basis, sign, number, unit = (each.decode() for each in found.groups())
        grams = Decimal(number.strip()) * (1000 if unit == "kg" else 1)
        whole = int(grams.quantize(Decimal(1), ROUND_HALF_UP))
        raw = found.group().decode()
        return Frame(FrameState(state), -whole if sign == "-" else whole, basis == "NT", raw)
    overload = _OVERLOAD.search(line)
    if overload is None:
        return None
    raw = overload.group().decode("ascii", "replace")
    return Frame(FrameState.OVERLOAD, None, overload.group(1) == b"NT", raw)

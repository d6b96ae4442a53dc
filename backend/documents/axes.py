"""The axes of a chart: round ticks, and where a label and a value lie. Lengths as in `charts`."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Value = int | float | Decimal | None

FONT_SIZE = 13
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of values from `low` to `high`, both at a tick."""

    low: float
    high: float
    ticks: Sequence[float]

    def share(self, value: float) -> float:
        """Where on the axis a value lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where its anchor lies."""

    x: float
    y: float
    text: str


def number(value: Value) -> str:
    """`1234.5` as `1,234.5`: thousands apart, at most two decimals, half up; `—` for None."""
    if value is None:
        return "—"
    rounded = Decimal(str(value)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    text = f"{rounded:,f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text_width(text: str) -> float:
    """About how wide a text is: a Chinese character is as wide as the font is high, others half."""
    return FONT_SIZE * sum(1.0 if ord(char) > 0x2E7F else 0.58 for char in text)


def shorten(text: str, width: float) -> str:
    """The text, cut with an ellipsis where it is wider."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) + FONT_SIZE > width:
        text = text[:-1]
    return f"{text}…"


def scale(values: Iterable[Value]) -> Scale:
    """An axis that holds zero and every value, with at most six round ticks."""
    known = [float(value) for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        high = 1.0
    rough = (high - low) / _MOST_STEPS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough * (1 - 1e-9))
    if all(value == int(value) for value in known):
        step = max(step, 1.0)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [place * step for place in range(first, last + 1)]
    return Scale(ticks[0], ticks[-1], ticks)


class Frame:
    """The axes of columns and lines: where a label and a value lie."""

    def __init__(
        self,
        labels: Sequence[str],
        axis: Scale,
        unit: str,
        width: float,
        height: float,
        names: Sequence[str] = (),
    ) -> None:
        self.labels, self.axis, self.unit, self.width, self.height = labels, axis, unit, width, height
        self.left = max(text_width(number(_tidy(tick))) for tick in axis.ticks) + 12
        self.right = width - 10
        rows, self.legend = legend_of(names, self.left, self.right)
        self.top = 26.0 + 22 * rows
        self.bottom = height - 28
        self.step = (self.right - self.left) / max(len(labels), 1)
        self.zero = self.y(0)

    def x(self, place: int) -> float:
        """The middle of a label's column."""
        return self.left + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        """The height of a value."""
        return self.bottom - self.axis.share(value) * (self.bottom - self.top)

    def grid(self) -> list[Label]:
        """The ticks of the axis of values."""
        return [Label(r(self.left - 6), r(self.y(tick)), number(_tidy(tick))) for tick in self.axis.ticks]

    def named(self) -> list[Label]:
        """Every label, or every so many, so that none touches the next."""
        widest = max((text_width(label) for label in self.labels), default=0)
        widest = min(widest, max(self.step, 78.0))
        every = max(1, math.ceil((widest + 6) / self.step))
        return [
            Label(
                r(self.x(place)), r(self.bottom + 19), shorten(label, max(self.step * every - 4, FONT_SIZE))
            )
            for place, label in enumerate(self.labels)
            if place % every == 0
        ]


def legend_of(names: Sequence[str], left: float, right: float) -> tuple[int, list[tuple[Label, int]]]:
    """How many rows the legend takes, and its labels; one series needs none."""
    if len(names) < 2:
        return 0, []
    placed, x, row = [], left, 0
    for colour, name in enumerate(names):
        text = shorten(name, right - left - 20)
        wide = text_width(text) + 34
        if x > left and x + wide > right:
            x, row = left, row + 1
        placed.append((Label(r(x), 16.0 + 22 * row, text), colour))
        x += wide
    return row + 1, placed


def _tidy(tick: float) -> float:
    """Without what binary fractions add."""
    return float(f"{tick:.10g}")


def r(length: float) -> float:
    """A length as it is written."""
    return round(length, 1)

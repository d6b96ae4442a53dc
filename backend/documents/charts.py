"""Where everything of a chart lies. `templates/charts.html` draws it, for a page and a PDF alike.

Lengths are in the units of the drawing, which are CSS pixels where it is shown at its own size. A value is
an int, a Decimal or a float; None means that there is none, which is not zero.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.documents.axes import FONT_SIZE, Frame, Label, Value, number, r, scale, shorten, text_width

Items = Iterable[tuple[str, Value]]

# Distinct in print and for the colour-blind (after Okabe and Ito), dark enough beside white: 3 : 1 or more.
COLOURS = ("#1f6f54", "#c2570c", "#2f6db5", "#a23b72", "#7a6a00", "#5b5f97", "#4f5d57", "#8c4a2f")
# The dashes tell lines apart where the printer knows no colour.
DASHES = ("none", "7 3", "2 3", "9 3 2 3", "1 4", "12 4", "4 2", "6 2 2 2")


class NegativeShare(ValueError):
    """Parts of a whole cannot be negative."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a bar, a column or a layer of it; `colour` is an index."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    note: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A series as drawn: the runs between missing values, and the points."""

    colour: int
    runs: Sequence[str]
    points: Sequence[tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector of a ring, as a path."""

    path: str
    colour: int
    note: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn. `description` says the same to whom sees no picture."""

    width: float
    height: float
    description: str
    is_empty: bool = False
    grid: Sequence[Label] = ()
    bars: Sequence[Bar] = ()
    traces: Sequence[Trace] = ()
    sectors: Sequence[Sector] = ()
    labels: Sequence[Label] = ()
    values: Sequence[Label] = ()
    legend: Sequence[tuple[Label, int]] = ()
    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0
    zero: float = 0


def bars(items: Items, unit: str, width: float) -> Chart:
    """Horizontal bars, one a row, each with its label and its value."""
    rows = list(items)
    axis = scale(value for _, value in rows)
    row_height, pad = 28.0, 8.0
    left = min(max((text_width(label) for label, _ in rows), default=0) + 2 * pad, width * 0.4)
    room = max((text_width(number(value) + unit) for _, value in rows), default=0) + 2 * pad
    right = width - room
    zero = left + axis.share(0) * (right - left)
    drawn, labels, values = [], [], []
    for place, (label, value) in enumerate(rows):
        top = pad + place * row_height
        middle = top + row_height / 2 + FONT_SIZE * 0.35
        labels.append(Label(r(left - pad), r(middle), shorten(label, left - pad)))
        end = left + axis.share(float(value or 0)) * (right - left)
        if value is not None:
            note = f"{label} {number(value)}{unit}"
            drawn.append(Bar(r(min(zero, end)), r(top + 5), r(abs(end - zero)), row_height - 10, 0, note))
        values.append(
            Label(r(max(zero, end) + 6), r(middle), number(value) + (unit if value is not None else ""))
        )
    height = 2 * pad + row_height * max(len(rows), 1)
    return Chart(
        width, r(height), _told(rows, unit), is_empty=_has_none(rows),
        bars=drawn, labels=labels, values=values,
        left=r(left), right=r(right), top=pad, bottom=r(height - pad), zero=r(zero),
    )  # fmt: skip


def columns(items: Items, unit: str, width: float, height: float) -> Chart:
    """Vertical bars side by side over labels, with an axis of values."""
    rows = list(items)
    frame = Frame([label for label, _ in rows], scale(value for _, value in rows), unit, width, height)
    drawn, values = [], []
    thick = min(frame.step * 0.62, 48.0)
    for place, (label, value) in enumerate(rows):
        middle, end = frame.x(place), frame.y(float(value or 0))
        if value is None:
            values.append(Label(r(middle), r(frame.zero - 5), "—"))
            continue
        note = f"{label} {number(value)}{unit}"
        drawn.append(
            Bar(
                r(middle - thick / 2),
                r(min(frame.zero, end)),
                r(thick),
                r(abs(end - frame.zero)),
                0,
                note,
            )
        )
        if text_width(number(value)) <= frame.step:
            values.append(Label(r(middle), r(min(frame.zero, end) - 5), number(value)))
    return _framed(frame, _told(rows, unit), is_empty=_has_none(rows), bars=drawn, values=values)


def stacked(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Value]]],
    unit: str,
    width: float,
    height: float,
) -> Chart:
    """Columns of layers, one for each series, the first at the bottom. Raises NegativeShare."""
    names = [name for name, _ in series]
    layers = [list(values) for _, values in series]
    if any(value is not None and value < 0 for values in layers for value in values):
        raise NegativeShare
    totals = [_sum(column) for column in zip(*layers, strict=True)] if layers else []
    frame = Frame(labels, scale(totals), unit, width, height, names)
    thick = min(frame.step * 0.62, 48.0)
    drawn: list[Bar] = []
    for place, label in enumerate(labels):
        below = 0.0
        for colour, (name, values) in enumerate(zip(names, layers, strict=True)):
            value = float(values[place] or 0)
            if not value:
                continue
            top, bottom = frame.y(below + value), frame.y(below)
            note = f"{label} {name} {number(values[place])}{unit}"
            drawn.append(Bar(r(frame.x(place) - thick / 2), r(top), r(thick), r(bottom - top), colour, note))
            below += value
    sums = [
        Label(r(frame.x(place)), r(frame.y(float(total or 0)) - 5), number(total))
        for place, total in enumerate(totals)
        if text_width(number(total)) <= frame.step
    ]
    return _framed(
        frame, _told_series(labels, series, unit), is_empty=not any(totals), bars=drawn, values=sums
    )


def line(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Value]]],
    unit: str,
    width: float,
    height: float,
) -> Chart:
    """A line for each series over the labels; a missing value leaves a gap."""
    every = [value for _, values in series for value in values]
    frame = Frame(labels, scale(every), unit, width, height, [name for name, _ in series])
    traces = []
    for colour, (name, values) in enumerate(series):
        runs: list[list[str]] = [[]]
        points = []
        for place, (label, value) in enumerate(zip(labels, values, strict=True)):
            if value is None:
                runs.append([])
                continue
            x, y = r(frame.x(place)), r(frame.y(float(value)))
            runs[-1].append(f"{x},{y}")
            points.append((x, y, f"{label} {name} {number(value)}{unit}"))
        traces.append(Trace(colour, [" ".join(run) for run in runs if len(run) > 1], points))
    is_empty = all(value is None for value in every)
    return _framed(frame, _told_series(labels, series, unit), is_empty=is_empty, traces=traces)


def sparkline(values: Sequence[Value], width: float, height: float) -> Chart:
    """A small line without axes, from the least to the greatest value; the last one has a dot."""
    known = [float(value) for value in values if value is not None]
    low, span = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    pad = 3.0
    points = []
    for place, value in enumerate(values):
        if value is not None:
            x = pad + place * (width - 2 * pad) / max(len(values) - 1, 1)
            level = (float(value) - low) / span if span else 0.5
            points.append((r(x), r(height - pad - level * (height - 2 * pad)), number(value)))
    run = [" ".join(f"{x},{y}" for x, y, _ in points)] if len(points) > 1 else []
    told = f"共{len(known)}个数值，最近一个为{points[-1][2]}" if points else "暂无数据"
    return Chart(width, height, told, is_empty=not points, traces=[Trace(0, run, points[-1:])])


def donut(items: Items, unit: str, width: float) -> Chart:
    """A ring of shares with a legend that tells amounts and percentages. Raises NegativeShare."""
    rows = list(items)
    if any(value is not None and value < 0 for _, value in rows):
        raise NegativeShare
    total = _sum(value for _, value in rows) or 0
    size, pad = 180.0, 10.0
    height = max(size, 24.0 * len(rows) + 2 * pad)
    x, y, outer, inner = size / 2, height / 2, size / 2 - pad, size / 2 - 42
    sectors, turned = [], 0.0
    legend = []
    for place, (label, value) in enumerate(rows):
        share = float(value or 0) / float(total) if total else 0.0
        note = f"{label} {number(value)}{unit}，占{share:.1%}" if value is not None else f"{label} —"
        if share:
            sectors.append(Sector(_ring(x, y, outer, inner, turned, share), place, note))
        turned += share
        top = height / 2 - 12.0 * len(rows) + 24 * place + 16
        text = shorten(note.replace("，占", " · "), width - size - 34)
        legend.append((Label(size + 14, r(top), text), place))
    middle = [Label(x, y - 4, "合计"), Label(x, y + 15, f"{number(total)}{unit}")]
    return Chart(
        width, height, _told(rows, unit), is_empty=not total, sectors=sectors, legend=legend, labels=middle
    )


def _framed(
    frame: Frame,
    description: str,
    *,
    is_empty: bool,
    bars: Sequence[Bar] = (),
    values: Sequence[Label] = (),
    traces: Sequence[Trace] = (),
) -> Chart:
    """The chart within these axes."""
    return Chart(
        frame.width, frame.height, description, is_empty=is_empty,
        grid=frame.grid(), bars=bars, values=values, traces=traces, labels=frame.named(), legend=frame.legend,
        left=r(frame.left), right=r(frame.right), top=r(frame.top), bottom=r(frame.bottom),
        zero=r(frame.zero),
    )  # fmt: skip


def _ring(x: float, y: float, outer: float, inner: float, turned: float, share: float) -> str:
    """A sector of a ring as a path; a whole ring is two circles, for an arc cannot end where it began."""
    if share > 0.9999:
        return " ".join(
            f"M{r(x - radius)},{y} a{radius},{radius} 0 1 {sweep} {2 * radius},0 "
            f"a{radius},{radius} 0 1 {sweep} {-2 * radius},0 Z"
            for radius, sweep in ((outer, 1), (inner, 0))
        )

    def at(radius: float, turn: float) -> str:
        angle = 2 * math.pi * turn
        return f"{r(x + radius * math.sin(angle))},{r(y - radius * math.cos(angle))}"

    is_large = int(share > 0.5)
    return (
        f"M{at(outer, turned)} A{outer},{outer} 0 {is_large} 1 {at(outer, turned + share)} "
        f"L{at(inner, turned + share)} A{inner},{inner} 0 {is_large} 0 {at(inner, turned)} Z"
    )


def _sum(values: Iterable[Value]) -> Value:
    known = [value for value in values if value is not None]
    # Through text, so that 0.1 and a Decimal meet as what they look like.
    return sum((Decimal(str(value)) for value in known), Decimal(0)) if known else None


def _told(rows: Sequence[tuple[str, Value]], unit: str) -> str:
    if _has_none(rows):
        return "暂无数据"
    return "；".join(
        f"{label} {number(value)}{unit}" if value is not None else f"{label} 无数据" for label, value in rows
    )


def _told_series(labels: Sequence[str], series: Sequence[tuple[str, Sequence[Value]]], unit: str) -> str:
    told = (f"{name}：{_told(list(zip(labels, values, strict=True)), unit)}" for name, values in series)
    return "。".join(told) or "暂无数据"


def _has_none(rows: Sequence[tuple[str, Value]]) -> bool:
    return all(value is None for _, value in rows)

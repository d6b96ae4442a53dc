"""Rules of the service levels: which line holds, and which lines can stand. Pure functions."""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from backend.workdays.clocks import Counting, Target
from property.categories.models import Urgency
from property.categories.titles import URGENCY_NAMES
from property.service_levels.errors import LineInvalid, VersionIncomplete
from property.service_levels.models import ClockKind, PlaceClass

# The largest amounts: about a year of either. What is looked up stays within the calendar.
MOST_MINUTES: Final = 100_000
MOST_DAYS: Final = 250


@dataclass(frozen=True, slots=True)
class Line:
    """What is promised where it holds: None in the first three is any. `id` is None for a built-in line."""

    category_id: int | None
    urgency: Urgency | None
    place_class: PlaceClass | None
    response: Target
    resolution: Target
    calendar_id: int | None = None
    id: int | None = None

    def target(self, kind: ClockKind) -> Target:
        """What one clock is to count."""
        return self.response if kind is ClockKind.RESPONSE else self.resolution

    @property
    def holds_for(self) -> tuple[int | None, Urgency | None, PlaceClass | None]:
        """What no two lines of a version may have in common."""
        return self.category_id, self.urgency, self.place_class


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds while no version does, and where it comes from."""

    title: str
    source: str
    lines: tuple[Line, ...]


@lru_cache(maxsize=1)
def defaults() -> Defaults:
    """The built-in lines of `defaults.toml`: data that an operator can take over as a first version."""
    text = resources.files("property.service_levels").joinpath("defaults.toml").read_text("utf-8")
    read = tomllib.loads(text)
    lines = tuple(_built_in(entry) for entry in read["lines"])
    ensure_lines(lines)
    ensure_complete(lines)
    return Defaults(read["title"], read["source"], lines)


def _built_in(entry: Mapping[str, Any]) -> Line:
    return Line(
        category_id=None,
        urgency=Urgency(entry["urgency"]) if "urgency" in entry else None,
        place_class=PlaceClass(entry["place_class"]) if "place_class" in entry else None,
        response=Target(Counting(entry["response"][0]), entry["response"][1]),
        resolution=Target(Counting(entry["resolution"][0]), entry["resolution"][1]),
    )


def most_particular(
    lines: Iterable[Line], *, lineage: Sequence[int], urgency: str, place_class: str
) -> Line | None:
    """The line that holds: by category (`lineage` from itself upwards), then urgency, then class."""

    def rank(line: Line) -> tuple[int, bool, bool]:
        depth = lineage.index(line.category_id) if line.category_id is not None else len(lineage)
        return depth, line.urgency is None, line.place_class is None

    holding = [
        line
        for line in lines
        if (line.category_id is None or line.category_id in lineage)
        and line.urgency in (None, urgency)
        and line.place_class in (None, place_class)
    ]
    return min(holding, key=rank, default=None)


def ensure_lines(lines: Sequence[Line]) -> None:
    """Refuse two lines for the same case, and amounts beyond every use. Raises LineInvalid."""
    seen: dict[object, int] = {}
    for position, line in enumerate(lines, 1):
        for target in (line.response, line.resolution):
            most = MOST_DAYS if target.counting is Counting.WORKDAYS else MOST_MINUTES
            if target.amount > most:
                raise LineInvalid(position=position, problem=f"时限不能超过 {most}")
        first = seen.setdefault(line.holds_for, position)
        if first != position:
            raise LineInvalid(position=position, problem=f"与第 {first} 行的适用范围相同")


def ensure_known(
    lines: Sequence[Line], *, category_ids: Collection[int], calendar_ids: Collection[int]
) -> None:
    """Refuse lines that name what does not exist. Raises LineInvalid."""
    for position, line in enumerate(lines, 1):
        if line.category_id is not None and line.category_id not in category_ids:
            raise LineInvalid(position=position, problem="没有该报修类别")
        if line.calendar_id is not None and line.calendar_id not in calendar_ids:
            raise LineInvalid(position=position, problem="没有该服务日历")


def ensure_complete(lines: Collection[Line]) -> None:
    """Every urgency needs a line for all categories and places. Raises VersionIncomplete."""
    general = {line.urgency for line in lines if line.category_id is None and line.place_class is None}
    missing = [urgency for urgency in Urgency if not {None, urgency} & general]
    if missing:
        raise VersionIncomplete(missing="、".join(URGENCY_NAMES[urgency] for urgency in missing))

"""Rules of temperatures: pure functions. Temperatures are integer tenths of a degree (`*_dc`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from canteen.food_safety.temperatures.errors import LimitsInvalid, NotOwnReading, ReadingTimeInvalid
from canteen.food_safety.temperatures.models import FridgeKind

LEAST_DC: Final = -600
MOST_DC: Final = 1200
LATEST_ENTRY: Final = timedelta(hours=24)
# Less than this is the way of the request, not the clock.
TRANSIT: Final = timedelta(seconds=5)
# GB 31654-2021 §7.2: chilled 0 to 8 °C, frozen at −12 °C or below.
LIMITS: Final[Mapping[FridgeKind, tuple[int, int]]] = {
    FridgeKind.CHILLED: (0, 80),
    FridgeKind.FROZEN: (-350, -120),
    FridgeKind.SAMPLE: (0, 80),
}


@dataclass(frozen=True, slots=True)
class Entered:
    """A reading as somebody enters it; without an instant now."""

    fridge_id: int
    temperature_dc: int
    measured_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A reading with the limits of its moment."""

    at: datetime
    temperature_dc: int
    minimum_dc: int
    maximum_dc: int

    @property
    def off_dc(self) -> int:
        """How far beyond its limits; 0 within them, which includes both ends."""
        return max(self.minimum_dc - self.temperature_dc, self.temperature_dc - self.maximum_dc, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first reading beyond the limits to the first within them; `last_at` is the last beyond."""

    began_at: datetime
    last_at: datetime
    ended_at: datetime | None
    extreme_dc: int

    def has_lasted(self, at_least: timedelta) -> bool:
        """Whether it is known to have lasted so long."""
        return (self.ended_at or self.last_at) - self.began_at >= at_least


def spans(points: Iterable[Point]) -> list[Span]:
    """The excursions that follow from readings in the order of their instants."""
    found: list[Span] = []
    beyond: list[Point] = []
    for point in points:
        if point.off_dc:
            beyond.append(point)
        elif beyond:
            found.append(_span(beyond, point.at))
            beyond = []
    if beyond:
        found.append(_span(beyond, None))
    return found


def _span(beyond: list[Point], ended_at: datetime | None) -> Span:
    furthest = max(beyond, key=lambda point: point.off_dc)
    return Span(beyond[0].at, beyond[-1].at, ended_at, furthest.temperature_dc)


def limits_of(kind: FridgeKind, minimum_dc: int | None, maximum_dc: int | None) -> tuple[int, int]:
    """The limits as given, or those of the kind. Raises LimitsInvalid."""
    usual = LIMITS[kind]
    limits = (
        usual[0] if minimum_dc is None else minimum_dc,
        usual[1] if maximum_dc is None else maximum_dc,
    )
    if limits[0] >= limits[1]:
        raise LimitsInvalid
    return limits


def ensure_time(measured_at: datetime, now: datetime) -> None:
    """Raise ReadingTimeInvalid for a time to come, or too long ago."""
    if not timedelta(0) <= now - measured_at <= LATEST_ENTRY:
        raise ReadingTimeInvalid


def may_void(*, is_manual: bool, is_own: bool, entered_on: date, today: date, manages: bool) -> bool:
    """What a person entered: one's own on the same day, any for who manages."""
    return is_manual and (manages or (is_own and entered_on == today))


def ensure_may_void(*, is_own: bool, entered_on: date, today: date, manages: bool) -> None:
    """Raise NotOwnReading unless the actor may take a manual reading back."""
    if not may_void(is_manual=True, is_own=is_own, entered_on=entered_on, today=today, manages=manages):
        raise NotOwnReading


def put_right(captured_at: datetime, skew: timedelta) -> datetime:
    """An instant of a device's clock by the server's."""
    return captured_at - skew if abs(skew) > TRANSIT else captured_at

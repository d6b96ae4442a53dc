"""Which meal a weighing belongs to, by its instant."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from backend import clock

# How far a meal is looked for: past a week of closed days and the weekends around it.
REACH_DAYS: Final = 10
# What is weighed so long after a meal is hardly of it: at a weekend, say.
LONGEST_AFTER: Final = timedelta(hours=16)


class MealKey(NamedTuple):
    """A meal of a canteen."""

    served_on: date
    period: str


@dataclass(frozen=True, slots=True)
class Window:
    """A meal is served within [opens_at, closes_at)."""

    opens_at: datetime
    closes_at: datetime
    meal: MealKey


@dataclass(slots=True)
class Schedule:
    """A canteen's meals, day by day as they are asked for; `windows_of` gives those of a day."""

    windows_of: Callable[[date], Sequence[Window]]
    _days: dict[date, tuple[list[datetime], list[Window]]] = field(default_factory=dict)
    # Within these two instants the answer is the same: most events of a batch lie close together.
    _last: tuple[datetime, datetime, Window] | None = None

    def begun(self, instant: datetime) -> MealKey | None:
        """The last meal whose service has begun; None if there was none for some days."""
        last = self._last
        if last is not None and last[0] <= instant < last[1]:
            return last[2].meal
        window = self._begun(instant)
        return window.meal if window is not None else None

    def is_long_over(self, instant: datetime) -> bool:
        """Whether the meal of `begun` ended too long ago for something weighed now to be of it."""
        last = self._last
        window = last[2] if last is not None and last[0] <= instant < last[1] else self._begun(instant)
        return window is not None and instant >= window.closes_at + LONGEST_AFTER

    def _begun(self, instant: datetime) -> Window | None:
        day = clock.local(instant).date()
        opens, _ = self._day(day)
        place = bisect_right(opens, instant)
        begins = opens[place - 1] if place else clock.at_local(day, time.min)
        ends = opens[place] if place < len(opens) else clock.at_local(day + timedelta(days=1), time.min)
        window = self._last_of(day, instant)
        if window is not None:
            self._last = (begins, ends, window)
        return window

    def _last_of(self, day: date, instant: datetime) -> Window | None:
        for back in range(REACH_DAYS + 1):
            opens, windows = self._day(day - timedelta(days=back))
            place = bisect_right(opens, instant)
            if place:
                return windows[place - 1]
        return None

    def ahead(self, instant: datetime) -> MealKey | None:
        """The meal that is being served, or else the next one; None if there is none for some days."""
        day = clock.local(instant).date()
        for on in range(REACH_DAYS + 1):
            for window in self._day(day + timedelta(days=on))[1]:
                if instant < window.closes_at:
                    return window.meal
        return None

    def _day(self, day: date) -> tuple[list[datetime], list[Window]]:
        found = self._days.get(day)
        if found is None:
            windows = sorted(self.windows_of(day), key=lambda window: (window.opens_at, window.meal))
            found = self._days[day] = [window.opens_at for window in windows], windows
        return found

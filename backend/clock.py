"""The only source of time.

Instants are aware and in UTC; business dates are those of the compound, in Asia/Shanghai.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")

_travelled_to: datetime | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _travelled_to or datetime.now(UTC)


def today() -> date:
    """The present date in the compound."""
    return now().astimezone(BUSINESS_ZONE).date()


def local(instant: datetime) -> datetime:
    """The same instant as the compound's wall clock shows it."""
    return instant.astimezone(BUSINESS_ZONE)


def at_local(day: date, wall_time: time) -> datetime:
    """The instant at which the compound's clocks show `wall_time` on `day`, in UTC."""
    return datetime.combine(day, wall_time, BUSINESS_ZONE).astimezone(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold the clock of this process, all its threads included, at `instant`."""
    global _travelled_to
    if instant.tzinfo is None:
        raise ValueError("clock.at() takes an aware instant")
    before, _travelled_to = _travelled_to, instant.astimezone(UTC)
    try:
        yield
    finally:
        _travelled_to = before

"""Rules of the export and of the retention: pure functions."""

from datetime import date
from typing import Final

from backend.dates import months_before
from canteen.food_safety.inspections.errors import PeriodTooLong, RetentionTooEarly

MOST_DAYS: Final = 92


def ensure_period(from_on: date, until_on: date) -> None:
    """At least a day, at most a quarter. Raises PeriodTooLong."""
    if not 0 <= (until_on - from_on).days < MOST_DAYS:
        raise PeriodTooLong(days=MOST_DAYS)


def deletable_until(today: date, months: int) -> date:
    """The last day whose records have been kept for so many months: the day before that is as old."""
    last = months_before(today, months)
    return date.fromordinal(last.toordinal() - 1)


def ensure_deletable(until_on: date, today: date, months: int) -> None:
    """What is to be kept is not deleted. Raises RetentionTooEarly."""
    last = deletable_until(today, months)
    if until_on > last:
        raise RetentionTooEarly(months=months, allowed_until=last.isoformat())


def degrees(tenths: int) -> str:
    """`-18.5℃`, from tenths of a degree."""
    return f"{tenths / 10:.1f}℃"


def kilograms(grams: int) -> str:
    """`12.345`: exact to the gram."""
    return f"{grams // 1000:,}.{grams % 1000:03d}"

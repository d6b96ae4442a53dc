"""Days and months: counting months, and how Chinese sentences name days and instants."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from backend import clock


def months_after(day: date, months: int) -> date:
    """The same day so many months later (negative: earlier), or the last of that month if it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier (negative: later), or the last of that month."""
    return months_after(day, -months)


def next_month(day: date) -> date:
    """The first day of the month after the one in which a day lies."""
    return months_after(day.replace(day=1), 1)


def previous_month(day: date) -> date:
    """The first day of the month before the one in which a day lies."""
    return months_after(day.replace(day=1), -1)


def month_end(day: date) -> date:
    """The last day of the month in which a day lies."""
    return next_month(day) - timedelta(days=1)


def day_text(on: date) -> str:
    """`11月23日`."""
    return f"{on.month}月{on.day}日"


def full_day_text(on: date) -> str:
    """`2026年11月23日`."""
    return f"{on.year}年{day_text(on)}"


def moment_text(instant: datetime) -> str:
    """`11月23日 09:30`, as the compound's clocks show it."""
    local = clock.local(instant)
    return f"{day_text(local)} {local:%H:%M}"


def full_moment_text(instant: datetime) -> str:
    """`2026年11月23日 09:30`, as the compound's clocks show it."""
    local = clock.local(instant)
    return f"{full_day_text(local)} {local:%H:%M}"

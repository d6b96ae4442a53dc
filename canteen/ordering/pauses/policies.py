"""Rules of pauses: pure functions."""

from collections.abc import Mapping
from datetime import date, timedelta


def counts_from(last: date, days: int) -> date:
    """The first of the `days` days, up to and including `last`, whose missed meals count together."""
    return last - timedelta(days=days - 1)


def is_justified(cause: int, missed: Mapping[int, date], limit: int, days: int) -> bool:
    """Whether a pause still stands on enough missed meals.

    `cause` is the order that caused it; `missed` has the days of the orders that count, by order.
    """
    last = missed.get(cause)
    if last is None:
        return False
    since = counts_from(last, days)
    return sum(since <= each <= last for each in missed.values()) >= limit

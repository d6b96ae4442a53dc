"""Rules of expiry: boundaries, and what is left of old money. Pure functions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.dates import next_month
from canteen.accounts.rules import ExpiryPeriod

# A boundary that passed longer ago is not made up for: the next one takes what is left as well.
LOOKS_BACK_MONTHS: Final = 12
WARNS_BEFORE: Final = timedelta(days=7)

_FIRST_MONTHS: Final = {
    ExpiryPeriod.NEVER: frozenset[int](),
    ExpiryPeriod.MONTH: frozenset(range(1, 13)),
    ExpiryPeriod.QUARTER: frozenset({1, 4, 7, 10}),
    ExpiryPeriod.YEAR: frozenset({1}),
}
PeriodAt = Callable[[date], ExpiryPeriod]


def is_boundary(day: date, period: ExpiryPeriod) -> bool:
    """Whether a period of this length begins on that day."""
    return day.day == 1 and day.month in _FIRST_MONTHS[period]


def last_boundary(today: date, period_at: PeriodAt) -> date | None:
    """The latest boundary up to today, by the rule as it was on each; None within the last months."""
    first = today.replace(day=1)
    for _ in range(LOOKS_BACK_MONTHS):
        if is_boundary(first, period_at(first)):
            return first
        first = (first - timedelta(days=1)).replace(day=1)
    return None


def boundary_ahead(today: date, period_at: PeriodAt) -> date | None:
    """The boundary that people are to be warned of today, by the rule as it will be then."""
    first = next_month(today)
    is_near = first - WARNS_BEFORE <= today
    return first if is_near and is_boundary(first, period_at(first)) else None


@dataclass(frozen=True, slots=True)
class Since:
    """What happened to a subsidy from a boundary on, in fen: an order with its refunds, or another entry.

    `is_new` for what was granted, or taken back of what was granted, from the boundary on.
    """

    amount_fen: int
    is_new: bool = False


def left_of_old(balance_fen: int, since: Iterable[Since]) -> int:
    """What is still unspent of the balance at the boundary, where old money is spent first.

    `balance_fen` is the present balance. An order that got more back than it took since the boundary was
    placed before it: that money is not spent, and not old either.
    """
    moved = list(since)
    at_boundary_fen = balance_fen - sum(each.amount_fen for each in moved)
    spent_fen = sum(-min(each.amount_fen, 0) for each in moved if not each.is_new)
    return max(0, min(at_boundary_fen - spent_fen, balance_fen))


def period_name(boundary_on: date, period: ExpiryPeriod) -> str:
    """`2026年第4季度`: the period that ended at a boundary."""
    last = boundary_on - timedelta(days=1)
    if period is ExpiryPeriod.YEAR:
        return f"{last.year}年"
    if period is ExpiryPeriod.QUARTER:
        return f"{last.year}年第{(last.month + 2) // 3}季度"
    return f"{last.year}年{last.month}月"

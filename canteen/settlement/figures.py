"""What the ledger says of a canteen's months."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from backend.dates import month_end
from backend.db import db, table
from backend.identity.models import Department
from canteen.accounts.models import LedgerAccount, LedgerEntry, LedgerPosting
from canteen.menu.policies import PERIOD_ORDER
from canteen.ordering.models import Order, OrderState
from canteen.ordering.receptions.models import Reception, ReceptionState
from canteen.settlement import policies
from canteen.settlement.policies import Line, Sums

_ENTRY, _POSTING = table(LedgerEntry), table(LedgerPosting)
_ORDER, _RECEPTION = table(Order), table(Reception)
# What earns a canteen money, and how an entry of the ledger names it.
_SOURCES: Final[tuple[tuple[Any, ColumnElement[Any]], ...]] = (
    (_ORDER, _ENTRY.c.order_id),
    (_RECEPTION, _ENTRY.c.reception_id),
)
# What each account of the ledger that pays for meals is called in a settlement.
_BUCKETS: Final = {
    LedgerAccount.SUBSIDY.value: "subsidy_fen",
    LedgerAccount.PERSONAL.value: "personal_fen",
    LedgerAccount.RECEPTION.value: "reception_fen",
}
_SALES: Final = LedgerAccount.SALES.value
_SERVED: Final = (ReceptionState.SERVED.value, ReceptionState.SETTLED.value)
_COUNTED: Final = {OrderState.PICKED_UP.value: "picked_up", OrderState.NO_SHOW.value: "no_shows"}

Row = Sequence[Any]


@dataclass(slots=True)
class _Tally:
    """Sums under way, by month, department and period."""

    sums: dict[tuple[date, int, str], dict[str, int]] = field(default_factory=dict)

    def add(self, month: date, department_id: int, period: str, what: str, amount: int) -> None:
        """Add to one of the sums."""
        one = self.sums.setdefault((month, department_id, period), {})
        one[what] = one.get(what, 0) + amount

    def lines(self) -> list[Line]:
        """What is not nothing, with the departments' names, by month, department and period."""
        names = _department_names({department_id for _, department_id, _ in self.sums})
        found = [
            Line(month, of, names.get(of, f"部门 {of}"), period, Sums(**sums))
            for (month, of, period), sums in self.sums.items()
        ]
        return sorted(
            (line for line in found if line.sums != Sums()),
            key=lambda line: (line.month, line.department_id, PERIOD_ORDER[line.period]),
        )


def compute(canteen_id: int, month: date, *, after: int | None) -> tuple[list[Line], list[Line], int]:
    """The month's lines, the adjustments of earlier months, and the sales that stand against them, in fen.

    Adjustments come out of the entries after `after`; without it there are none. Seven statements at most.
    """
    tally, sold_fen = _Tally(), 0
    for of_month, department_id, period, account, fen in _paid(canteen_id, month, after, None):
        if account == _SALES:
            sold_fen += int(fen)
        else:
            tally.add(of_month, department_id, period, _BUCKETS[account], -int(fen))
    for department_id, period, what, count in _counts(canteen_id, month):
        tally.add(month, department_id, period, what, count)
    lines = tally.lines()
    own = [line for line in lines if line.month == month]
    return own, [line for line in lines if line.month != month], sold_fen


def sold(canteen_id: int, month: date, *, after: int | None, through: int) -> int:
    """The sales in fen of the month and, after the entry `after`, of earlier ones; none beyond `through`."""
    rows = _paid(canteen_id, month, after, through)
    return sum(int(fen) for *_, account, fen in rows if account == _SALES)


def _paid(canteen_id: int, month: date, after: int | None, through: int | None) -> Iterable[Row]:
    """(month, department, period, account, fen) of what was posted for the month, and late for others."""
    until = [_ENTRY.c.id <= through] if through is not None else []
    for source, link in _SOURCES:
        mine = source.c.canteen_id == canteen_id, link == source.c.id, *until
        own = source.c.served_on.between(month, month_end(month))
        for row in db.session.execute(_legs(source, [], *mine, own)):
            yield month, *row
        if after is not None:
            late = _ENTRY.c.id > after, source.c.served_on < month
            for served_on, *rest in db.session.execute(_legs(source, [source.c.served_on], *mine, *late)):
                yield policies.first_of(served_on), *rest


def _legs(source: Any, by: Sequence[ColumnElement[Any]], *conditions: ColumnElement[bool]) -> Select[Any]:
    """What was posted for orders or receptions: who paid, and their own canteen's sales."""
    columns = *by, source.c.department_id, source.c.period, _POSTING.c.account
    paid = _POSTING.c.account.in_(_BUCKETS)
    earned = and_(_POSTING.c.account == _SALES, _POSTING.c.canteen_id == source.c.canteen_id)
    return (
        select(*columns, func.sum(_POSTING.c.amount_fen))
        .where(*conditions, _POSTING.c.entry_id == _ENTRY.c.id, or_(paid, earned))
        .group_by(*columns)
    )


def _counts(canteen_id: int, month: date) -> Iterable[tuple[int, str, str, int]]:
    """(department, period, what, how many) of the month's meals and receptions."""
    for source, states in ((_ORDER, tuple(_COUNTED)), (_RECEPTION, _SERVED)):
        by = source.c.department_id, source.c.period, source.c.state
        counted = (
            select(*by, func.count())
            .where(
                source.c.canteen_id == canteen_id,
                source.c.served_on.between(month, month_end(month)),
                source.c.state.in_(states),
            )
            .group_by(*by)
        )
        for department_id, period, state, count in db.session.execute(counted):
            yield department_id, period, _COUNTED.get(state, "receptions"), count


def _department_names(ids: set[int]) -> Mapping[int, str]:
    """The departments' names; with that of the parent where several bear the same."""
    above = aliased(Department)
    rows = db.session.execute(
        select(Department.id, Department.name, func.coalesce(above.name, ""))
        .outerjoin(above, above.id == Department.parent_id)
        .where(Department.id.in_(ids))
    ).all()
    times = Counter(name for _, name, _ in rows)
    return {of: f"{parent}·{name}" if times[name] > 1 and parent else name for of, name, parent in rows}

"""Rules of settlements: months, what keeps a month open, and sums of lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from backend.dates import next_month
from canteen.menu.models import Period
from canteen.menu.policies import PERIOD_ORDER
from canteen.menu.titles import PERIOD_NAMES
from canteen.settlement.errors import ConfirmedTooEarly, SettlementConfirmed
from canteen.settlement.models import SettlementState


@dataclass(frozen=True, slots=True)
class Sums:
    """Meals by how they ended, and fen by who paid."""

    picked_up: int = 0
    no_shows: int = 0
    receptions: int = 0
    subsidy_fen: int = 0
    personal_fen: int = 0
    reception_fen: int = 0

    @property
    def amount_fen(self) -> int:
        """All buckets together."""
        return self.subsidy_fen + self.personal_fen + self.reception_fen

    def __add__(self, other: Self) -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in Sums.__slots__))


@dataclass(frozen=True, slots=True)
class Line:
    """What a department's meals of one period came to in a month."""

    month: date
    department_id: int
    department: str
    period: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one title, e.g. those of a department."""

    key: str
    title: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class OpenThings:
    """What of a month may still change.

    `unsettled` is the first month that was not closed yet; None if the canteen never served anything.
    """

    unsettled: date | None
    orders: int
    meals: int
    receptions: int


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_name(month: date) -> str:
    """`2026年11月`."""
    return f"{month.year}年{month.month}月"


def number_of(canteen_id: int, month: date) -> str:
    """The number of a closed settlement: a canteen has one in a month, so that it needs no counter."""
    return f"JS{month:%Y%m}-{canteen_id:03d}"


def ensure_to_be_confirmed(
    state: SettlementState, *, closed_on: date, confirmed_on: date, today: date
) -> None:
    """Both sides sign a closed settlement once, on the day of closing or later, and not in the future.

    Raises SettlementConfirmed or ConfirmedTooEarly.
    """
    if state is SettlementState.CONFIRMED:
        raise SettlementConfirmed
    if not closed_on <= confirmed_on <= today:
        raise ConfirmedTooEarly(closed_on=closed_on.isoformat())


def reasons_to_wait(month: date, found: OpenThings, *, today: date) -> list[str]:
    """Why the month cannot be closed yet, as sentences; none if it can."""
    reasons = []
    if today < next_month(month):
        reasons.append(f"{month_name(month)}尚未结束")
    if found.unsettled is None:
        reasons.append("食堂还没有供餐")
    elif month < found.unsettled:
        reasons.append(f"早于应结算的{month_name(found.unsettled)}")
    elif month > found.unsettled:
        reasons.append(f"应先结算{month_name(found.unsettled)}")
    if found.meals:
        reasons.append(f"有 {found.meals} 个餐次尚未供餐结束")
    if found.orders:
        reasons.append(f"有 {found.orders} 份订单尚未取餐或登记未取")
    if found.receptions:
        reasons.append(f"有 {found.receptions} 次公务接待尚未办结")
    return reasons


def total(lines: Iterable[Line]) -> Sums:
    """The sums of all lines."""
    return sum((line.sums for line in lines), Sums())


def by_department(lines: Iterable[Line]) -> list[Group]:
    """The lines of each department together, the largest amount first."""
    groups = _grouped((str(line.department_id), line.department, line.sums) for line in lines)
    return sorted(groups, key=lambda group: (-group.sums.amount_fen, int(group.key)))


def by_period(lines: Iterable[Line]) -> list[Group]:
    """The lines of each period together, in the order of the day."""
    groups = _grouped((line.period, PERIOD_NAMES[Period(line.period)], line.sums) for line in lines)
    return sorted(groups, key=lambda group: PERIOD_ORDER[group.key])


def _grouped(rows: Iterable[tuple[str, str, Sums]]) -> list[Group]:
    found: dict[str, Group] = {}
    for key, title, sums in rows:
        group = found.get(key)
        found[key] = Group(key, title, group.sums + sums if group else sums)
    return list(found.values())

"""The demo's absences: those that explain missed meals, and what was filed lately, waiting or decided."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from backend import clock
from backend.db import Base
from backend.flows.demo.missed import was_absent
from backend.flows.demo.organisation import ADMINISTRATOR_NO, VISITOR_NO, WAITER_NO
from backend.flows.demo.plan import Plan
from backend.identity.absences.models import Absence, AbsenceKind, AbsenceState, Half, Source
from backend.identity.absences.policies import Span
from canteen.menu.models import Period
from canteen.ordering.models import OrderState

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_COLUMNS = (
    "id staff_id kind from_on from_half until_on until_half from_at until_at state source reason answer"
    " filed_at filed_by decided_at decided_by"
)
_FILED_AT = _COLUMNS.split().index("filed_at") - 1  # Rows get their ids last.
# Filed when it was too late to cancel the meal, so that the meal was missed and excused.
_TOO_LATE_BY = timedelta(minutes=20)
_DECIDED_AFTER = timedelta(hours=1)
_HALVES = {Period.BREAKFAST: (Half.AM, Half.AM), Period.LUNCH: (Half.AM, Half.PM)}
_AFTERNOON = (Half.PM, Half.PM)
_SUDDEN = (
    (AbsenceKind.LEAVE, "身体不适，就医"),
    (AbsenceKind.TRIP, "临时到区县现场办公"),
    (AbsenceKind.LEAVE, ""),
    (AbsenceKind.TRAINING, "临时通知参加业务培训"),
    (AbsenceKind.LEAVE, "家中有急事"),
)


class _Filed(NamedTuple):
    """An absence from `first` to `last` days from today, as it was filed some days ago.

    Before its days came, or on the first of them.
    """

    first: int
    last: int
    kind: AbsenceKind
    reason: str
    state: AbsenceState
    source: Source = Source.SELF
    answer: str = ""
    days_ago: int = 1


# Of people who have ordered for those days: whoever approves is told which orders that cancels.
_WAITING = (
    _Filed(0, 2, AbsenceKind.TRIP, "赴省厅汇报工作", AbsenceState.PENDING, days_ago=0),
    _Filed(0, 0, AbsenceKind.LEAVE, "陪家人就医", AbsenceState.PENDING),
    _Filed(0, 4, AbsenceKind.TRAINING, "参加党校主体班培训", AbsenceState.PENDING),
)
_OWN = {
    VISITOR_NO: _Filed(20, 24, AbsenceKind.LEAVE, "年休假", AbsenceState.PENDING),
    WAITER_NO: _Filed(9, 9, AbsenceKind.LEAVE, "", AbsenceState.PENDING, days_ago=2),
}
# Of people who have ordered nothing for those days.
_DECIDED = (
    _Filed(-1, 3, AbsenceKind.TRIP, "赴外省学习考察", AbsenceState.APPROVED, answer="同意", days_ago=4),
    _Filed(0, 0, AbsenceKind.LEAVE, "", AbsenceState.APPROVED, answer="同意", days_ago=2),
    _Filed(1, 4, AbsenceKind.TRAINING, "公务员任职培训", AbsenceState.APPROVED, Source.IMPORTED, days_ago=3),
    _Filed(1, 4, AbsenceKind.TRAINING, "公务员任职培训", AbsenceState.APPROVED, Source.IMPORTED, days_ago=3),
    _Filed(7, 11, AbsenceKind.LEAVE, "年休假", AbsenceState.APPROVED, answer="同意", days_ago=6),
    _Filed(2, 3, AbsenceKind.TRIP, "检查安全生产", AbsenceState.APPROVED, Source.RECORDED, days_ago=1),
    _Filed(3, 7, AbsenceKind.LEAVE, "年休假", AbsenceState.REJECTED, answer="年底任务集中，请改到下月",
           days_ago=2),
    _Filed(5, 5, AbsenceKind.TRIP, "调研", AbsenceState.WITHDRAWN, days_ago=3),
    _Filed(1, 2, AbsenceKind.TRIP, "参加培训会", AbsenceState.REVOKED, answer="会议改期", days_ago=5),
)  # fmt: skip


def tables(plan: Plan) -> Tables:
    """The one table of absences, by the time of filing."""
    own = {plan.staff_id(staff_no): filed for staff_no, filed in _OWN.items()}
    taken = set(own)
    made = _sudden(plan) + _waiting(plan, taken) + _decided(plan, taken)
    made += [_row(plan, staff_id, filed) for staff_id, filed in own.items()]
    made.sort(key=lambda row: (row[_FILED_AT], row[0]))
    yield Absence, _COLUMNS, [(place, *row) for place, row in enumerate(made, start=1)]


def _sudden(plan: Plan) -> list[tuple[Any, ...]]:
    """One absence of each person and day that missed a meal by it."""
    decider_id = plan.staff_id(ADMINISTRATOR_NO)
    found: dict[tuple[int, date], tuple[Any, ...]] = {}
    for order in plan.orders:
        if order.state != OrderState.NO_SHOW or not was_absent(order):
            continue
        meal, staff_id = order.meal, order.diner.staff_id
        first, last = _HALVES.get(Period(meal.period), _AFTERNOON)
        if (staff_id, meal.served_on) in found:
            first, last = Half.AM, Half.PM
        kind, reason = _SUDDEN[order.id % len(_SUDDEN)]
        filed_at = meal.instants.cancel_closes_at + _TOO_LATE_BY
        filed = _Filed(0, 0, kind, reason, AbsenceState.APPROVED, answer="同意")
        span = Span(meal.served_on, first, meal.served_on, last)
        found[staff_id, meal.served_on] = _facts(
            filed, staff_id, span, filed_at, filed_at + _DECIDED_AFTER, decider_id
        )
    return list(found.values())


def _waiting(plan: Plan, taken: set[int]) -> list[tuple[Any, ...]]:
    """Absences that wait for a decision, from the day of an order that would be cancelled."""
    today = clock.local(plan.now).date()
    ahead = [
        order
        for order in plan.orders
        if order.state == OrderState.BOOKED and order.meal.served_on > today and not order.is_promised
    ]
    made = []
    for filed in _WAITING:
        order = next((each for each in reversed(ahead) if each.diner.staff_id not in taken), None)
        if order is None:
            break
        taken.add(order.diner.staff_id)
        away = (order.meal.served_on - today).days
        filed = filed._replace(first=filed.first + away, last=filed.last + away)
        made.append(_row(plan, order.diner.staff_id, filed))
    return made


def _decided(plan: Plan, taken: set[int]) -> list[tuple[Any, ...]]:
    busy = {
        (order.diner.staff_id, order.meal.served_on)
        for order in plan.orders
        if order.state != OrderState.CANCELLED
    }
    made = []
    for filed in _DECIDED:
        staff_id = _who_is_free(plan, filed, busy, taken)
        if staff_id is not None:
            taken.add(staff_id)
            made.append(_row(plan, staff_id, filed))
    return made


def _who_is_free(
    plan: Plan, filed: _Filed, busy: Collection[tuple[int, date]], taken: Collection[int]
) -> int | None:
    """The last official who has ordered nothing for the days: visitors pick the first ones."""
    today = clock.local(plan.now).date()
    days = [today + timedelta(days=offset) for offset in range(filed.first, filed.last + 1)]
    for member in reversed(plan.members):
        is_free = not member.role and member.staff_id not in taken
        if is_free and not any((member.staff_id, day) in busy for day in days):
            return member.staff_id
    return None


def _row(plan: Plan, staff_id: int, filed: _Filed) -> tuple[Any, ...]:
    today = clock.local(plan.now).date()
    first, last = (today + timedelta(days=offset) for offset in (filed.first, filed.last))
    span = Span(first, Half.AM, last, Half.PM)
    filed_at = plan.now - timedelta(days=filed.days_ago, hours=1, minutes=staff_id % 60)
    decided_at = None
    if filed.state not in (AbsenceState.PENDING, AbsenceState.WITHDRAWN):
        decided_at = filed_at if filed.source is not Source.SELF else filed_at + _DECIDED_AFTER
    return _facts(filed, staff_id, span, filed_at, decided_at, plan.staff_id(ADMINISTRATOR_NO))


def _facts(
    filed: _Filed, staff_id: int, span: Span, filed_at: datetime, decided_at: datetime | None, decider_id: int
) -> tuple[Any, ...]:
    """A row without its id."""
    return (
        staff_id,
        filed.kind.value,
        span.from_on,
        span.from_half.value,
        span.until_on,
        span.until_half.value,
        span.from_at,
        span.until_at,
        filed.state.value,
        filed.source.value,
        filed.reason,
        filed.answer,
        filed_at,
        staff_id if filed.source is Source.SELF else decider_id,
        decided_at,
        decider_id if decided_at is not None else None,
    )

"""The demo's missed meals: a record of each, some excused by leave, some appealed; drawn from no stream.

What a record says follows from order, person and day, so that it is the same later but for its age.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.db import Base
from backend.flows.demo.kitchens import KITCHENS
from backend.flows.demo.orders import PlannedOrder
from backend.flows.demo.organisation import MANAGER_NO
from backend.flows.demo.plan import Plan
from canteen.ordering.models import OrderState
from canteen.pickups.no_shows.models import NoShow, NoShowState

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_COLUMNS = (
    "order_id meal_id canteen_id staff_id department_id served_on period state was_absent recorded_at"
    " refunded_fen appeal_reason appealed_at answer decided_at decided_by"
)
# The grace after the window, and the time that counters have to report.
_RECORDED_AFTER = timedelta(hours=4)
_APPEALED_AFTER = timedelta(hours=20)
_DECIDED_AFTER = timedelta(days=4)
_ABSENT, _APPEALED = 6, 17  # One of so many.
_REASONS = (
    ("临时接到紧急会议通知，来不及退餐", "情况属实，予以免责"),
    ("到现场处置突发事件", "情况属实，予以免责"),
    ("忘记退餐", "请今后在截止前退餐"),
    ("身体不适，临时就医", "情况属实，祝早日康复"),
    ("以为当天的餐已经退了", "未查到退餐记录，请以订单状态为准"),
)
_UPHELD = {2, 4}


def tables(plan: Plan) -> Tables:
    """The one table of records."""
    missed = [order for order in plan.orders if order.state == OrderState.NO_SHOW]
    appealed = _appealed(missed, plan)
    manager_id = plan.staff_id(MANAGER_NO)
    yield NoShow, _COLUMNS, [_row(order, plan, appealed, manager_id) for order in missed]


def was_absent(order: PlannedOrder) -> bool:
    """Whether leave excuses a missed order, and all of the person and day; not what is kept for an appeal."""
    lot = order.diner.staff_id + order.meal.served_on.toordinal()
    return lot % _ABSENT == 0 and not order.is_to_appeal


def _appealed(missed: Sequence[PlannedOrder], plan: Plan) -> dict[int, bool]:
    """The orders whose records were appealed, and whether that waits still.

    The latest one of the first canteen always does, so that there is something to decide.
    """
    could = [
        order
        for order in missed
        if not (was_absent(order) or order.is_to_appeal)
        and _recorded_at(order, plan) + _APPEALED_AFTER <= plan.now
    ]
    found = {
        order.id: _recorded_at(order, plan) + _DECIDED_AFTER > plan.now
        for order in could
        if order.id % _APPEALED == 0
    }
    latest = [order.id for order in could if order.meal.canteen_id == KITCHENS[0].id][-1:]
    return found | dict.fromkeys(latest, True)


def _recorded_at(order: PlannedOrder, plan: Plan) -> datetime:
    return min(order.meal.instants.serves_until + _RECORDED_AFTER, plan.now)


def _row(order: PlannedOrder, plan: Plan, appealed: Mapping[int, bool], manager_id: int) -> tuple[Any, ...]:
    recorded_at = _recorded_at(order, plan)
    appeal: tuple[Any, ...] = ("", None, "", None, None)
    state = NoShowState.EXCUSED if was_absent(order) else NoShowState.RECORDED
    if order.id in appealed:
        place = order.id // _APPEALED % len(_REASONS)
        state, appeal = _appeal(place, recorded_at, manager_id, waits=appealed[order.id])
    return (
        order.id,
        order.meal.id,
        order.meal.canteen_id,
        order.diner.staff_id,
        order.diner.department_id,
        order.meal.served_on,
        order.meal.period,
        state.value,
        was_absent(order),
        recorded_at,
        0,
        *appeal,
    )


def _appeal(
    place: int, recorded_at: datetime, manager_id: int, *, waits: bool
) -> tuple[NoShowState, tuple[Any, ...]]:
    reason, answer = _REASONS[place]
    appealed_at, decided_at = recorded_at + _APPEALED_AFTER, recorded_at + _DECIDED_AFTER
    if waits:
        return NoShowState.APPEALED, (reason, appealed_at, "", None, None)
    state = NoShowState.UPHELD if place in _UPHELD else NoShowState.EXCUSED
    return state, (reason, appealed_at, answer, decided_at, manager_id)

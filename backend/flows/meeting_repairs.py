"""会后损坏转工单: what a check after a meeting found broken becomes a work order, which settles it when done.

One entry of a checklist raises one order: a repetition of the request finds the order that is there. The
order is at the room's place. When it is verified, the entry is settled with its result; when it comes to
nothing, the entry stays open, with a word, for who serves the meetings.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from backend import clock
from backend.actor import SYSTEM, Actor
from backend.audit.operations import record
from backend.db import atomic, db
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from meeting.bookings import queries as bookings
from meeting.hospitality.checks import operations as checks
from meeting.hospitality.checks import queries as check_queries
from meeting.hospitality.checks.errors import CheckNotYours, FaultSettled
from meeting.hospitality.checks.models import CheckItem
from meeting.hospitality.checks.queries import ItemView
from meeting.rooms import queries as rooms
from property.categories import queries as repairs
from property.categories.models import Urgency
from property.work_orders import following, intake
from property.work_orders.following import Progress
from property.work_orders.models import Origin, WorkOrder
from property.work_orders.policies import Step

_UNSERVED: Final[Mapping[Step, str]] = {
    Step.DECLINE: "未予受理",
    Step.CANCEL: "已撤销",
    Step.MARK_DUPLICATE: "与其他工单重复",
}


@atomic
def raise_order(
    actor: Actor,
    *,
    item_id: int,
    category: str,
    description: str = "",
    urgency: Urgency | None = None,
    photo_ids: Sequence[int] = (),
) -> ItemView:
    """Have a fault mended: raise the work order of an entry, once, at the place of its room.

    Raises CheckItemNotFound, CheckNotYours, FaultSettled, and as `intake.raise_order`.
    """
    item = checks.locked(item_id)
    check_queries.get_item(actor, item_id)  # Whether it is within reach.
    _, occurrence, who = bookings.find_occurrence(actor, item.occurrence_id)
    if not check_queries.may_check(actor, occurrence, who):
        raise CheckNotYours
    if item.order_id is not None:
        return check_queries.get_item(actor, item_id)
    if item.is_ok or item.settled_at is not None:
        raise FaultSettled
    room = rooms.find(occurrence.room_id)
    order = intake.raise_order(
        actor,
        origin=Origin.MEETING,
        origin_id=item.id,
        category_id=repairs.leaf_of_code(category).id,
        place=Ref(PlaceKind.ROOM, room.place_id),
        description=description or f"{room.name}会后检查：{item.note}",
        urgency=urgency,
        photo_ids=photo_ids,
        reporter_id=actor.staff_id,
        at=clock.now(),
    )
    item.order_id, item.order_number = order.id, order.number
    record(actor, "meeting.fault_order_raised", "meeting_check_item", item_id, order_id=order.id)
    db.session.flush()
    return check_queries.get_item(actor, item_id)


def follow_up(_actor: Actor, order: WorkOrder, progress: Progress) -> None:
    """Tell the entry of the end of its order, within the unit of that step, whose order is locked."""
    if progress.step is not Step.VERIFY and progress.step not in _UNSERVED:
        return
    item = db.session.get(CheckItem, order.origin_id, with_for_update=True, populate_existing=True)
    if item is None or item.settled_at is not None:
        return
    if progress.step is Step.VERIFY:
        result = order.result.strip()
        text = f"维修工单 {order.number} 已完成{f'：{result}' if result else ''}"
        checks.settle(item, by=SYSTEM.staff_id, text=text, at=progress.at)
    else:
        item.settlement = f"维修工单 {order.number} {_UNSERVED[progress.step]}，请另行处理"[:300]


following.follow(Origin.MEETING, follow_up)

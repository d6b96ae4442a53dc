"""What happens to rounds by themselves: they lapse, and what was repaired is checked again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.db import atomic, db
from backend.notifications.operations import Message, notify_each
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.rules import queries as rule_queries
from property.inspections.models import CheckItem, Plan
from property.inspections.policies import shown_at
from property.inspections.rounds import operations
from property.inspections.rounds.messages import RECHECK_ASKED, ROUND_LAPSED
from property.inspections.rounds.models import Answer, Recheck, Round, RoundPoint, RoundState
from property.inspections.rounds.policies import Counts, Stop
from property.inspections.rounds.rules import RECHECK_HOURS
from property.inspections.schedules import Firing
from property.work_orders.models import State, WorkOrder
from property.work_orders.rules import OFFLINE_GRACE_MINUTES
from property.workforce import queries as workforce
from property.workforce.models import Group

AT_ONCE: Final = 200
PAGE: Final = "pages/inspections/round?id={}"
_DONE: Final = (State.COMPLETED.value, State.TO_RATE.value, State.CLOSED.value)
_UNDONE: Final = (State.DECLINED.value, State.CANCELLED.value)


def close_all() -> int:
    """Close every round whose window ended, batch by batch; returns how many."""
    closed = 0
    while batch := close_some():
        closed += batch
    return closed


@atomic
def close_some() -> int:
    """Close some rounds whose windows ended, once phones that were cut off cannot speak for them any more.

    What is complete is finished; else it lapses, its unvisited points are missed (漏检), and the group's
    leads are told. Repeating it is harmless. Returns how many.
    """
    now = clock.now()
    grace = timedelta(minutes=rule_queries.value(OFFLINE_GRACE_MINUTES))
    rounds = operations.lock_overdue(now - grace, AT_ONCE)
    if not rounds:
        return 0
    counts = operations.counts_of([each.id for each in rounds])
    for each in rounds:
        operations.end(each, counts[each.id], by=None, at=now)
    operations.miss([each.id for each in rounds])
    _tell_leads([(each, counts[each.id]) for each in rounds if each.state == RoundState.LAPSED])
    return len(rounds)


@atomic
def ask_rechecks() -> int:
    """Ask the groups to check again what was repaired; returns how many re-checks are new.

    An item whose order was declined or taken back is not checked again; a duplicate's master counts for it.
    """
    now = clock.now()
    found = _awaiting()
    asked: dict[Round, list[Stop]] = {}
    told: list[tuple[Round, RoundPoint, CheckItem]] = []
    firing = Firing(now, now, now + timedelta(hours=rule_queries.value(RECHECK_HOURS)))
    for answer, point, of, plan, item, contractor_id, order_state in found:
        if order_state in _UNDONE:
            answer.recheck = Recheck.DROPPED.value
            continue
        answer.recheck = Recheck.ASKED.value
        made = operations.make(
            plan, firing, [_again(point, of, item)], contractor_id=contractor_id, recheck_of_id=answer.id
        )
        asked[made] = [_again(point, of, item)]
        told.append((made, point, item))
    operations.add_points(asked)
    _tell_members(told)
    return len(asked)


def _awaiting() -> Sequence[Any]:
    master = aliased(WorkOrder)
    return db.session.execute(
        select(Answer, RoundPoint, Round, Plan, CheckItem, Group.contractor_id, master.state)
        .join(RoundPoint, RoundPoint.id == Answer.round_point_id)
        .join(Round, Round.id == RoundPoint.round_id)
        .join(Plan, Plan.id == Round.plan_id)
        .join(Group, Group.id == Plan.group_id)
        .join(CheckItem, CheckItem.id == Answer.item_id)
        .join(WorkOrder, WorkOrder.id == Answer.order_id)
        .join(master, master.id == func.coalesce(WorkOrder.master_id, WorkOrder.id))
        .where(
            Answer.recheck == Recheck.AWAITED.value,
            or_(master.state.in_(_DONE), master.state.in_(_UNDONE)),
        )
        .order_by(Answer.id)
        .limit(AT_ONCE)
        .with_for_update(of=Answer)
        .execution_options(populate_existing=True)
    ).all()


def _again(point: RoundPoint, of: Round, item: CheckItem) -> Stop:
    return Stop(
        point_id=point.point_id,
        asset_id=point.asset_id,
        place=Ref(PlaceKind(point.place_kind), point.place_id),
        place_path=point.place_path,
        name=point.name,
        version_id=point.version_id,
        is_security=point.is_security,
        is_manual_ok=point.is_manual_ok,
        campus_id=of.campus_id,
        building_id=of.building_id,
        item_id=item.id,
    )


def _tell_leads(lapsed: Sequence[tuple[Round, Counts]]) -> None:
    leads = {group_id: workforce.leads_of(group_id) for group_id in {each.group_id for each, _ in lapsed}}
    notify_each(
        ROUND_LAPSED,
        [
            Message(
                staff_id,
                {
                    "name": each.name,
                    "until": shown_at(each.closes_at),
                    "missed": str(counts.missed),
                    "items": str(counts.unanswered),
                },
                dedupe=f"lapsed {each.id}",
                page=PAGE.format(each.id),
            )
            for each, counts in lapsed
            for staff_id in leads[each.group_id]
        ],
    )


def _tell_members(asked: Sequence[tuple[Round, RoundPoint, CheckItem]]) -> None:
    groups = {made.group_id for made, _, _ in asked}
    members = {group_id: workforce.members(group_id) for group_id in groups}
    notify_each(
        RECHECK_ASKED,
        [
            Message(
                staff_id,
                {"point": point.name, "item": item.text, "until": shown_at(made.closes_at)},
                dedupe=f"recheck {made.id}",
                page=PAGE.format(made.id),
            )
            for made, point, item in asked
            for staff_id in members[made.group_id]
        ],
    )

"""Writes of deductions and appeals, within an open unit of work. The month's row is locked before."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import insert

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import db, table, unit
from backend.media import operations as media_operations
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from backend.refusals import refusing_clashes
from backend.rules import queries as rules
from backend.scoresheets.models import ScoreItem
from backend.scoresheets.policies import spoken
from backend.workdays import queries as workday_queries
from property.assessments import policies
from property.assessments.errors import AppealExists
from property.assessments.models import Appeal, AppealState, Assessment, Deduction, DeductionOrder
from property.assessments.rules import APPEAL_WORKDAYS
from property.assessments.titles import month_name
from property.contractors import queries as contractor_queries


def add_deduction(
    actor: Actor,
    of: Assessment,
    item: ScoreItem,
    *,
    points_tenths: int,
    reason: str,
    happened_on: date,
    photo_ids: Sequence[int],
    order_ids: Collection[int],
    at: datetime,
) -> Deduction:
    """Take points of an item, with the evidence. Raises PhotoNotFound."""
    connection = unit()
    added = Deduction(
        assessment_id=of.id,
        item_id=item.id,
        points_tenths=points_tenths,
        standing_tenths=points_tenths,
        reason=reason,
        happened_on=happened_on,
        made_at=at,
        made_by=actor.staff_id,
        made_by_name=actor.name,
        appeal_until=window_end(at),
    )
    db.session.add(added)
    db.session.flush()  # Photos and orders name it.
    attach(actor, policies.DEDUCTION_PHOTOS, added.id, photo_ids)
    rows = [{"deduction_id": added.id, "order_id": order_id} for order_id in sorted(set(order_ids))]
    if rows:
        connection.execute(insert(table(DeductionOrder)), rows)
    return added


def window_end(at: datetime) -> datetime:
    """Until when something that is told now may be appealed: the closing of the rule's last workday."""
    today = clock.local(at).date()
    calendar = workday_queries.calendar_for(today, today)
    return calendar.closing_after_workdays(today, rules.value(APPEAL_WORKDAYS))


def add_appeal(actor: Actor, of: Deduction, *, text: str, photo_ids: Sequence[int], at: datetime) -> Appeal:
    """Keep the contractor's word. Raises AppealExists or PhotoNotFound."""
    unit()
    added = Appeal(
        deduction_id=of.id,
        state=AppealState.FILED.value,
        text=text,
        filed_at=at,
        filed_by=actor.staff_id,
        filed_by_name=actor.name,
    )
    with refusing_clashes(AppealExists()):
        db.session.add(added)
    attach(actor, policies.APPEAL_PHOTOS, added.id, photo_ids)
    return added


def attach(actor: Actor, owner_kind: str, owner_id: int, photo_ids: Sequence[int]) -> None:
    """Make photos part of an owner, in their order. Raises PhotoNotFound."""
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media_operations.attach(actor, photo_id, owner_kind, owner_id, position=position)


def tell(
    kind: Kind,
    staff_ids: Collection[int],
    of: Assessment,
    deduction: Deduction,
    *,
    points_tenths: int | None = None,
    event: str,
    **fields: str,
) -> None:
    """Tell people of a deduction, once per event."""
    item = db.session.get_one(ScoreItem, deduction.item_id)
    called = contractor_queries.names([of.contractor_id])[of.contractor_id]
    said = {
        "contractor": called,
        "month": month_name(of.month),
        "item": item.level2,
        "points": spoken(points_tenths if points_tenths is not None else deduction.points_tenths),
        **fields,
    }
    wanted = {field.name for field in kind.fields}
    notify(
        kind,
        staff_ids,
        {name: value for name, value in said.items() if name in wanted},
        page=f"pages/property/deduction?id={deduction.id}",
        dedupe=f"{deduction.id} {event}",
    )


def record(actor: Actor, action: str, of: Assessment, deduction: Deduction, reason: str = "") -> None:
    """Keep in the trail what became of a deduction."""
    audit.record(
        actor,
        f"property.{action}",
        "contractor_deduction",
        deduction.id,
        assessment_id=of.id,
        contractor_id=of.contractor_id,
        month=f"{of.month:%Y-%m}",
        points=spoken(deduction.points_tenths),
        standing=spoken(deduction.standing_tenths),
        reason=reason,
    )

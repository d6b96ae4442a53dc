"""Use cases of meetings and demands."""

from collections.abc import Collection
from datetime import date
from typing import Any

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from feedback.offices import queries as offices
from feedback.reviews.demands import operations, policies, queries
from feedback.reviews.demands.errors import DemandUnitUnknown, MeetingClosed, MeetingNotFound
from feedback.reviews.demands.messages import DEMANDED, RETURNED
from feedback.reviews.demands.models import Demand, Meeting
from feedback.reviews.demands.policies import Step
from feedback.reviews.demands.queries import DemandView, MeetingView

MANAGE = Permission.REVIEWS_MANAGE


@atomic
def hold_meeting(
    actor: Actor, *, held_on: date, place: str, unit_ids: Collection[int], summary: str = ""
) -> MeetingView:
    """Record a meeting that has been held; what nobody has answered is carried over to it.

    Raises Forbidden, MeetingOrder or DemandUnitUnknown.
    """
    ensure_everywhere(actor, MANAGE)
    operations.hold_meetings()
    last = queries.latest_meeting()
    policies.ensure_next(held_on, last=last.held_on if last is not None else None, today=clock.today())
    wanted = set(unit_ids)
    if len(queries.unit_names(wanted)) != len(wanted):
        raise DemandUnitUnknown
    meeting = operations.add_meeting(
        actor, held_on=held_on, place=place, summary=summary, unit_ids=wanted, at=clock.now()
    )
    record(actor, "feedback.meeting_recorded", "review_meeting", meeting.id, held_on=held_on.isoformat())
    return queries.find_meeting(actor, meeting.id)


@atomic
def demand(
    actor: Actor, *, meeting_id: int, department_id: int, text: str, office_id: int, due_on: date
) -> DemandView:
    """Record what a unit demanded at the latest meeting, with its owner and its deadline.

    Raises Forbidden, MeetingNotFound, MeetingClosed, DemandUnitUnknown, DemandDueInvalid, OfficeNotFound or
    OfficeClosed.
    """
    ensure_everywhere(actor, MANAGE)
    operations.hold_meetings()
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None:
        raise MeetingNotFound
    last = queries.latest_meeting()
    if last is not None and last.id != meeting.id:
        raise MeetingClosed
    if not queries.attends(meeting.id, department_id):
        raise DemandUnitUnknown
    policies.ensure_due(due_on, clock.today())
    offices.find(office_id)
    made = operations.add_demand(
        actor,
        meeting,
        department_id=department_id,
        office_id=office_id,
        text=text,
        due_on=due_on,
        at=clock.now(),
    )
    operations.tell_owner(made, DEMANDED, event="recorded")
    return _recorded(actor, "demand_recorded", made)


@atomic
def amend(
    actor: Actor, *, demand_id: int, revision: int, office_id: int, due_on: date, reason: str
) -> DemandView:
    """Change who answers for a demand, or until when, with a reason.

    Raises Forbidden, DemandNotFound, DemandStateWrong, DemandMoved, DemandDueInvalid, OfficeNotFound or
    OfficeClosed.
    """
    ensure_everywhere(actor, MANAGE)
    found = operations.lock(demand_id)
    policies.ensure_unmoved(found, revision)
    policies.state_after(found.state, Step.AMEND)
    if due_on != found.due_on:
        policies.ensure_due(due_on, clock.today())
    is_new = office_id != found.office_id
    if is_new:
        offices.find(office_id)
    found.office_id, found.due_on = office_id, due_on
    operations.take(actor, found, Step.AMEND, text=reason, at=clock.now())
    if is_new:
        operations.tell_owner(found, DEMANDED, event="amended")
    return _recorded(actor, "demand_amended", found, reason=reason)


@atomic
def answer(actor: Actor, *, demand_id: int, text: str) -> DemandView:
    """Answer a demand, as a member of the office that answers for it.

    Raises DemandNotFound, DemandNotYours or DemandStateWrong.
    """
    queries.find_demand(actor, demand_id)
    found = operations.lock(demand_id)
    is_handler = actor.can(Permission.REPORTS_HANDLE)
    policies.ensure_owner(is_handler and found.office_id in offices.offices_of(actor.staff_id))
    operations.take(actor, found, Step.ANSWER, text=text, at=clock.now())
    return _recorded(actor, "demand_answered", found)


@atomic
def confirm(actor: Actor, *, demand_id: int, text: str = "") -> DemandView:
    """Record that the unit is content with the answer. Raises Forbidden, DemandNotFound, DemandStateWrong."""
    return _managed(actor, demand_id, Step.CONFIRM, text, "demand_confirmed")


@atomic
def return_(actor: Actor, *, demand_id: int, text: str) -> DemandView:
    """Record that the unit is not content: it is carried over, to be answered again.

    Raises Forbidden, DemandNotFound or DemandStateWrong.
    """
    shown = _managed(actor, demand_id, Step.RETURN, text, "demand_returned")
    operations.tell_owner(shown.demand, RETURNED, event="returned", why=text)
    return shown


@atomic
def withdraw(actor: Actor, *, demand_id: int, text: str) -> DemandView:
    """Record that the unit demands it no more. Raises Forbidden, DemandNotFound or DemandStateWrong."""
    return _managed(actor, demand_id, Step.WITHDRAW, text, "demand_withdrawn")


def _managed(actor: Actor, demand_id: int, step: Step, text: str, action: str) -> DemandView:
    ensure_everywhere(actor, MANAGE)
    found = operations.lock(demand_id)
    operations.take(actor, found, step, text=text, at=clock.now())
    return _recorded(actor, action, found)


def _recorded(actor: Actor, action: str, found: Demand, **details: Any) -> DemandView:
    db.session.flush()
    record(actor, f"feedback.{action}", "review_demand", found.id, office_id=found.office_id, **details)
    return queries.view(actor, found)

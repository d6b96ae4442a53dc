"""Writes of meetings and demands, within an open unit of work."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db, unit
from backend.documents import issuing
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from feedback.offices import queries as offices
from feedback.reviews.demands import policies, queries
from feedback.reviews.demands.errors import DemandNotFound
from feedback.reviews.demands.messages import CARRIED_OVER
from feedback.reviews.demands.models import AgendaItem, Demand, DemandEvent, DemandState, Meeting, MeetingUnit
from feedback.reviews.demands.policies import Step

_WHAT_LENGTH = 60


def hold_meetings() -> None:
    """Let nobody else record a meeting, or a demand at one, until the unit ends."""
    issuing.hold(Meeting)


def add_meeting(
    actor: Actor, *, held_on: date, place: str, summary: str, unit_ids: Collection[int], at: datetime
) -> Meeting:
    """Record a meeting, to which every unanswered demand is carried over, and tell their owners."""
    unit()
    meeting = Meeting(
        held_on=held_on,
        place=place,
        summary=summary,
        recorded_at=at,
        recorded_by=actor.staff_id,
        recorded_by_name=actor.name,
    )
    db.session.add(meeting)
    db.session.flush()
    db.session.add_all(MeetingUnit(meeting_id=meeting.id, department_id=each) for each in sorted(unit_ids))
    for demand in _unanswered():
        take(actor, demand, Step.CARRY, at=at)
        demand.carried += 1
        db.session.add(AgendaItem(meeting_id=meeting.id, demand_id=demand.id, is_carried=True))
        tell_owner(demand, CARRIED_OVER, event=f"carried {meeting.id}")
    db.session.flush()
    return meeting


def add_demand(
    actor: Actor,
    meeting: Meeting,
    *,
    department_id: int,
    office_id: int,
    text: str,
    due_on: date,
    at: datetime,
) -> Demand:
    """Record a demand at a meeting."""
    unit()
    demand = Demand(
        meeting_id=meeting.id,
        department_id=department_id,
        office_id=office_id,
        text=text,
        due_on=due_on,
        state=DemandState.OPEN.value,
        revision=0,
        carried=0,
        answer="",
        recorded_at=at,
    )
    db.session.add(demand)
    db.session.flush()
    db.session.add(AgendaItem(meeting_id=meeting.id, demand_id=demand.id, is_carried=False))
    _write(actor, demand, Step.RECORD, DemandState.OPEN, text="", at=at)
    return demand


def lock(demand_id: int) -> Demand:
    """The demand, locked. Raises DemandNotFound."""
    found = issuing.locked(Demand, demand_id)
    if found is None:
        raise DemandNotFound
    return found


def take(actor: Actor, demand: Demand, step: Step, *, text: str = "", at: datetime) -> None:
    """Take a step of the table with a locked demand. Raises DemandStateWrong."""
    before, after = DemandState(demand.state), policies.state_after(demand.state, step)
    demand.state = after.value
    demand.revision += 1
    if step is Step.ANSWER:
        demand.answer, demand.answered_at = text, at
    if after in (DemandState.CONFIRMED, DemandState.WITHDRAWN):
        demand.ended_at = at
    _write(actor, demand, step, before, text=text, at=at)
    db.session.flush()


def tell_owner(demand: Demand, kind: Kind, *, event: str, **more: str) -> None:
    """Tell the members of the office that answers for a demand."""
    told = offices.members(demand.office_id)
    if not told:
        return
    name = queries.unit_names([demand.department_id]).get(demand.department_id, "")
    what = demand.text if len(demand.text) <= _WHAT_LENGTH else f"{demand.text[:_WHAT_LENGTH]}…"
    notify(
        kind,
        told,
        {"unit": name, "what": what, "due": demand.due_on.isoformat(), **more},
        page=f"pages/feedback/demand?id={demand.id}",
        dedupe=f"demand {event} {demand.id}.{demand.revision}",
    )


def _unanswered() -> list[Demand]:
    """Every demand that nobody has answered, locked by rising id."""
    return list(
        db.session.scalars(
            select(Demand)
            .where(Demand.state.in_([state.value for state in policies.UNANSWERED]))
            .order_by(Demand.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _write(actor: Actor, demand: Demand, step: Step, before: DemandState, *, text: str, at: datetime) -> None:
    db.session.add(
        DemandEvent(
            demand_id=demand.id,
            at=at,
            step=step.value,
            from_state=before.value,
            to_state=demand.state,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            text=text,
        )
    )

"""Reads of urgent calls."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.identity.models import Staff
from backend.notifications.kinds import Channel, find_kind
from backend.notifications.models import CallState, UrgentCall, UrgentStep
from backend.notifications.policies import reference_of
from backend.paging import Page, paginate
from backend.sms import queries as sms_queries
from backend.sms.gateway import ReceiptState

_IS_OPEN = text("urgent_calls.state = 'open'")
_BY_PHONE = (Channel.SMS, Channel.VOICE)


def open_calls() -> list[int]:
    """The calls that nobody has acknowledged and that are not at their end, the most overdue first."""
    return list(db.session.scalars(select(UrgentCall.id).where(_IS_OPEN).order_by(UrgentCall.escalates_at)))


def lock_call(call_id: int) -> UrgentCall:
    """A call, which nobody else may change until the open unit ends."""
    return db.session.scalars(
        select(UrgentCall)
        .where(UrgentCall.id == call_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def find_step(message_id: int) -> UrgentStep | None:
    """The step that asked by this message, or None if it is no call."""
    return db.session.scalars(
        select(UrgentStep)
        .where(UrgentStep.message_id == message_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def steps_of(call_id: int) -> list[UrgentStep]:
    """The people who were asked, in order."""
    return list(
        db.session.scalars(
            select(UrgentStep)
            .where(UrgentStep.call_id == call_id)
            .order_by(UrgentStep.position)
            .execution_options(populate_existing=True)
        )
    )


def acknowledged_by_phone(steps: list[UrgentStep]) -> tuple[UrgentStep, Channel] | None:
    """The first of these steps whose addressee pressed the key that acknowledges, and on what."""
    references = {
        reference_of(step.message_id, channel): (step, channel) for step in steps for channel in _BY_PHONE
    }
    states = sms_queries.states_of(references)
    return next(
        (
            asked
            for reference, asked in references.items()
            if ReceiptState.ACKNOWLEDGED in states.get(reference, ())
        ),
        None,
    )


def is_overdue(call: UrgentCall, now: datetime) -> bool:
    """Whether the next person's turn has come."""
    return call.escalates_at <= now


# What administrators see


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant; both empty for somebody whom the roster does not know any more."""

    staff_no: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """One person who was asked; `acknowledged_via` is `app` or a channel."""

    person: Person
    asked_at: datetime
    acknowledged_at: datetime | None
    acknowledged_via: str | None


@dataclass(frozen=True, slots=True)
class CallView:
    """An urgent call with the people asked so far, in order, and those whose turn has not come."""

    id: int
    title: str
    text: str
    state: CallState
    wait_minutes: int
    started_at: datetime
    escalates_at: datetime
    ended_at: datetime | None
    steps: Sequence[StepView]
    next: Sequence[Person]


def page_calls(actor: Actor, *, state: CallState | None = None, page: int, page_size: int) -> Page:
    """Urgent calls, the latest first; `Page` of `CallView`. Four statements at most.

    Raises Forbidden unless the actor manages notifications for the whole compound.
    """
    ensure_everywhere(actor, Permission.NOTIFICATIONS_MANAGE)
    statement = select(UrgentCall).order_by(UrgentCall.id.desc())
    if state is not None:
        statement = statement.where(UrgentCall.state == state.value)
    found = paginate(statement, page=page, page_size=page_size)
    steps: dict[int, list[UrgentStep]] = defaultdict(list)
    of_calls = select(UrgentStep).where(UrgentStep.call_id.in_([call.id for call in found.rows]))
    for step in db.session.scalars(of_calls.order_by(UrgentStep.position)):
        steps[step.call_id].append(step)
    people = _people({staff_id for call in found.rows for staff_id in call.chain})
    views = [_view(call, steps[call.id], people) for call in found.rows]
    return Page(views, found.total, found.page, found.page_size)


def _people(staff_ids: Collection[int]) -> dict[int, Person]:
    rows = db.session.execute(select(Staff.id, Staff.staff_no, Staff.name).where(Staff.id.in_(staff_ids)))
    return {staff_id: Person(staff_no, name) for staff_id, staff_no, name in rows}


def _view(call: UrgentCall, steps: Sequence[UrgentStep], people: Mapping[int, Person]) -> CallView:
    kind = find_kind(call.kind)
    return CallView(
        id=call.id,
        title=kind.title if kind is not None else call.kind,
        text=kind.render(call.fields) if kind is not None else "；".join(call.fields.values()),
        state=CallState(call.state),
        wait_minutes=call.wait_minutes,
        started_at=call.started_at,
        escalates_at=call.escalates_at,
        ended_at=call.ended_at,
        steps=[
            StepView(
                people.get(step.staff_id, Person()),
                step.asked_at,
                step.acknowledged_at,
                step.acknowledged_via,
            )
            for step in steps
        ],
        next=[people.get(staff_id, Person()) for staff_id in call.chain[call.position :]]
        if call.state == CallState.OPEN
        else [],
    )

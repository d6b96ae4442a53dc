"""Writes of rectifications, within an open unit of work.

Whoever moves a rectification locks its row first, so that of two at once the second sees what the first did.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from backend.refusals import refusing_clashes
from backend.rules import queries as rule_queries
from canteen.evaluation import people
from canteen.evaluation.rectifications import policies
from canteen.evaluation.rectifications.errors import (
    ExtensionNotFound,
    ExtensionPending,
    RectificationNotFound,
)
from canteen.evaluation.rectifications.messages import OPENED
from canteen.evaluation.rectifications.models import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    ExtensionState,
    Origin,
    Rectification,
    RectificationAttempt,
    RectificationExtension,
    RectificationItem,
    RectificationStep,
    State,
)
from canteen.evaluation.rectifications.policies import Problem, Step
from canteen.evaluation.rectifications.rules import RECTIFICATION_DAYS
from canteen.evaluation.units import queries as unit_queries


def open_rectification(
    actor: Actor,
    *,
    unit_id: int,
    origin: Origin,
    origin_id: int | None,
    title: str,
    problems: Sequence[Problem],
    demand: str = "",
    due_on: date | None = None,
    at: datetime,
) -> Rectification:
    """Order a unit to put something right, and tell its reporters.

    Without a deadline it is the rule's number of days after today. Texts are cut to what is kept. Whether
    the actor may, and whether the unit and the origin are there, is the caller's business. Raises
    DeadlineInvalid.
    """
    unit()
    due = due_on or default_deadline(at)
    policies.ensure_deadline(due, clock.local(at).date())
    opened = Rectification(
        unit_id=unit_id,
        origin=origin.value,
        origin_id=origin_id,
        title=title[:TITLE_LENGTH],
        demand=demand,
        state=State.OPEN.value,
        first_due_on=due,
        due_on=due,
        opened_at=at,
        opened_by=actor.staff_id,
        opened_by_name=actor.name,
    )
    db.session.add(opened)
    db.session.flush()  # Its items, its step and the message name it.
    db.session.add_all(
        RectificationItem(
            rectification_id=opened.id,
            position=position,
            text=problem.text[:TEXT_LENGTH],
            item_id=problem.item_id,
        )
        for position, problem in enumerate(problems, start=1)
    )
    write_step(actor, opened, Step.OPEN, text="", at=at)
    record(
        actor,
        "evaluation.rectification_opened",
        "rectification",
        opened.id,
        unit_id=unit_id,
        due_on=due.isoformat(),
        problems=len(problems),
    )
    tell(opened, OPENED, reporters(opened), event="opened", due=due.isoformat())
    return opened


def default_deadline(at: datetime) -> date:
    """The deadline of what is opened, or sent back, without one of its own."""
    return clock.local(at).date() + timedelta(days=rule_queries.value(RECTIFICATION_DAYS))


def lock(rectification_id: int) -> Rectification:
    """The rectification, kept from everybody else until the unit ends. Raises RectificationNotFound."""
    unit()
    found = db.session.scalars(
        select(Rectification).where(Rectification.id == rectification_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise RectificationNotFound
    return found


def take(
    actor: Actor, locked: Rectification, step: Step, *, text: str = "", at: datetime, **columns: Any
) -> None:
    """Take a step of the transition table with a locked rectification. Raises RectificationState."""
    after = policies.state_after(locked.state, step, failures=locked.failures)
    values: dict[str, Any] = dict(columns)
    if after in policies.ENDED:
        values["ended_at"] = at
    if after is State.ESCALATED:
        values["escalated_at"] = at
    for name, value in values.items():
        setattr(locked, name, value)
    locked.state = after.value
    locked.revision += 1
    write_step(actor, locked, step, text=text, at=at)
    record(
        actor,
        f"evaluation.rectification_{_DONE[step]}",
        "rectification",
        locked.id,
        unit_id=locked.unit_id,
        state=policies.STATE_NAMES[after],
        due_on=locked.due_on.isoformat(),
        reason=text,
    )


_DONE: Mapping[Step, str] = {
    Step.REPORT: "reported",
    Step.EXTEND: "extension_asked",
    Step.GRANT: "extended",
    Step.REFUSE: "extension_refused",
    Step.PASS: "passed",
    Step.FAIL: "failed",
    Step.ESCALATE: "escalated",
    Step.CLOSE: "closed",
    Step.WITHDRAW: "withdrawn",
}


def write_step(actor: Actor, of: Rectification, step: Step, *, text: str, at: datetime) -> None:
    """Keep what was done, with the deadline as it stands then."""
    db.session.add(
        RectificationStep(
            rectification_id=of.id,
            step=step.value,
            taken_at=at,
            taken_by=actor.staff_id,
            taken_by_name=actor.name,
            text=text[:TEXT_LENGTH],
            due_on=of.due_on,
        )
    )


def add_attempt(
    actor: Actor,
    of: Rectification,
    measures: Mapping[str, str],
    *,
    number: int,
    remark: str,
    photo_ids: Sequence[int],
    at: datetime,
) -> RectificationAttempt:
    """Keep what the unit reports to have done, with its photos. Raises PhotoNotFound."""
    attempt = RectificationAttempt(
        rectification_id=of.id,
        number=number,
        measures=dict(measures),
        remark=remark,
        reported_at=at,
        reported_by=actor.staff_id,
        reported_by_name=actor.name,
    )
    db.session.add(attempt)
    db.session.flush()  # The photos name it.
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, attempt.id, position=position)
    return attempt


def settle_attempt(
    actor: Actor,
    attempt: RectificationAttempt,
    *,
    is_passed: bool,
    failed: Collection[int],
    finding: str,
    at: datetime,
) -> None:
    """Keep how the re-check of an attempt ended."""
    attempt.checked_at = at
    attempt.checked_by = actor.staff_id
    attempt.checked_by_name = actor.name
    attempt.is_passed = is_passed
    attempt.failed = sorted(failed)
    attempt.finding = finding


def add_extension(actor: Actor, of: Rectification, *, wanted_on: date, reason: str, at: datetime) -> None:
    """Keep that the unit asks for more time. Raises ExtensionPending."""
    with refusing_clashes(ExtensionPending()):
        db.session.add(
            RectificationExtension(
                rectification_id=of.id,
                due_on=of.due_on,
                wanted_on=wanted_on,
                reason=reason,
                asked_at=at,
                asked_by=actor.staff_id,
                asked_by_name=actor.name,
                state=ExtensionState.WAITING.value,
            )
        )


def decide_extension(
    actor: Actor, of: Rectification, state: ExtensionState, *, decision: str, at: datetime
) -> date:
    """Grant or refuse what waits; returns the deadline that was wanted. Raises ExtensionNotFound."""
    wanted: date | None = db.session.scalar(
        select(RectificationExtension.wanted_on).where(*_waiting(of.id)).with_for_update()
    )
    if wanted is None:
        raise ExtensionNotFound
    drop_extension(actor, of, state=state, decision=decision, at=at)
    return wanted


def drop_extension(
    actor: Actor,
    of: Rectification,
    *,
    state: ExtensionState = ExtensionState.REFUSED,
    decision: str,
    at: datetime,
) -> None:
    """Decide a request that waits, if one does: what it asked for has lost its object, say."""
    unit().execute(
        update(RectificationExtension)
        .where(*_waiting(of.id))
        .values(
            state=state.value,
            decision=decision,
            decided_at=at,
            decided_by=actor.staff_id,
            decided_by_name=actor.name,
        )
    )


def _waiting(rectification_id: int) -> tuple[Any, Any]:
    return (
        RectificationExtension.rectification_id == rectification_id,
        RectificationExtension.state == ExtensionState.WAITING.value,
    )


def reporters(of: Rectification) -> list[int]:
    """Who speaks for the unit."""
    return list(unit_queries.reporters_of([of.unit_id]).get(of.unit_id, ()))


def managers() -> list[int]:
    """Who manages the evaluation."""
    return people.managers()


def tell(of: Rectification, kind: Kind, staff_ids: Collection[int], *, event: str, **fields: str) -> None:
    """Tell people of a rectification, once per `event`."""
    notify(
        kind,
        staff_ids,
        {"unit": unit_queries.find_unit(of.unit_id).name, "title": of.title, **fields},
        page=page_of(of.id),
        dedupe=f"{event} {of.id}.{of.revision}",
    )


def page_of(rectification_id: int) -> str:
    """Where the phone shows it."""
    return f"pages/evaluation/rectification?id={rectification_id}"

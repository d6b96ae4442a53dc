"""Writes of the rectifications of low ratings, within an open unit of work.

Whoever moves a rectification locks its row first.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import db, table, unit
from backend.identity.models import Staff, StaffStatus
from backend.identity.queries import holders
from backend.media import operations as media_operations
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from backend.statements import insert_or_nothing
from feedback.offices import queries as offices
from feedback.satisfaction.policies import Provider, Sum
from feedback.satisfaction.rectifications import policies
from feedback.satisfaction.rectifications.errors import (
    RectificationOwnerInvalid,
    SatisfactionRectificationNotFound,
)
from feedback.satisfaction.rectifications.messages import OPENED
from feedback.satisfaction.rectifications.models import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    Origin,
    SatisfactionRectification,
    SatisfactionRectificationStep,
    State,
)
from feedback.satisfaction.rectifications.policies import Step

OBJECT: Final = "satisfaction_rectification"
_OPENED: Final = (
    *("origin", "service", "provider_kind", "provider_id", "provider_name", "month", "title", "demand"),
    *("state", "revision", "owner_id", "owner_office_id", "due_on", "opened_at", "opened_by"),
    *("before_count", "before_satisfied", "before_scores", "before_points"),
    *("measures", "closing_reason", "after_count", "after_satisfied", "after_scores", "after_points"),
)
_INSERT: Final = insert_or_nothing(table(SatisfactionRectification), _OPENED, returning="id")


def open_one(
    actor: Actor,
    *,
    origin: Origin,
    provider: Provider,
    month: date,
    before: Sum,
    title: str,
    demand: str,
    owner_id: int | None,
    owner_office_id: int | None,
    due_on: date,
    at: datetime,
) -> int | None:
    """Open a rectification and tell its owner; None if the job has opened one of this month before."""
    row = {
        "origin": origin.value,
        "service": provider.service,
        "provider_kind": provider.kind,
        "provider_id": provider.id,
        "provider_name": provider.name,
        "month": month,
        "title": title[:TITLE_LENGTH],
        "demand": demand,
        "state": State.OPEN.value,
        "revision": 1,
        "owner_id": owner_id,
        "owner_office_id": owner_office_id,
        "due_on": due_on,
        "opened_at": at,
        "opened_by": actor.staff_id,
        "measures": "",
        "closing_reason": "",
        **_columns("before", before),
        **_columns("after", Sum()),
    }
    added = _INSERT.row(unit(), row)
    if added is None:
        return None
    opened = db.session.get_one(SatisfactionRectification, added[0])
    _write_step(actor, opened, Step.OPEN, demand, at)
    _record(actor, "opened", opened, before=policies.told(before) if before.grades.count else "")
    # While nobody owns it, those who give it to somebody are told.
    told = owners(opened) or reviewers()
    tell(opened, OPENED, told, due=due_on.isoformat())
    return opened.id


def lock(rectification_id: int) -> SatisfactionRectification:
    """The rectification, kept from everybody else until the unit ends.

    Raises SatisfactionRectificationNotFound.
    """
    unit()
    found = db.session.scalars(
        select(SatisfactionRectification)
        .where(SatisfactionRectification.id == rectification_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise SatisfactionRectificationNotFound
    return found


def take(
    actor: Actor,
    locked: SatisfactionRectification,
    step: Step,
    *,
    text: str = "",
    at: datetime,
    **columns: Any,
) -> None:
    """Take a step of the transition table. Raises SatisfactionRectificationState."""
    after = policies.state_after(locked.state, step)
    for name, value in columns.items():
        setattr(locked, name, value)
    locked.state = after.value
    locked.revision += 1
    _write_step(actor, locked, step, text, at)
    _record(actor, _DONE[step], locked, reason=text)


_DONE: Final = {
    Step.ASSIGN: "assigned",
    Step.TAKE: "taken",
    Step.SUBMIT: "submitted",
    Step.CLOSE: "closed",
    Step.RETURN: "returned",
}


def freeze_after(locked: SatisfactionRectification, after: Sum) -> None:
    """Keep the figures that it is closed on."""
    for name, value in _columns("after", after).items():
        setattr(locked, name, value)


def attach(actor: Actor, locked: SatisfactionRectification, photo_ids: Sequence[int]) -> None:
    """Let these be the photos of the measures. Raises PhotoNotFound."""
    media_operations.detach(policies.PHOTO_OWNER, locked.id)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, locked.id, position=position)


def find_owner(staff_no: str | None, office_id: int | None) -> tuple[int | None, int | None]:
    """The owner, a person or an office; neither is nobody yet.

    Raises RectificationOwnerInvalid, OfficeNotFound or OfficeClosed.
    """
    if staff_no and office_id is not None:
        raise RectificationOwnerInvalid
    if office_id is not None:
        return None, offices.find(office_id).id
    if not staff_no:
        return None, None
    found = db.session.scalar(
        select(Staff.id).where(Staff.staff_no == staff_no, Staff.status == StaffStatus.ACTIVE.value)
    )
    if found is None:
        raise RectificationOwnerInvalid
    return found, None


def owners(of: SatisfactionRectification) -> set[int]:
    """Whom it is for: the person, or the leads of the office."""
    if of.owner_id is not None:
        return {of.owner_id}
    return offices.leads(of.owner_office_id) if of.owner_office_id is not None else set()


def reviewers() -> set[int]:
    """Who closes rectifications."""
    return holders(Permission.REVIEWS_MANAGE)


def tell(
    of: SatisfactionRectification, kind: Kind, staff_ids: Collection[int], *, event: str = "", **fields: str
) -> None:
    """Tell people of a rectification, once per revision, or per `event`."""
    notify(
        kind,
        staff_ids,
        {"title": of.title, **fields},
        page=f"pages/feedback/rectification?id={of.id}",
        dedupe=f"{of.id}.{event or of.revision}",
    )


def _columns(when: str, of: Sum) -> dict[str, int]:
    return {
        f"{when}_count": of.grades.count,
        f"{when}_satisfied": of.grades.satisfied,
        f"{when}_scores": of.scores.count,
        f"{when}_points": of.scores.total,
    }


def _write_step(actor: Actor, of: SatisfactionRectification, step: Step, text: str, at: datetime) -> None:
    db.session.add(
        SatisfactionRectificationStep(
            rectification_id=of.id,
            step=step.value,
            at=at,
            by=actor.staff_id,
            by_name=actor.name,
            text=text[:TEXT_LENGTH],
        )
    )


def _record(actor: Actor, done: str, of: SatisfactionRectification, **details: Any) -> None:
    record(
        actor,
        f"feedback.rectification_{done}",
        OBJECT,
        of.id,
        provider=of.provider_name,
        month=f"{of.month:%Y-%m}",
        due_on=of.due_on.isoformat(),
        **details,
    )


def now_and_today() -> tuple[datetime, date]:
    """The instant of a step, and its day."""
    now = clock.now()
    return now, clock.local(now).date()

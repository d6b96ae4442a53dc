"""Use cases of notices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.jobs import one_by_one
from feedback.notices import audiences, operations, policies, queries, views
from feedback.notices.errors import NoticeNotFound
from feedback.notices.models import AudienceKind, Notice, NoticeKind, NoticeState
from feedback.notices.operations import OBJECT
from feedback.notices.policies import Step, Target
from feedback.notices.views import ManagedNotice


@atomic
def create(
    actor: Actor,
    *,
    kind: NoticeKind,
    title: str,
    body: str,
    audience: Sequence[Target],
    photo_ids: Sequence[int] = (),
    attachment_ids: Sequence[int] = (),
    expires_at: datetime | None = None,
    pinned_until: datetime | None = None,
) -> ManagedNotice:
    """Draft a notice, with loose files of the actor's.

    Raises Forbidden, AudienceInvalid, NoticeTimesInvalid, TooManyFiles, PhotoNotFound or AttachmentNotFound.
    """
    rows = _audience(actor, audience)
    policies.ensure_few_files(photo_ids, attachment_ids)
    times = {"expires_at": expires_at, "pinned_until": pinned_until}
    policies.ensure_times(now=clock.now(), published_at=None, **times)
    notice = operations.add(actor, kind=kind, title=title, body=body, **times)
    operations.set_audience(notice.id, rows)
    operations.set_files(actor, notice.id, photo_ids, attachment_ids)
    record(actor, "feedback.notice_created", OBJECT, notice.id, title=title)
    return _view(actor, notice)


@atomic
def edit(
    actor: Actor,
    *,
    notice_id: int,
    revision: int,
    kind: NoticeKind,
    title: str,
    body: str,
    audience: Sequence[Target],
    photo_ids: Sequence[int] = (),
    attachment_ids: Sequence[int] = (),
    expires_at: datetime | None = None,
    pinned_until: datetime | None = None,
    reason: str = "",
) -> ManagedNotice:
    """Say a notice anew; of a published one the history keeps what it said before.

    Who had read it has read it: nobody is asked to read again. Raises NoticeNotFound, NoticeChanged,
    NoticeStateWrong, and what `create` raises.
    """
    notice = operations.lock(actor, notice_id, revision)
    policies.state_after(notice.state, Step.EDIT)
    rows = _audience(actor, audience)
    policies.ensure_few_files(photo_ids, attachment_ids)
    now, before = clock.now(), queries.facts_of(notice)
    # Of what stands already, times may have passed meanwhile: only new ones are looked at.
    policies.ensure_times(
        now=now,
        published_at=notice.publish_at if notice.state == NoticeState.SCHEDULED.value else None,
        expires_at=expires_at if expires_at != notice.expires_at else None,
        pinned_until=pinned_until if pinned_until != notice.pinned_until else None,
    )
    notice.kind, notice.title, notice.body = kind.value, title, body
    notice.expires_at, notice.pinned_until = expires_at, pinned_until
    notice.revision += 1
    db.session.flush()
    operations.set_audience(notice.id, rows)
    operations.set_files(actor, notice.id, photo_ids, attachment_ids)
    if notice.state == NoticeState.PUBLISHED.value:
        changes = policies.changes_between(before, queries.facts_of(notice))
        if changes:
            notice.changed_at = now
            operations.note(actor, notice, Step.EDIT, at=now, reason=reason, changes=changes)
    record(actor, "feedback.notice_changed", OBJECT, notice.id, title=title)
    return _view(actor, notice)


@atomic
def publish(
    actor: Actor,
    *,
    notice_id: int,
    revision: int,
    publish_at: datetime | None = None,
    is_told: bool = False,
) -> ManagedNotice:
    """Publish a notice now, or let it publish itself at `publish_at`; `is_told`: its audience gets a message.

    Raises NoticeNotFound, NoticeChanged, NoticeStateWrong, NoticeTimesInvalid or TooManyTellings.
    """
    notice, now = operations.lock(actor, notice_id, revision), clock.now()
    if publish_at is not None:
        policies.ensure_ahead(publish_at, now)
    policies.state_after(notice.state, Step.PUBLISH if publish_at is None else Step.SCHEDULE)
    policies.ensure_times(
        now=now,
        published_at=publish_at,
        expires_at=notice.expires_at,
        pinned_until=notice.pinned_until,
    )
    if is_told:
        operations.ensure_may_tell(notice, publish_at or now)
    notice.is_told = is_told
    if publish_at is None:
        operations.publish(actor, notice, at=now)
        return _view(actor, notice)
    notice.state = NoticeState.SCHEDULED.value
    notice.publish_at = publish_at
    notice.revision += 1
    at = queries.told(publish_at)
    record(actor, "feedback.notice_scheduled", OBJECT, notice.id, title=notice.title, publish_at=at)
    return _view(actor, notice)


@atomic
def unschedule(actor: Actor, *, notice_id: int, revision: int) -> ManagedNotice:
    """Make a scheduled notice a draft again. Raises NoticeNotFound, NoticeChanged or NoticeStateWrong."""
    notice = operations.lock(actor, notice_id, revision)
    notice.state = policies.state_after(notice.state, Step.UNSCHEDULE).value
    notice.publish_at = None
    notice.revision += 1
    record(actor, "feedback.notice_unscheduled", OBJECT, notice.id, title=notice.title)
    return _view(actor, notice)


@atomic
def withdraw(actor: Actor, *, notice_id: int, revision: int, reason: str) -> ManagedNotice:
    """Take a published notice back, saying why. Raises NoticeNotFound, NoticeChanged or NoticeStateWrong."""
    notice = operations.lock(actor, notice_id, revision)
    operations.withdraw(actor, notice, reason, at=clock.now())
    return _view(actor, notice)


@atomic
def pin(actor: Actor, *, notice_id: int, revision: int, until: datetime | None = None) -> ManagedNotice:
    """Keep a notice on top until an instant, or no longer.

    Raises NoticeNotFound, NoticeChanged, NoticeStateWrong or NoticeTimesInvalid.
    """
    notice, now = operations.lock(actor, notice_id, revision), clock.now()
    policies.state_after(notice.state, Step.PIN)
    policies.ensure_times(now=now, published_at=notice.publish_at, expires_at=None, pinned_until=until)
    before, notice.pinned_until = notice.pinned_until, until
    notice.revision += 1
    changes = {"pinned_until": [queries.told(before), queries.told(until)]}
    if notice.state == NoticeState.PUBLISHED.value and before != until:
        operations.note(actor, notice, Step.PIN, at=now, changes=changes)
    record(actor, "feedback.notice_pinned", OBJECT, notice.id, title=notice.title, until=queries.told(until))
    return _view(actor, notice)


@atomic
def discard(actor: Actor, *, notice_id: int) -> None:
    """Delete a draft. Raises NoticeNotFound or NoticeStateWrong."""
    notice = operations.lock(actor, notice_id)
    title = notice.title
    operations.discard(notice)
    record(actor, "feedback.notice_discarded", OBJECT, notice_id, title=title)


@atomic
def read(actor: Actor, *, notice_id: int) -> dict[str, bool]:
    """Keep that the actor opened a notice that addresses them, for their own dot. Raises NoticeNotFound."""
    if not queries.is_visible_to(actor, notice_id):
        raise NoticeNotFound
    operations.mark_read(actor, notice_id, clock.now())
    return {"is_unread": False}


@atomic
def set_seats(actor: Actor, *, department_id: int, campus_ids: Sequence[int]) -> dict[str, Any]:
    """Say on which campuses a department sits, with all below it. Raises Forbidden or AudienceInvalid."""
    ensure_everywhere(actor, Permission.NOTICES_MANAGE)
    named = {Target(AudienceKind.DEPARTMENT, department_id)}
    audiences.ensure_exist(named | {Target(AudienceKind.CAMPUS, each) for each in campus_ids})
    operations.set_seats(department_id, campus_ids)
    record(
        actor, "feedback.department_seated", "department", department_id, campus_ids=sorted(set(campus_ids))
    )  # fmt: skip
    return next(each for each in audiences.seats() if each["department_id"] == department_id)


def publish_due() -> int:
    """Publish what is scheduled and due, each in a unit of its own; returns how many.

    One that fails keeps no other from its turn, and is raised at the end.
    """
    return one_by_one(queries.due(clock.now()), _publish_due)


@atomic
def _publish_due(notice_id: int) -> int:
    now = clock.now()
    notice = operations.lock_due(notice_id, now)
    if notice is None:
        return 0
    operations.publish(SYSTEM, notice, at=now)
    return 1


def _audience(actor: Actor, audience: Sequence[Target]) -> frozenset[Target]:
    """The rows that an editor may address. Raises AudienceInvalid or Forbidden."""
    rows = policies.audience_of(audience)
    policies.ensure_may_address(actor.reach(Permission.NOTICES_MANAGE), rows)
    audiences.ensure_exist(rows)
    return rows


def _view(actor: Actor, notice: Notice) -> ManagedNotice:
    db.session.flush()  # The view reads what was added.
    return views.get_managed(actor, notice.id)

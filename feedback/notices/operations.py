"""Writes of notices, within an open unit of work.

Whoever moves a notice locks its row first, so that of two at once the second sees what the first did.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select

from backend import clock
from backend.actor import Actor, Permission
from backend.attachments import operations as attachment_operations
from backend.attachments import queries as attachment_queries
from backend.audit.operations import record
from backend.dates import day_text
from backend.db import db, table, unit
from backend.errors import Unavailable
from backend.media import operations as media_operations
from backend.media import queries as media_queries
from backend.notifications.operations import notify
from backend.refusals import refusing_clashes
from backend.rules import queries as rule_queries
from backend.statements import insert_or_nothing
from feedback.notices import audiences, policies, queries
from feedback.notices.errors import NoticeNotFound
from feedback.notices.messages import NOTICE_PUBLISHED
from feedback.notices.models import (
    DepartmentCampus,
    Notice,
    NoticeAudience,
    NoticeEvent,
    NoticeKind,
    NoticeRead,
    NoticeState,
)
from feedback.notices.policies import Step, Target
from feedback.notices.rules import DAILY_TELLINGS

log = structlog.get_logger(__name__)

OBJECT = "notice"
_READS = table(NoticeRead)
_INSERT_READ = insert_or_nothing(
    _READS, ["notice_id", "staff_id", "department_id", "read_at"], returning="notice_id"
)


def lock(actor: Actor, notice_id: int, revision: int | None = None) -> Notice:
    """A notice within an editor's reach, held until the unit ends. Raises NoticeNotFound or NoticeChanged."""
    found = _locked(notice_id)
    rows = audiences.rows_of([notice_id]).get(notice_id, frozenset())
    if found is None or not policies.may_address(actor.reach(Permission.NOTICES_MANAGE), rows):
        raise NoticeNotFound
    if revision is not None:
        policies.ensure_seen(revision, found.revision)
    return found


def lock_due(notice_id: int, now: datetime) -> Notice | None:
    """A scheduled notice whose time has come, held; None if another scheduler was here before."""
    found = _locked(notice_id)
    is_due = found is not None and found.state == NoticeState.SCHEDULED.value
    return found if is_due and found is not None and found.publish_at and found.publish_at <= now else None


def _locked(notice_id: int) -> Notice | None:
    unit()
    found: Notice | None = db.session.scalars(
        select(Notice)
        .where(Notice.id == notice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    return found


def add(actor: Actor, *, kind: NoticeKind, title: str, body: str, **columns: Any) -> Notice:
    """The row of a new draft."""
    unit()
    row = Notice(
        kind=kind.value,
        title=title,
        body=body,
        state=NoticeState.DRAFT.value,
        revision=0,
        is_told=False,
        created_at=clock.now(),
        created_by=actor.staff_id,
        created_by_name=actor.name,
        **columns,
    )
    db.session.add(row)
    db.session.flush()  # What follows names it.
    return row


def set_audience(notice_id: int, rows: Collection[Target]) -> None:
    """Address these, and nobody else any more."""
    unit().execute(delete(NoticeAudience).where(NoticeAudience.notice_id == notice_id))
    db.session.expire_all()
    db.session.add_all(
        NoticeAudience(notice_id=notice_id, kind=each.kind.value, target_id=each.id) for each in sorted(rows)
    )
    db.session.flush()


def set_files(
    actor: Actor, notice_id: int, photo_ids: Sequence[int], attachment_ids: Sequence[int]
) -> None:  # fmt: skip
    """Give a notice exactly these photos and attachments, in this order.

    Each is one that it has, or a loose one of the actor's. Raises PhotoNotFound or AttachmentNotFound.
    """
    owner = (policies.FILES_OWNER, notice_id)
    photos = {each.id for each in media_queries.photos_of_owners(owner[0], [notice_id]).get(notice_id, [])}
    files = {each.id for each in attachment_queries.views(owner[0], [notice_id]).get(notice_id, [])}
    if gone := photos.difference(photo_ids):
        media_operations.detach(*owner, gone)
    if gone := files.difference(attachment_ids):
        attachment_operations.detach(*owner, gone)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        if photo_id in photos:
            media_operations.arrange(*owner, photo_id, position)
        else:
            media_operations.attach(actor, photo_id, *owner, position=position)
    for position, file_id in enumerate(dict.fromkeys(attachment_ids)):
        if file_id in files:
            attachment_operations.arrange(*owner, file_id, position)
        else:
            attachment_operations.attach(actor, file_id, *owner, position=position)


def publish(actor: Actor, notice: Notice, *, at: datetime) -> None:
    """Show a notice to its audience from now on, and tell them of it if the editor wished so."""
    notice.state = policies.state_after(notice.state, Step.PUBLISH).value
    notice.published_at = at
    notice.revision += 1
    note(actor, notice, Step.PUBLISH, at=at)
    told = _tell(notice) if notice.is_told else 0
    record(actor, "feedback.notice_published", OBJECT, notice.id, title=notice.title, told=told)


def _tell(notice: Notice) -> int:
    rows = audiences.rows_of([notice.id]).get(notice.id, frozenset())
    fields = {"kind": policies.KIND_NAMES[NoticeKind(notice.kind)], "title": notice.title}
    written = notify(
        NOTICE_PUBLISHED,
        audiences.addressed(rows),
        fields,
        page=policies.page_of(notice.id),
        dedupe=str(notice.id),
        expires_at=notice.expires_at,
    )
    return len(written)


def ensure_may_tell(notice: Notice, at: datetime) -> None:
    """Raise TooManyTellings if enough notices tell their audience on the day of an instant."""
    day = clock.local(at).date()
    begins_at, ends_at = (clock.at_local(day + timedelta(days=days), time.min) for days in (0, 1))
    told = queries.count_told(begins_at, ends_at, but=notice.id)
    policies.ensure_may_tell(told, rule_queries.value(DAILY_TELLINGS), day_text(day))


def note(
    actor: Actor,
    notice: Notice,
    step: Step,
    *,
    at: datetime,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Add to the history of a published notice."""
    db.session.add(
        NoticeEvent(
            notice_id=notice.id,
            at=at,
            step=step.value,
            actor_id=actor.staff_id,
            actor_name=actor.name,
            reason=reason,
            changes=dict(changes or {}),
        )
    )


def withdraw(actor: Actor, notice: Notice, reason: str, *, at: datetime) -> None:
    """Take a notice back; every link to its files ends, and its editors keep all of it."""
    notice.state = policies.state_after(notice.state, Step.WITHDRAW).value
    notice.withdrawn_at = at
    notice.withdrawal_reason = reason
    notice.revision += 1
    media_operations.hide(actor, policies.FILES_OWNER, notice.id)
    attachment_operations.end_links(policies.FILES_OWNER, notice.id)
    note(actor, notice, Step.WITHDRAW, at=at, reason=reason)
    record(actor, "feedback.notice_withdrawn", OBJECT, notice.id, title=notice.title, reason=reason)


def discard(notice: Notice) -> None:
    """Delete a draft; its files are loose again."""
    policies.state_after(notice.state, Step.DISCARD)
    media_operations.detach(policies.FILES_OWNER, notice.id)
    attachment_operations.detach(policies.FILES_OWNER, notice.id)
    unit().execute(delete(NoticeAudience).where(NoticeAudience.notice_id == notice.id))
    db.session.expire_all()
    unit().execute(delete(Notice).where(Notice.id == notice.id))
    db.session.expunge(notice)


def mark_read(actor: Actor, notice_id: int, at: datetime) -> bool:
    """Keep that the actor opened a notice; False if they had before."""
    values = {
        "notice_id": notice_id,
        "staff_id": actor.staff_id,
        "department_id": actor.department_id,
        "read_at": at,
    }
    return _INSERT_READ.row(unit(), values) is not None


def forget_reads(staff_id: int) -> int:
    """Forget which notices somebody opened; the counts lose them, too."""
    return unit().execute(delete(NoticeRead).where(NoticeRead.staff_id == staff_id)).rowcount


def set_seats(department_id: int, campus_ids: Collection[int]) -> None:
    """Let a department sit on these campuses, and on no other."""
    unit().execute(delete(DepartmentCampus).where(DepartmentCampus.department_id == department_id))
    db.session.add_all(
        DepartmentCampus(department_id=department_id, campus_id=each) for each in sorted(set(campus_ids))
    )
    db.session.flush()


def publish_record(
    actor: Actor,
    *,
    title: str,
    body: str,
    source_kind: str,
    source_id: int,
    photo_ids: Sequence[int] = (),
    attachment_ids: Sequence[int] = (),
    expires_at: datetime | None = None,
) -> Notice:
    """Publish results to everybody (公示), once for each source: the second time returns the first notice.

    The files are loose ones of the actor's. Nobody gets a message. Raises PhotoNotFound or
    AttachmentNotFound; Unavailable to the second of two at once.
    """
    columns = {"source_kind": source_kind, "source_id": source_id}
    found: Notice | None = db.session.scalars(select(Notice).filter_by(**columns)).one_or_none()
    if found is not None:
        return found
    with refusing_clashes(Unavailable()):
        notice = add(actor, kind=NoticeKind.PUBLIC, title=title, body=body, expires_at=expires_at, **columns)
    set_audience(notice.id, {policies.EVERYBODY})
    set_files(actor, notice.id, photo_ids, attachment_ids)
    publish(actor, notice, at=clock.now())
    db.session.flush()
    return notice

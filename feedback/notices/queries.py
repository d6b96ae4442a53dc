"""Reads of notices: what addresses oneself, and what writing them asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from backend import clock
from backend.actor import Actor
from backend.attachments import queries as attachment_queries
from backend.attachments.queries import AttachmentView
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from feedback.notices import audiences, policies
from feedback.notices.errors import NoticeNotFound
from feedback.notices.models import (
    Notice,
    NoticeEvent,
    NoticeKind,
    NoticeRead,
    NoticeState,
)
from feedback.notices.policies import Step


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """A notice as a reader's list shows it; of a withdrawn one only the title."""

    id: int
    kind: str
    kind_name: str
    title: str
    summary: str
    cover: PhotoLinks | None
    published_at: datetime
    changed_at: datetime | None
    expires_at: datetime | None
    is_pinned: bool
    is_unread: bool
    is_withdrawn: bool
    attachment_count: int


@dataclass(frozen=True, slots=True)
class Change:
    """That a notice was changed after its publication: when, and which fields by their names."""

    at: datetime
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When a notice was withdrawn, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class NoticeView(NoticeItem):
    """A notice as a reader opens it. `reads` is None for few."""

    body: str
    photos: Sequence[PhotoLinks]
    attachments: Sequence[AttachmentView]
    changes: Sequence[Change]
    is_expired: bool
    reads: int | None
    withdrawal: Withdrawal | None


@dataclass(frozen=True, slots=True)
class HomeNotice:
    """A notice on the first page."""

    id: int
    kind: str
    kind_name: str
    title: str
    published_at: datetime
    is_pinned: bool
    is_unread: bool


def page_own(
    actor: Actor,
    *,
    kind: NoticeKind | None = None,
    q: str = "",
    unread: bool = False,
    archived: bool = False,
    page: int,
    page_size: int,
) -> Page:
    """What addresses the actor, pinned ones first, then the newest; `archived`: the expired ones."""
    now = clock.now()
    read, pinned = _is_read(actor.staff_id), _is_pinned(now)
    statement: Any = select(Notice, read.label("is_read"), pinned.label("is_pinned")).where(
        _is_visible(actor.staff_id, now), _is_expired(now) if archived else ~_is_expired(now)
    )
    if kind is not None:
        statement = statement.where(Notice.kind == kind.value)
    if q:
        statement = statement.where(Notice.title.contains(q, autoescape=True))
    if unread:
        statement = statement.where(~read)
    statement = statement.order_by(pinned.desc(), Notice.published_at.desc(), Notice.id.desc())
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    ids = [row[0].id for row in found.rows if row[0].state == NoticeState.PUBLISHED.value]
    covers = media_queries.links_of_owners(policies.FILES_OWNER, ids)
    counts = attachment_queries.counts(policies.FILES_OWNER, ids)
    items = [
        NoticeItem(**_item(row, is_read, is_pinned, covers.get(row.id, []), counts.get(row.id, 0)))
        for row, is_read, is_pinned in found.rows
    ]
    return Page(items, found.total, found.page, found.page_size)


def get_own(actor: Actor, notice_id: int) -> NoticeView:
    """A notice that addresses the actor; a withdrawn one says that it was, to those who had opened it.

    An expired one stays to be looked up. Raises NoticeNotFound.
    """
    now = clock.now()
    reads = select(func.count()).where(NoticeRead.notice_id == notice_id).scalar_subquery()
    statement = select(Notice, _is_read(actor.staff_id), _is_pinned(now), _is_expired(now), reads)
    found = db.session.execute(
        statement.where(Notice.id == notice_id, _is_visible(actor.staff_id, now))
    ).one_or_none()
    if found is None:
        raise NoticeNotFound
    row, is_read, is_pinned, is_expired, count = found
    if row.state == NoticeState.WITHDRAWN.value:
        return NoticeView(
            **_item(row, is_read, is_pinned, [], 0),
            body="",
            photos=[],
            attachments=[],
            changes=[],
            is_expired=is_expired,
            reads=None,
            withdrawal=Withdrawal(row.withdrawn_at, row.withdrawal_reason),
        )
    photos = media_queries.links_of_owners(policies.FILES_OWNER, [row.id]).get(row.id, [])
    files = attachment_queries.views(policies.FILES_OWNER, [row.id]).get(row.id, [])
    return NoticeView(
        **_item(row, is_read, is_pinned, photos, len(files)),
        body=row.body,
        photos=photos,
        attachments=files,
        changes=_changes(row) if row.changed_at is not None else [],
        is_expired=is_expired,
        reads=policies.told_reads(count),
        withdrawal=None,
    )


def newest_for(actor: Actor, most: int) -> list[HomeNotice]:
    """Up to `most` notices for the first page: pinned ones, then those not opened yet. One statement."""
    now = clock.now()
    read, pinned = _is_read(actor.staff_id), _is_pinned(now)
    rows = db.session.execute(
        select(Notice.id, Notice.kind, Notice.title, Notice.published_at, pinned, read)
        .where(
            Notice.state == NoticeState.PUBLISHED.value,
            ~_is_expired(now),
            or_(pinned, ~read),
            audiences.addresses(actor.staff_id),
        )
        .order_by(pinned.desc(), Notice.published_at.desc(), Notice.id.desc())
        .limit(most)
    )
    return [
        HomeNotice(row_id, kind, policies.KIND_NAMES[NoticeKind(kind)], title, at, bool(pin), not seen)
        for row_id, kind, title, at, pin, seen in rows
        if at is not None
    ]


def is_visible_to(actor: Actor, notice_id: int) -> bool:
    """Whether a notice that is published addresses the actor."""
    statement = select(Notice.id).where(
        Notice.id == notice_id,
        Notice.state == NoticeState.PUBLISHED.value,
        audiences.addresses(actor.staff_id),
    )
    return db.session.scalar(statement) is not None


def due(now: datetime) -> list[int]:
    """The scheduled notices whose time has come."""
    statement = select(Notice.id).where(Notice.state == NoticeState.SCHEDULED.value, Notice.publish_at <= now)
    return list(db.session.scalars(statement.order_by(Notice.publish_at, Notice.id)))


def count_told(begins_at: datetime, ends_at: datetime, *, but: int) -> int:
    """How many notices other than `but` tell their audience within [begins_at, ends_at)."""
    at = case((Notice.published_at.is_(None), Notice.publish_at), else_=Notice.published_at)
    statement = select(func.count(Notice.id)).where(
        Notice.is_told,
        Notice.state != NoticeState.DRAFT.value,
        Notice.id != but,
        at >= begins_at,
        at < ends_at,
    )
    return db.session.scalar(statement) or 0


def facts_of(row: Notice) -> dict[str, Any]:
    """What of a notice is kept in its history when it changes, as JSON with words for names."""
    rows = audiences.rows_of([row.id]).get(row.id, frozenset())
    photos = media_queries.photos_of_owners(policies.FILES_OWNER, [row.id])
    files = attachment_queries.views(policies.FILES_OWNER, [row.id])
    return {
        "kind": policies.KIND_NAMES[NoticeKind(row.kind)],
        "title": row.title,
        "body": row.body,
        "audience": audiences.text_of(rows, audiences.names_of(rows)),
        "expires_at": told(row.expires_at),
        "pinned_until": told(row.pinned_until),
        "photos": [str(each.id) for each in photos.get(row.id, [])],
        "attachments": [each.name for each in files.get(row.id, [])],
    }


def told(at: datetime | None) -> str | None:
    """An instant in a history."""
    return clock.local(at).isoformat(timespec="seconds") if at is not None else None


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """Which notices a person opened, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(Notice.title, NoticeRead.read_at)
        .join(NoticeRead, NoticeRead.notice_id == Notice.id)
        .where(NoticeRead.staff_id == staff_id)
        .order_by(NoticeRead.read_at, Notice.id)
    )
    return [{"通告": title, "打开时间": read_at} for title, read_at in rows]


def _is_visible(staff_id: int, now: datetime) -> ColumnElement[bool]:
    """Published and addressed to them; or withdrawn after they had opened it."""
    return and_(
        audiences.addresses(staff_id),
        or_(
            Notice.state == NoticeState.PUBLISHED.value,
            and_(Notice.state == NoticeState.WITHDRAWN.value, _is_read(staff_id)),
        ),
    )


def _is_read(staff_id: int) -> ColumnElement[bool]:
    return exists().where(NoticeRead.notice_id == Notice.id, NoticeRead.staff_id == staff_id)


def _is_pinned(now: datetime) -> ColumnElement[bool]:
    is_on = and_(Notice.state == NoticeState.PUBLISHED.value, func.coalesce(Notice.pinned_until > now, False))
    return case((is_on, True), else_=False)


def _is_expired(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(Notice.expires_at <= now, False)


def _item(
    row: Notice, is_read: bool, is_pinned: bool, photos: Sequence[PhotoLinks], attachments: int
) -> dict[str, Any]:
    is_withdrawn = row.state == NoticeState.WITHDRAWN.value
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_name": policies.KIND_NAMES[NoticeKind(row.kind)],
        "title": row.title,
        "summary": "" if is_withdrawn else policies.summary_of(row.body),
        "cover": photos[0] if photos else None,
        "published_at": row.published_at,
        "changed_at": row.changed_at,
        "expires_at": row.expires_at,
        "is_pinned": bool(is_pinned),
        "is_unread": not is_read,
        "is_withdrawn": is_withdrawn,
        "attachment_count": attachments,
    }


def _changes(row: Notice) -> list[Change]:
    events = db.session.execute(
        select(NoticeEvent.at, NoticeEvent.changes)
        .where(NoticeEvent.notice_id == row.id, NoticeEvent.step == Step.EDIT.value)
        .order_by(NoticeEvent.id.desc())
    )
    return [Change(at, [policies.FIELD_NAMES[name] for name in changes]) for at, changes in events]

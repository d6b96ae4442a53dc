"""What editors see of notices: those within reach, with their history and how many have read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from backend import clock
from backend.actor import Actor, Permission, Reach
from backend.attachments import queries as attachment_queries
from backend.attachments.queries import AttachmentView
from backend.db import db
from backend.identity.models import Department
from backend.media import queries as media_queries
from backend.media.queries import OwnedPhoto
from backend.paging import Page, paginate
from feedback.notices import audiences, policies
from feedback.notices.errors import NoticeNotFound
from feedback.notices.models import (
    AudienceKind,
    Notice,
    NoticeAudience,
    NoticeEvent,
    NoticeKind,
    NoticeRead,
    NoticeState,
)
from feedback.notices.policies import Step, Target


@dataclass(frozen=True, slots=True)
class TargetView:
    """A row of an audience with its name."""

    kind: str
    target_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ManagedItem:
    """A notice as an editor's list shows it."""

    id: int
    kind: str
    kind_name: str
    title: str
    state: str
    state_name: str
    is_told: bool
    is_expired: bool
    is_pinned: bool
    publish_at: datetime | None
    published_at: datetime | None
    expires_at: datetime | None
    pinned_until: datetime | None
    withdrawn_at: datetime | None
    reads: int
    audience_text: str
    created_by_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ManagedNotice(ManagedItem):
    """A notice as an editor opens it; `reads_elsewhere` are those of the departments that are not shown."""

    body: str
    revision: int
    audience: Sequence[TargetView]
    photos: Sequence[OwnedPhoto]
    attachments: Sequence[AttachmentView]
    reads_by_department: Sequence[dict[str, Any]]
    reads_elsewhere: int
    history: Sequence[dict[str, Any]]
    withdrawal_reason: str
    can: dict[str, bool]


def page_managed(
    actor: Actor,
    *,
    state: NoticeState | None = None,
    kind: NoticeKind | None = None,
    q: str = "",
    page: int,
    page_size: int,
) -> Page:
    """The notices within an editor's reach, the newest first. Raises Forbidden through the endpoint alone."""
    now = clock.now()
    statement = select(Notice).where(_in_reach(actor.reach(Permission.NOTICES_MANAGE)))
    if state is not None:
        statement = statement.where(Notice.state == state.value)
    if kind is not None:
        statement = statement.where(Notice.kind == kind.value)
    if q:
        statement = statement.where(Notice.title.contains(q, autoescape=True))
    newest = func.coalesce(Notice.published_at, Notice.publish_at, Notice.created_at)
    found = paginate(statement.order_by(newest.desc(), Notice.id.desc()), page=page, page_size=page_size)
    ids = [row.id for row in found.rows]
    rows = audiences.rows_of(ids)
    names = audiences.names_of(each for every in rows.values() for each in every)
    counts = _counts(ids)
    items = [
        ManagedItem(**_managed(row, now, rows.get(row.id, frozenset()), names, counts.get(row.id, 0)))
        for row in found.rows
    ]
    return Page(items, found.total, found.page, found.page_size)


def get_managed(actor: Actor, notice_id: int) -> ManagedNotice:
    """One of those. Raises NoticeNotFound."""
    row = db.session.scalars(
        select(Notice)
        .where(Notice.id == notice_id, _in_reach(actor.reach(Permission.NOTICES_MANAGE)))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NoticeNotFound
    rows = audiences.rows_of([row.id]).get(row.id, frozenset())
    names = audiences.names_of(rows)
    by_department = _reads_by_department(row.id)
    shown, elsewhere = policies.shown_counts(by_department)
    return ManagedNotice(
        **_managed(row, clock.now(), rows, names, sum(by_department.values())),
        body=row.body,
        revision=row.revision,
        audience=[
            TargetView(each.kind.value, each.id, names.get(each, "（已删除）")) for each in sorted(rows)
        ],
        photos=media_queries.photos_of_owners(policies.FILES_OWNER, [row.id], including_hidden=True).get(
            row.id, []
        ),
        attachments=attachment_queries.views(policies.FILES_OWNER, [row.id]).get(row.id, []),
        reads_by_department=_named(shown),
        reads_elsewhere=elsewhere,
        history=_history(row.id),
        withdrawal_reason=row.withdrawal_reason,
        can=policies.can(row.state),
    )


def _in_reach(reach: Reach) -> ColumnElement[bool]:
    """`policies.may_address`, in SQL."""
    if reach.everywhere:
        return Notice.id.is_not(None)
    of_notice = NoticeAudience.notice_id == Notice.id
    others = or_(
        NoticeAudience.kind != AudienceKind.CAMPUS.value, NoticeAudience.target_id.not_in(reach.campus_ids)
    )
    return and_(exists().where(of_notice), ~exists().where(of_notice, others))


def _managed(
    row: Notice, now: datetime, rows: Collection[Target], names: dict[Target, str], reads: int
) -> dict[str, Any]:
    columns = (
        *("id", "kind", "title", "state", "is_told", "publish_at", "published_at", "expires_at"),
        *("pinned_until", "withdrawn_at", "created_by_name", "created_at"),
    )
    return {
        **{name: getattr(row, name) for name in columns},
        "kind_name": policies.KIND_NAMES[NoticeKind(row.kind)],
        "state_name": policies.STATE_NAMES[NoticeState(row.state)],
        "is_expired": row.expires_at is not None and row.expires_at <= now,
        "is_pinned": row.state == NoticeState.PUBLISHED.value
        and row.pinned_until is not None
        and row.pinned_until > now,
        "reads": reads,
        "audience_text": audiences.text_of(rows, names),
    }


def _history(notice_id: int) -> list[dict[str, Any]]:
    events = db.session.scalars(
        select(NoticeEvent).where(NoticeEvent.notice_id == notice_id).order_by(NoticeEvent.id.desc())
    )
    return [
        {
            "at": event.at,
            "step": event.step,
            "step_name": policies.STEP_NAMES[Step(event.step)],
            "actor_name": event.actor_name,
            "reason": event.reason,
            "changes": [
                {"field": policies.FIELD_NAMES[name], "before": _words(before), "after": _words(after)}
                for name, (before, after) in event.changes.items()
            ],
        }
        for event in events
    ]


def _words(value: Any) -> str:
    if value is None:
        return ""
    return "、".join(value) if isinstance(value, list) else str(value)


def _counts(notice_ids: Collection[int]) -> dict[int, int]:
    if not notice_ids:
        return {}
    rows = db.session.execute(
        select(NoticeRead.notice_id, func.count())
        .where(NoticeRead.notice_id.in_(notice_ids))
        .group_by(NoticeRead.notice_id)
    )
    return dict(rows.all())


def _reads_by_department(notice_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(NoticeRead.department_id, func.count())
        .where(NoticeRead.notice_id == notice_id)
        .group_by(NoticeRead.department_id)
    )
    return dict(rows.all())


def _named(counts: dict[int, int]) -> list[dict[str, Any]]:
    if not counts:
        return []
    rows = db.session.execute(select(Department.id, Department.name).where(Department.id.in_(counts)))
    names = dict(rows.all())
    return [
        {"name": names.get(department_id, ""), "reads": count}
        for department_id, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]

"""Reads of privacy: the policy, one's own decisions and requests, and what the privacy officer sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.models import AuditEvent
from backend.config import settings
from backend.counting import Count
from backend.db import db, unit
from backend.identity.models import Staff, StaffStatus
from backend.identity.privacy import policies
from backend.identity.privacy.errors import PolicyNotFound, RequestNotFound
from backend.identity.privacy.models import (
    Consent,
    DataRequest,
    PrivacyPolicy,
    RequestKind,
    RequestState,
    Topic,
)
from backend.identity.privacy.policies import Block, Kept
from backend.identity.queries import names_of
from backend.identity.titles import PROVIDER_NAMES, STATUS_NAMES
from backend.paging import Page, paginate


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A version of the policy as people read it."""

    version: str
    summary: str
    published_at: datetime
    is_latest: bool
    organisation: str
    contact: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class ConsentState:
    """How somebody stands to the policy that holds: None is not asked yet, or asked about an older one."""

    version: str
    is_agreed: bool | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The latest decision about one topic; None and None if it was never asked, or about an older version."""

    topic: Topic
    title: str
    version: str
    is_agreed: bool | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consents:
    """The decisions that count now, and every decision ever made, the latest first."""

    topics: Sequence[Decision]
    history: Sequence[Consent]


def latest_version() -> str:
    """The version that holds."""
    return db.session.scalars(_LATEST).one()


_LATEST = select(PrivacyPolicy.version).order_by(PrivacyPolicy.id.desc()).limit(1)


def get_policy(version: str | None = None) -> PolicyView:
    """The policy that holds, or an earlier version of it. Raises PolicyNotFound."""
    latest = _LATEST.scalar_subquery()
    found = db.session.execute(
        select(PrivacyPolicy, latest).where(
            PrivacyPolicy.version == (version if version is not None else latest)
        )
    ).one_or_none()
    if found is None:
        raise PolicyNotFound
    policy, latest_is = found
    running = settings()
    return PolicyView(
        policy.version,
        policy.summary,
        policy.published_at,
        policy.version == latest_is,
        running.organisation,
        running.contact,
        policies.blocks_of(policy.text, organisation=running.organisation, contact=running.contact),
    )


def state_of(staff_id: int) -> ConsentState:
    """How a person stands to the policy that holds; one statement."""
    latest = _LATEST.scalar_subquery()
    decided = (
        select(Consent.is_agreed)
        .where(Consent.staff_id == staff_id, Consent.topic == Topic.POLICY.value, Consent.version == latest)
        .order_by(Consent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    version, is_agreed = db.session.execute(select(latest, decided)).one()
    return ConsentState(version, is_agreed)


def own_consents(actor: Actor) -> Consents:
    """What the actor decided; two statements."""
    history = db.session.scalars(
        select(Consent).where(Consent.staff_id == actor.staff_id).order_by(Consent.id.desc())
    ).all()
    version = latest_version()
    topics = []
    for topic in Topic:
        last = next((each for each in history if each.topic == topic and each.version == version), None)
        topics.append(
            Decision(
                topic,
                policies.TOPIC_NAMES[topic],
                version,
                last.is_agreed if last is not None else None,
                last.decided_at if last is not None else None,
            )
        )
    return Consents(topics, history)


# Versions, for the privacy officer


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version in the list: who published it, and how many agreed to it and did not."""

    version: str
    summary: str
    published_at: datetime
    publisher: str
    agreed: int
    refused: int


def list_versions(actor: Actor) -> list[VersionView]:
    """Every version, the latest first; three statements. Raises Forbidden.

    Of each person the latest decision about a version counts.
    """
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    rows = db.session.scalars(select(PrivacyPolicy).order_by(PrivacyPolicy.id.desc())).all()
    last = (
        select(func.max(Consent.id))
        .where(Consent.topic == Topic.POLICY.value)
        .group_by(Consent.staff_id, Consent.version)
    )
    counted = db.session.execute(
        select(Consent.version, Consent.is_agreed, func.count())
        .where(Consent.id.in_(last))
        .group_by(Consent.version, Consent.is_agreed)
    )
    counts = {(version, is_agreed): count for version, is_agreed, count in counted}
    names = names_of({row.published_by for row in rows} - {0})
    return [
        VersionView(
            row.version,
            row.summary,
            row.published_at,
            names.get(row.published_by, "随产品提供"),
            counts.get((row.version, True), 0),
            counts.get((row.version, False), 0),
        )
        for row in rows
    ]


def text_of_latest(actor: Actor) -> str:
    """The policy that holds as it was written, to write the next one from. Raises Forbidden."""
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    return db.session.scalars(select(PrivacyPolicy.text).order_by(PrivacyPolicy.id.desc()).limit(1)).one()


# Requests about personal data


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as whoever sent it sees it. `erased` and `kept` tell what an erasure did, in words."""

    id: int
    kind: str
    text: str
    state: str
    sent_at: datetime
    due_on: date
    is_overdue: bool
    answer: str
    answered_at: datetime | None
    erased: Sequence[str]
    kept: Sequence[Kept]

    @property
    def kind_name(self) -> str:
        """删除, 更正, …"""
        return policies.KIND_NAMES[RequestKind(self.kind)]

    @property
    def state_name(self) -> str:
        """待答复, …"""
        return policies.STATE_NAMES[RequestState(self.state)]


@dataclass(frozen=True, slots=True)
class ManagedRequest(RequestView):
    """A request as the privacy officer sees it."""

    staff_id: int
    staff_no: str
    staff_name: str
    status: str
    entered_by: str
    answered_by: str

    @property
    def status_name(self) -> str:
        """在职, 离职, …"""
        return STATUS_NAMES[StaffStatus(self.status)]


def page_own(actor: Actor, *, page: int, page_size: int) -> Page:
    """The actor's own requests, the newest first."""
    statement = (
        select(DataRequest).where(DataRequest.staff_id == actor.staff_id).order_by(DataRequest.id.desc())
    )
    found = paginate(statement, page=page, page_size=page_size)
    return Page([view_of(row) for row in found.rows], found.total, page, page_size)


def get_own(actor: Actor, request_id: int) -> RequestView:
    """One of the actor's own. Raises RequestNotFound for anybody else's."""
    row = db.session.scalars(
        select(DataRequest).where(DataRequest.id == request_id, DataRequest.staff_id == actor.staff_id)
    ).one_or_none()
    if row is None:
        raise RequestNotFound
    return view_of(row)


def page_all(
    actor: Actor,
    *,
    state: RequestState | None = None,
    kind: RequestKind | None = None,
    q: str = "",
    page: int,
    page_size: int,
) -> Page:
    """Everybody's requests: what waits comes first, by its due day; then the latest. Raises Forbidden."""
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    statement = _with_staff()
    if state is not None:
        statement = statement.where(DataRequest.state == state.value)
    if kind is not None:
        statement = statement.where(DataRequest.kind == kind.value)
    if q:
        statement = statement.where(
            or_(Staff.name.contains(q, autoescape=True), Staff.staff_no.startswith(q, autoescape=True))
        )
    is_open = DataRequest.state == RequestState.OPEN.value
    statement = statement.order_by(
        is_open.desc(),
        case((is_open, DataRequest.due_on), else_=None),
        DataRequest.answered_at.desc(),
        DataRequest.id.desc(),
    )
    found = paginate(statement, page=page, page_size=page_size)
    return Page(_managed(found.rows), found.total, page, page_size)


def get_managed(actor: Actor, request_id: int) -> ManagedRequest:
    """One of everybody's. Raises Forbidden or RequestNotFound."""
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    row = db.session.scalars(
        _with_staff().where(DataRequest.id == request_id).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise RequestNotFound
    return _managed([row])[0]


def waiting(actor: Actor) -> Count:
    """Counts those that wait for their answer. Raises Forbidden."""
    ensure_everywhere(actor, Permission.PRIVACY_MANAGE)
    return select(func.count()).select_from(DataRequest).where(DataRequest.state == RequestState.OPEN.value)


def count_exports(staff_id: int, since: datetime) -> int:
    """How many copies a person took since then, as the trail tells."""
    statement = select(func.count()).where(
        AuditEvent.actor_id == staff_id,
        AuditEvent.happened_at >= since,
        AuditEvent.action == policies.EXPORTED,
    )
    return db.session.scalar(statement) or 0


def find_person(staff_no: str) -> int | None:
    """The member of staff with this number, whether they still work here or not."""
    return db.session.scalar(select(Staff.id).where(Staff.staff_no == staff_no))


def lock_request(request_id: int) -> DataRequest:
    """A request that nobody else answers until the open unit ends. Raises RequestNotFound."""
    unit()
    row = db.session.scalars(
        select(DataRequest).where(DataRequest.id == request_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise RequestNotFound
    return row


def view_of(row: DataRequest) -> RequestView:
    """The view of a request."""
    return RequestView(**_columns(row))


def _with_staff() -> Select[Any]:
    return select(DataRequest).join(DataRequest.staff).options(contains_eager(DataRequest.staff))


def _columns(row: DataRequest) -> dict[str, Any]:
    names = ("id", "kind", "text", "state", "sent_at", "due_on", "answer", "answered_at")
    return {
        **{name: getattr(row, name) for name in names},
        "is_overdue": row.state == RequestState.OPEN and row.due_on < clock.today(),
        "erased": [policies.ERASURES[key] for key in row.erased or {} if key in policies.ERASURES],
        "kept": policies.KEPT if row.erased is not None else (),
    }


def _managed(rows: Sequence[DataRequest]) -> list[ManagedRequest]:
    names = names_of({row.entered_by for row in rows} | {row.answered_by for row in rows if row.answered_by})
    return [
        ManagedRequest(
            **_columns(row),
            staff_id=row.staff_id,
            staff_no=row.staff.staff_no,
            staff_name=row.staff.name,
            status=row.staff.status,
            entered_by=names.get(row.entered_by, ""),
            answered_by=names.get(row.answered_by or 0, ""),
        )
        for row in rows
    ]


# For the copy of one's data


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """A person's decisions, under Chinese names."""
    rows = db.session.scalars(select(Consent).where(Consent.staff_id == staff_id).order_by(Consent.id))
    return [
        {
            "事项": policies.TOPIC_NAMES[Topic(row.topic)],
            "版本": row.version,
            "是否同意": row.is_agreed,
            "登录方式": PROVIDER_NAMES.get(row.channel, row.channel),
            "时间": row.decided_at,
        }
        for row in rows
    ]


def export_requests_of(staff_id: int) -> list[dict[str, Any]]:
    """A person's requests, under Chinese names."""
    rows = db.session.scalars(
        select(DataRequest).where(DataRequest.staff_id == staff_id).order_by(DataRequest.id)
    )
    return [
        {
            "类型": view.kind_name,
            "内容": view.text,
            "状态": view.state_name,
            "提交时间": view.sent_at,
            "答复": view.answer,
            "答复时间": view.answered_at,
        }
        for view in map(view_of, rows)
    ]

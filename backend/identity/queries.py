"""Reads of identity."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import orjson
import structlog
from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from backend import clock, idempotency, vault
from backend.actor import Actor, Grant, Permission, ScopeKind, ensure_everywhere
from backend.config import settings
from backend.db import db, table, unit
from backend.identity import policies
from backend.identity.departments import DepartmentTree, Node
from backend.identity.errors import StaffNotFound
from backend.identity.models import (
    Department,
    ExternalIdentity,
    LoginSession,
    Posting,
    RoleGrant,
    RolePermission,
    SessionKind,
    SessionStage,
    Staff,
    StaffStatus,
)
from backend.statements import Statement

log = structlog.get_logger(__name__)

# What stands where personal data cannot be read any more.
UNREADABLE = "无法读取"

_SESSION = table(LoginSession)
_ANSWER = table(idempotency.StoredAnswer)
_SESSION_COLUMNS = (
    _SESSION.c.id,
    _SESSION.c.actor,
    _SESSION.c.must_change_password,
    _SESSION.c.seen_at,
    _SESSION.c.expires_at,
    _SESSION.c.stage,
)
# A token serves for one kind of session: a console's cookie is no bearer token, and the other way round.
_BY_TOKEN = and_(_SESSION.c.token_hash == bindparam("token_hash"), _SESSION.c.kind == bindparam("kind"))

FIND_SESSION = Statement(select(*_SESSION_COLUMNS).where(_BY_TOKEN))
# One statement serves the token and the stored answer of the request's idempotency key.
FIND_SESSION_AND_ANSWER = Statement(
    select(*_SESSION_COLUMNS, _ANSWER.c.request_hash, _ANSWER.c.status, _ANSWER.c.body)
    .outerjoin_from(
        _SESSION, _ANSWER, and_(_ANSWER.c.staff_id == _SESSION.c.staff_id, _ANSWER.c.key == bindparam("key"))
    )
    .where(_BY_TOKEN)
)


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session by its token, with the answer stored under the request's key, if there is one.

    Before the login is complete (`stage`) the actor has no grants: it may do nothing at all.
    """

    actor: Actor
    kind: SessionKind
    stage: SessionStage
    must_change_password: bool
    seen_at: datetime
    expires_at: datetime
    answer: tuple[bytes, int, bytes] | None


def find_session(
    token_hash: bytes, key: str | None = None, *, kind: SessionKind = SessionKind.API
) -> FoundSession | None:
    """The session of this kind whose token hashes to `token_hash`, or None.

    It may have expired (`policies.has_ended`), and its login may lack something (`stage`).
    """
    # Past the session: this is the first read of every request, and a session's own costs as much again.
    with db.engine.connect() as connection:
        if key is None:
            row = FIND_SESSION.row(connection, {"token_hash": token_hash, "kind": kind.value})
        else:
            named = {"token_hash": token_hash, "kind": kind.value, "key": key}
            row = FIND_SESSION_AND_ANSWER.row(connection, named)
    if row is None:
        return None
    session_id, snapshot, must_change_password, seen_at, expires_at, stage, *answer = row
    actor = load_actor(session_id, snapshot)
    return FoundSession(
        actor if stage == SessionStage.COMPLETE else replace(actor, grants=()),
        kind,
        SessionStage(stage),
        must_change_password,
        seen_at,
        expires_at,
        (answer[0], answer[1], answer[2]) if answer and answer[0] is not None else None,
    )


@lru_cache(maxsize=4096)
def load_actor(session_id: int, snapshot: str) -> Actor:
    """The actor that `operations.snapshot` wrote into a session."""
    fields = orjson.loads(snapshot)
    return Actor(
        staff_id=fields["staff_id"],
        staff_no=fields["staff_no"],
        name=fields["name"],
        department_id=fields["department_id"],
        session_id=session_id,
        grants=tuple(
            Grant(frozenset(map(Permission, permissions)), ScopeKind(kind), scope_id)
            for permissions, kind, scope_id in fields["grants"]
        ),
    )


@dataclass(frozen=True, slots=True)
class PostingView:
    """A post: where, by name and by path, and as what."""

    department_id: int
    department: str
    path: str
    title: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class PermissionView:
    """A permission and where it holds. `scope_id` is 0 for the whole compound."""

    permission: str
    scope_kind: str
    scope_id: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What a member of staff sees of themselves; phone and card are masked."""

    id: int
    staff_no: str
    name: str
    phone: str | None
    card_no: str | None
    postings: list[PostingView]
    permissions: list[PermissionView]
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """A running session. `device` is the user agent, `device_name` what people call it."""

    id: int
    kind: str
    stage: str
    provider: str
    device: str
    device_name: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_current: bool


def department_tree() -> DepartmentTree:
    """All departments, in one statement."""
    rows = db.session.execute(
        select(Department.id, Department.parent_id, Department.name, Department.position)
    )
    return DepartmentTree(Node(*row) for row in rows)


def own_profile(actor: Actor) -> Profile:
    """The profile of who asks, as their session sees it."""
    staff, must_change = db.session.execute(
        select(Staff, LoginSession.must_change_password)
        .join(LoginSession, LoginSession.staff_id == Staff.id)
        .where(LoginSession.id == actor.session_id)
        .options(selectinload(Staff.postings))
    ).one()
    return profile(staff, actor, must_change_password=must_change)


def profile(staff: Staff, actor: Actor, *, must_change_password: bool) -> Profile:
    """The profile of a member of staff who acts as `actor`."""
    return Profile(
        id=staff.id,
        staff_no=staff.staff_no,
        name=staff.name,
        phone=masked_phone(staff),
        card_no=policies.mask_card_no(staff.card_no) if staff.card_no else None,
        postings=posting_views(staff.postings, department_tree()),
        permissions=[
            PermissionView(permission.value, grant.kind.value, grant.scope_id)
            for grant in actor.grants
            for permission in sorted(grant.permissions)
        ],
        must_change_password=must_change_password,
    )


def posting_views(postings: list[Posting], tree: DepartmentTree) -> list[PostingView]:
    """Posts with the names of their departments, the primary one first."""
    return [
        PostingView(
            posting.department_id,
            tree.node(posting.department_id).name,
            tree.path(posting.department_id),
            posting.title,
            posting.is_primary,
        )
        for posting in sorted(postings, key=lambda posting: (not posting.is_primary, posting.id or 0))
    ]


def masked_phone(staff: Staff) -> str | None:
    """The phone number as it may be shown, or None."""
    return _masked(staff.phone_cipher, policies.mask_phone)


def masked_id_no(staff: Staff) -> str | None:
    """The ID number as it may be shown, or None."""
    return _masked(staff.id_no_cipher, policies.mask_id_no)


def _masked(cipher: bytes | None, mask: Callable[[str], str]) -> str | None:
    if cipher is None:
        return None
    try:
        return mask(vault.decrypt(cipher))
    except ValueError:  # Written under another key: the person can still log in, and be imported again.
        log.warning("personal data written under another key")
        return UNREADABLE


def count_open_sessions() -> dict[str, int]:
    """How many sessions of each kind have not come to their end."""
    statement = (
        select(LoginSession.kind, func.count())
        .where(LoginSession.expires_at > clock.now())
        .group_by(LoginSession.kind)
    )
    return {row.kind: row[1] for row in db.session().execute(statement)}


def own_sessions(actor: Actor) -> list[SessionView]:
    """The sessions of who asks that have not ended, the latest first."""
    return _sessions(actor, actor.staff_id)


def list_sessions(actor: Actor, *, staff_id: int) -> list[SessionView]:
    """The sessions of a member of staff that have not ended, the latest first.

    Raises Forbidden or StaffNotFound.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    return _sessions(actor, staff_id)


def _sessions(actor: Actor, staff_id: int) -> list[SessionView]:
    """One statement tells of the member of staff and of the sessions. Raises StaffNotFound."""
    now, running = clock.now(), settings()
    rows = db.session.execute(
        select(Staff.id, LoginSession)
        .outerjoin(LoginSession, LoginSession.staff_id == Staff.id)
        .where(Staff.id == staff_id)
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    ).all()
    if not rows:
        raise StaffNotFound
    return [
        SessionView(
            row.id,
            row.kind,
            row.stage,
            row.provider,
            row.device,
            policies.device_name(row.device),
            row.opened_at,
            row.seen_at,
            row.expires_at,
            row.id == actor.session_id,
        )
        for _, row in rows
        if row is not None and not policies.has_ended(row.kind, row.seen_at, row.expires_at, now, running)
    ]


def find_holder(subject: policies.ExternalSubject) -> Staff | None:
    """The member of staff for whom the provider vouches, held until the open unit ends; or None.

    Whoever changes the roster row, its grants or its bindings locks the row (`lock_staff`): a login sees
    all of that change or ends before it. Both rows are locked, because the binding may just be removed.
    """
    unit()
    found = select(Staff).options(selectinload(Staff.postings)).with_for_update(read=True)
    if subject.provider == policies.PASSWORD:
        return db.session.scalars(found.where(Staff.id == int(subject.subject))).one_or_none()
    return db.session.scalars(
        found.join(ExternalIdentity, ExternalIdentity.staff_id == Staff.id).where(
            ExternalIdentity.provider == subject.provider,
            ExternalIdentity.tenant == subject.tenant,
            ExternalIdentity.subject == subject.subject,
        )
    ).one_or_none()


def names_of(staff_ids: Collection[int]) -> dict[int, str]:
    """The names of these members of staff; nobody's number, 0 for the system, is left out."""
    if not staff_ids:
        return {}
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids)))
    return dict(rows.all())


def holders(permission: Permission, *, campus_id: int = 0, building_id: int = 0) -> set[int]:
    """The active members of staff who hold a permission where a place lies; without one, everywhere.

    One statement.
    """
    where = [RoleGrant.scope_kind == ScopeKind.COMPOUND.value]
    if campus_id:
        where.append(and_(RoleGrant.scope_kind == ScopeKind.CAMPUS.value, RoleGrant.scope_id == campus_id))
    if building_id:
        where.append(
            and_(RoleGrant.scope_kind == ScopeKind.BUILDING.value, RoleGrant.scope_id == building_id)
        )
    statement = (
        select(RoleGrant.staff_id)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .where(
            RolePermission.permission == permission.value,
            Staff.status == StaffStatus.ACTIVE.value,
            or_(*where),
        )
    )
    return set(db.session.scalars(statement))


def find_staff(staff_id: int) -> Staff:
    """A row of the roster with its posts. Raises StaffNotFound."""
    staff = db.session.get(Staff, staff_id, options=[selectinload(Staff.postings)])
    if staff is None:
        raise StaffNotFound
    return staff


def lock_staff(staff_id: int) -> Staff:
    """A row of the roster, which nobody else may change or log in with until the open unit ends.

    Raises StaffNotFound.
    """
    unit()
    staff = db.session.scalars(
        select(Staff)
        .where(Staff.id == staff_id)
        .options(selectinload(Staff.postings))
        .with_for_update(key_share=True)
    ).one_or_none()
    if staff is None:
        raise StaffNotFound
    return staff


def administrator_ids(*, lock: bool = False) -> set[int]:
    """The active members of staff who may manage the roster of the whole compound.

    With `lock` their rows are held, so that two administrators cannot remove each other at once.
    """
    statement = (
        select(RoleGrant.staff_id)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .where(
            RolePermission.permission == Permission.IDENTITY_MANAGE.value,
            RoleGrant.scope_kind == ScopeKind.COMPOUND.value,
            Staff.status == StaffStatus.ACTIVE.value,
        )
    )
    return set(db.session.scalars(statement.with_for_update(key_share=True) if lock else statement))

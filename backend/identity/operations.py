"""Writes of identity, within an open unit of work."""

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import orjson
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor, Permission, ScopeKind
from backend.audit.operations import record
from backend.config import settings
from backend.db import db, unit
from backend.identity import policies, queries
from backend.identity.errors import AccountTaken, LastAdministrator, StaffNotActive
from backend.identity.models import (
    BindRequest,
    BindRequestState,
    ExternalIdentity,
    LoginSession,
    PasswordCredential,
    RecoveryCode,
    Role,
    RoleGrant,
    SecondFactor,
    Staff,
    StaffStatus,
)

# What every active member of staff may do, without any role.
BASE_PERMISSIONS = (Permission.SELF, Permission.CANTEEN_ORDER)

INSERT: dict[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session. The token exists here alone; the database keeps its hash."""

    token: str
    user: queries.Profile
    must_change_password: bool


def open_session(staff: Staff, *, provider: str, device: str = "") -> str:
    """Log the member of staff in; returns the token, which is kept nowhere else."""
    return add_session(staff, provider, device)[0]


def log_in(staff: Staff, *, provider: str, device: str = "") -> LoggedIn:
    """Open a session for a locked, active row of the roster, and record the login."""
    token, session = add_session(staff, provider, device)
    db.session.flush()  # The actor is known by the session's identifier.
    actor = queries.load_actor(session.id, session.actor)
    record(actor, "identity.logged_in", "staff", staff.id, provider=provider)
    must_change = session.must_change_password
    return LoggedIn(token, queries.profile(staff, actor, must_change_password=must_change), must_change)


def add_session(staff: Staff, provider: str, device: str) -> tuple[str, LoginSession]:
    """A session of the API for a row of the roster, not yet flushed; and its token."""
    unit()
    token, now = new_token(), clock.now()
    credential = db.session.get(PasswordCredential, staff.id) if provider == policies.PASSWORD else None
    session = LoginSession(
        token_hash=policies.hash_token(token),
        staff_id=staff.id,
        provider=provider,
        device=policies.tidy_device(device),
        actor=snapshot(staff),
        must_change_password=credential is not None and credential.must_change,
        opened_at=now,
        seen_at=now,
        expires_at=now + timedelta(minutes=settings().session_absolute_minutes),
    )
    db.session.add(session)
    return token, session


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


def end_sessions(staff_id: int, *, except_id: int | None = None) -> int:
    """End every session of a member of staff, but the one excepted; returns how many."""
    statement = delete(LoginSession).where(LoginSession.staff_id == staff_id)
    if except_id is not None:
        statement = statement.where(LoginSession.id != except_id)
    return unit().execute(statement).rowcount


def snapshot(staff: Staff) -> str:
    """What a session remembers of its holder: who, where and the grants, as `queries.load_actor` reads it."""
    primary = next((posting for posting in staff.postings if posting.is_primary), None)
    grants: list[list[object]] = [[list(BASE_PERMISSIONS), ScopeKind.COMPOUND.value, 0]]
    given = db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.staff_id == staff.id)
        .options(selectinload(RoleGrant.role).selectinload(Role.permissions))
        .order_by(RoleGrant.id)
    )
    for grant in given:
        permissions = sorted(held.permission for held in grant.role.permissions)
        grants.append([permissions, grant.scope_kind, grant.scope_id])
    return orjson.dumps(
        {
            "staff_id": staff.id,
            "staff_no": staff.staff_no,
            "name": staff.name,
            "department_id": primary.department_id if primary else 0,
            "grants": grants,
        }
    ).decode()


def bind_identity(actor: Actor, *, staff_id: int, provider: str, tenant: str, subject: str) -> None:
    """`bind` for a member of staff by identifier. Raises StaffNotFound, StaffNotActive or AccountTaken."""
    bind(actor, queries.lock_staff(staff_id), policies.ExternalSubject(provider, tenant, subject))


def bind(actor: Actor, staff: Staff, subject: policies.ExternalSubject) -> None:
    """Bind an account at a login provider to a locked, active row of the roster.

    One member of staff has one account per provider and tenant: another one's binding and the sessions
    that were opened before end. Repeating it changes nothing. Raises StaffNotActive, or AccountTaken if
    the account is somebody else's.
    """
    if staff.status != StaffStatus.ACTIVE:
        raise StaffNotActive
    connection = unit()
    tenancy = {"provider": subject.provider, "tenant": subject.tenant}
    account = {**tenancy, "subject": subject.subject}
    bound = db.session.scalar(select(ExternalIdentity.staff_id).filter_by(**account))
    if bound == staff.id:
        return
    replaced = connection.execute(delete(ExternalIdentity).filter_by(**tenancy, staff_id=staff.id)).rowcount
    inserted = connection.execute(
        INSERT[connection.dialect.name](ExternalIdentity)
        .values(**account, staff_id=staff.id, bound_at=clock.now())
        .on_conflict_do_nothing()
        .returning(ExternalIdentity.id)
    ).one_or_none()
    if inserted is None:  # Somebody else's, perhaps by a unit that was committed meanwhile.
        raise AccountTaken
    ended = end_sessions(staff.id) if replaced else 0
    _close_requests(*(getattr(BindRequest, name) == value for name, value in account.items()))
    action = "identity.rebound" if replaced else "identity.bound"
    record(actor, action, "staff", staff.id, provider=subject.provider, sessions_ended=ended)


def unbind(staff_id: int) -> list[str]:
    """Remove a member of staff's accounts at all login providers; returns the providers' names."""
    removed = delete(ExternalIdentity).where(ExternalIdentity.staff_id == staff_id)
    return sorted(unit().scalars(removed.returning(ExternalIdentity.provider)))


def end_sessions_of(staff_ids: Collection[int]) -> int:
    """End every session of these members of staff; returns how many."""
    if not staff_ids:
        return 0
    return unit().execute(delete(LoginSession).where(LoginSession.staff_id.in_(staff_ids))).rowcount


def remove_access(staff_ids: Collection[int]) -> None:
    """Take from those who leave all that lets them in: sessions, bindings, passwords, codes, roles."""
    if not staff_ids:
        return
    end_sessions_of(staff_ids)
    for table in (ExternalIdentity, PasswordCredential, RecoveryCode, SecondFactor, RoleGrant):
        unit().execute(delete(table).where(table.staff_id.in_(staff_ids)))
    _close_requests(BindRequest.staff_id.in_(staff_ids))


def rename_in_sessions(names: dict[int, str]) -> None:
    """Let running sessions know new names (by member of staff); they need not end for that."""
    if not names:
        return
    rows = unit().execute(
        select(LoginSession.id, LoginSession.staff_id, LoginSession.actor).where(
            LoginSession.staff_id.in_(names)
        )
    )
    renamed = [
        {
            "id": row.id,
            "actor": orjson.dumps({**orjson.loads(row.actor), "name": names[row.staff_id]}).decode(),
        }
        for row in rows
    ]
    if renamed:
        db.session.execute(update(LoginSession), renamed)


@contextmanager
def keeping_an_administrator(staff_ids: Collection[int]) -> Iterator[None]:
    """Refuse what this block does to these members of staff if it leaves nobody to manage the roster.

    Raises LastAdministrator.
    """
    affected = not queries.administrator_ids().isdisjoint(staff_ids)
    if affected:
        queries.administrator_ids(lock=True)
    yield
    db.session.flush()
    if affected and not queries.administrator_ids():
        raise LastAdministrator


def _close_requests(*conditions: ColumnElement[bool]) -> None:
    unit().execute(
        update(BindRequest)
        .where(BindRequest.state == BindRequestState.PENDING.value, *conditions)
        .values(state=BindRequestState.REJECTED.value, decided_at=clock.now())
    )

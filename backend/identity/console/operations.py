"""Writes of console sessions, within an open unit of work."""

from dataclasses import dataclass, field

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.config import settings
from backend.db import db, unit
from backend.identity import operations as identity_operations
from backend.identity import policies as identity_policies
from backend.identity import queries as identity_queries
from backend.identity.console import policies
from backend.identity.console.errors import StageMismatch
from backend.identity.models import LoginSession, SessionKind, SessionStage, Staff
from backend.identity.policies import PASSWORD
from backend.identity.second_factor import operations as second_factor_operations
from backend.identity.second_factor import policies as second_factor_policies
from backend.identity.second_factor import queries as second_factor_queries


@dataclass(frozen=True, slots=True)
class ConsoleLogin:
    """A console session's new token, which replaces the one before, and what its login still lacks."""

    token: str = field(repr=False)
    stage: SessionStage


def open_session(staff: Staff, device: str) -> ConsoleLogin:
    """Begin the login of a held, active row of the roster whose password was right."""
    second_factor_operations.forget_unconfirmed(staff.id)
    has_factor = second_factor_queries.has_factor(staff.id)
    token, session = identity_operations.add_session(staff, PASSWORD, device)
    holder = identity_queries.load_actor(0, session.actor)
    stage = policies.first_stage(
        has_factor=has_factor,
        needs_factor=second_factor_policies.needs_second_factor(holder),
        must_change_password=session.must_change_password,
    )
    session.kind, session.stage = SessionKind.CONSOLE.value, stage.value
    session.expires_at = policies.expiry(stage, clock.now(), settings())
    db.session.flush()
    _record(holder, stage)
    return ConsoleLogin(token, stage)


def hold_session(actor: Actor, stage: SessionStage) -> LoginSession:
    """The actor's session, whose login lacks this, held until the unit ends. Raises StageMismatch."""
    unit()
    session = db.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.id == actor.session_id,
            LoginSession.staff_id == actor.staff_id,
            LoginSession.kind == SessionKind.CONSOLE.value,
            LoginSession.stage == stage.value,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if session is None:
        raise StageMismatch
    return session


def advance(actor: Actor, session: LoginSession, stage: SessionStage) -> ConsoleLogin:
    """Take a held session to its next stage, under a new token."""
    token, now = identity_operations.new_token(), clock.now()
    session.token_hash = identity_policies.hash_token(token)
    session.stage = stage.value
    session.seen_at, session.expires_at = now, policies.expiry(stage, now, settings())
    db.session.flush()
    _record(actor, stage)
    return ConsoleLogin(token, stage)


def _record(actor: Actor, stage: SessionStage) -> None:
    if stage is SessionStage.COMPLETE:
        record(actor, "identity.logged_in", "staff", actor.staff_id, provider=PASSWORD, kind="console")
    else:
        record(actor, "identity.login_continued", "staff", actor.staff_id, kind="console", lacks=stage.value)

"""Use cases of coming and going."""

from sqlalchemy import delete

from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import atomic, unit
from backend.errors import AppError, Unavailable
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.access.errors import NotBound, SessionNotFound
from backend.identity.binding import operations as binding_operations
from backend.identity.binding.operations import Unbound
from backend.identity.errors import BadCredentials, NotActive
from backend.identity.models import LoginSession, Staff, StaffStatus
from backend.identity.operations import LoggedIn
from backend.identity.passwords import operations as password_operations
from backend.identity.policies import ANONYMOUS, PASSWORD, ExternalSubject
from backend.identity.providers import find_provider


def log_in(*, provider: str, app: str, code: str, device: str = "") -> LoggedIn | Unbound:
    """Log in whom the provider vouches for; an unknown account gets a bind ticket instead.

    Of the password provider, `app` is the staff number and `code` the password. Raises UnknownProvider,
    NotActive, or what the provider refuses; refusals are recorded.
    """
    login = find_provider(provider)
    try:
        subject = login.exchange(app, code)
    except AppError as refusal:
        # The password provider has recorded its refusals, with whose they are.
        if provider != PASSWORD and not isinstance(refusal, Unavailable):
            _record_refusal(provider, refusal.code)
        raise
    entered = _enter(subject, app, device)
    if isinstance(entered, AppError):
        raise entered
    return entered


@atomic
def log_out(actor: Actor) -> None:
    """End the present session."""
    _end(actor, actor.session_id)
    record(actor, "identity.logged_out", "staff", actor.staff_id)


@atomic
def end_session(actor: Actor, *, session_id: int) -> None:
    """End one of the actor's own sessions. Raises SessionNotFound, also for another's."""
    if not _end(actor, session_id):
        raise SessionNotFound
    record(actor, "identity.session_ended", "staff", actor.staff_id)


@atomic
def unbind(actor: Actor) -> None:
    """Remove one's own accounts at all login providers; every session ends. Raises NotBound."""
    identity_queries.lock_staff(actor.staff_id)
    providers = identity_operations.unbind(actor.staff_id)
    if not providers:
        raise NotBound
    ended = identity_operations.end_sessions(actor.staff_id)
    record(actor, "identity.unbound", "staff", actor.staff_id, providers=providers, sessions_ended=ended)


def _end(actor: Actor, session_id: int) -> int:
    return (
        unit()
        .execute(
            delete(LoginSession).where(LoginSession.id == session_id, LoginSession.staff_id == actor.staff_id)
        )
        .rowcount
    )


@atomic
def _enter(subject: ExternalSubject, app: str, device: str) -> LoggedIn | Unbound | AppError:
    """A refusal is returned, not raised: raising would roll back its record."""
    staff = identity_queries.find_holder(subject)
    if staff is None:
        return binding_operations.issue_ticket(subject, app=app)
    refusal = _refusal(staff, subject)
    if refusal is not None:
        record(
            ANONYMOUS,
            "identity.login_refused",
            "staff",
            staff.id,
            result=Result.REFUSED,
            provider=subject.provider,
            reason=refusal.code,
        )
        return refusal
    return identity_operations.log_in(staff, provider=subject.provider, device=device)


def _refusal(staff: Staff, subject: ExternalSubject) -> AppError | None:
    if staff.status != StaffStatus.ACTIVE:
        return NotActive()
    if subject.provider == PASSWORD and not password_operations.accept(staff.id, subject.proof):
        return BadCredentials()
    return None


@atomic
def _record_refusal(provider: str, reason: str) -> None:
    record(
        ANONYMOUS,
        "identity.login_refused",
        "login_provider",
        provider,
        result=Result.REFUSED,
        reason=reason,
    )

"""Use cases of coming and going."""

from dataclasses import dataclass

from sqlalchemy import delete

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import atomic, unit
from backend.errors import AppError, Unavailable
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.access import operations
from backend.identity.access.errors import NotBound, SessionNotFound
from backend.identity.binding import operations as binding_operations
from backend.identity.binding.operations import Unbound
from backend.identity.models import LoginSession
from backend.identity.operations import LoggedIn
from backend.identity.policies import ANONYMOUS, PASSWORD, ExternalSubject
from backend.identity.providers import find_provider
from backend.identity.second_factor import operations as second_factor_operations


@dataclass(frozen=True, slots=True)
class Ended:
    """How many sessions have ended."""

    sessions_ended: int


def log_in(
    *, provider: str, app: str, code: str, second_factor_code: str = "", device: str = ""
) -> LoggedIn | Unbound:
    """Log in whom the provider vouches for; an unknown account gets a bind ticket instead.

    Of the password provider, `app` is the staff number and `code` the password; whoever has a second
    factor gives a code of it, too, and whoever needs one has to set it up in the console first. Raises
    UnknownProvider, NotActive, what the provider refuses, or what `second_factor` refuses; refusals are
    recorded.
    """
    login = find_provider(provider)
    try:
        subject = login.exchange(app, code)
    except AppError as refusal:
        # The password provider has recorded its refusals, with whose they are.
        if provider != PASSWORD and not isinstance(refusal, Unavailable):
            _record_refusal(provider, refusal.code)
        raise
    entered = _enter(subject, app, device, second_factor_code)
    if isinstance(entered, AppError):
        raise entered
    return entered


@atomic
def log_out(actor: Actor) -> None:
    """End the present session."""
    _end(actor.staff_id, actor.session_id)
    record(actor, "identity.logged_out", "staff", actor.staff_id)


@atomic
def end_session(actor: Actor, *, session_id: int) -> None:
    """End one of the actor's own sessions. Raises SessionNotFound, also for another's."""
    if not _end(actor.staff_id, session_id):
        raise SessionNotFound
    record(actor, "identity.session_ended", "staff", actor.staff_id)


@atomic
def end_other_sessions(actor: Actor) -> Ended:
    """End one's own sessions but the present one. Raises Forbidden."""
    ensure_everywhere(actor, Permission.SELF)
    ended = identity_operations.end_sessions(actor.staff_id, except_id=actor.session_id)
    record(actor, "identity.other_sessions_ended", "staff", actor.staff_id, sessions_ended=ended)
    return Ended(ended)


@atomic
def end_sessions_of(actor: Actor, *, staff_id: int, session_id: int | None = None) -> Ended:
    """End all sessions of a member of staff, or the one named.

    Raises Forbidden, StaffNotFound or SessionNotFound.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    identity_queries.find_staff(staff_id)
    if session_id is None:
        ended = identity_operations.end_sessions(staff_id)
    else:
        ended = _end(staff_id, session_id)
        if not ended:
            raise SessionNotFound
    record(actor, "identity.sessions_ended", "staff", staff_id, sessions_ended=ended)
    return Ended(ended)


@atomic
def unbind(actor: Actor) -> None:
    """Remove one's own accounts at all login providers; every session ends. Raises NotBound."""
    identity_queries.lock_staff(actor.staff_id)
    providers = identity_operations.unbind(actor.staff_id)
    if not providers:
        raise NotBound
    ended = identity_operations.end_sessions(actor.staff_id)
    record(actor, "identity.unbound", "staff", actor.staff_id, providers=providers, sessions_ended=ended)


def _end(staff_id: int, session_id: int) -> int:
    named = delete(LoginSession).where(LoginSession.id == session_id, LoginSession.staff_id == staff_id)
    return unit().execute(named).rowcount


@atomic
def _enter(
    subject: ExternalSubject, app: str, device: str, second_factor_code: str
) -> LoggedIn | Unbound | AppError:
    """A refusal is returned, not raised: raising would roll back its record."""
    staff = identity_queries.find_holder(subject)
    if staff is None:
        return binding_operations.issue_ticket(subject, app=app)
    refusal = operations.admit(staff, subject)
    if refusal is None and subject.provider == PASSWORD:
        refusal = second_factor_operations.clear(staff, second_factor_code)
    if refusal is not None:
        return refusal
    return identity_operations.log_in(staff, provider=subject.provider, device=device)


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

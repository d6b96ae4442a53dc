"""Use cases of the console's login."""

from dataclasses import dataclass, field

from backend import clock
from backend.actor import Actor
from backend.config import settings
from backend.db import atomic
from backend.errors import AppError
from backend.identity import policies as identity_policies
from backend.identity import queries as identity_queries
from backend.identity import services as identity_services
from backend.identity.access import operations as access_operations
from backend.identity.console import operations, policies, queries
from backend.identity.console.operations import ConsoleLogin
from backend.identity.errors import BadCredentials
from backend.identity.models import SessionStage
from backend.identity.passwords import services as password_services
from backend.identity.policies import PASSWORD, ExternalSubject
from backend.identity.providers import find_provider
from backend.identity.queries import FoundSession
from backend.identity.second_factor import operations as second_factor_operations


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A login that has just gained its second factor; the recovery codes are told here alone."""

    login: ConsoleLogin
    recovery_codes: list[str] = field(repr=False)


def authenticate(token: str, key: str | None = None) -> FoundSession | None:
    """The running console session of this cookie, noted as alive, or None.

    `key` is the request's idempotency key. Unless `stage` is complete the actor has no grants; what it may
    ask for then are the services below.
    """
    found = queries.find_session(identity_policies.hash_token(token), key)
    if found is not None and identity_policies.should_touch(
        found.kind, found.seen_at, clock.now(), settings()
    ):
        identity_services.touch_session(found.actor.session_id)
    return found


def log_in_console(*, staff_no: str, password: str, device: str = "") -> ConsoleLogin:
    """Open a console session for whoever knows the password; `stage` says what it still lacks.

    Takes the same work whether or not the staff number exists. Raises BadCredentials, PasswordLocked or
    NotActive; refusals are recorded.
    """
    entered = _enter(find_provider(PASSWORD).exchange(staff_no, password), device)
    if isinstance(entered, AppError):
        raise entered
    return entered


def enter_code(actor: Actor, *, code: str) -> ConsoleLogin:
    """Go on from `code_needed` with a code of the second factor, or a recovery code.

    Raises StageMismatch, SecondFactorWrong, SecondFactorUsed or SecondFactorLocked; refusals are recorded.
    """
    entered = _enter_code(actor, code)
    if isinstance(entered, AppError):
        raise entered
    return entered


def confirm_enrolment(actor: Actor, *, code: str) -> Enrolled:
    """Go on from `enrolment_needed` with the first code of `second_factor.services.begin_enrolment`.

    Raises StageMismatch, SecondFactorExists, EnrolmentNotBegun or SecondFactorWrong.
    """
    enrolled = _confirm_enrolment(actor, code)
    if isinstance(enrolled, AppError):
        raise enrolled
    return enrolled


def change_password(actor: Actor, *, old_password: str, new_password: str) -> ConsoleLogin:
    """Go on from `password_change_needed`.

    Raises StageMismatch, or as `passwords.services.change_password`.
    """
    _ensure_stage(actor, SessionStage.PASSWORD_CHANGE_NEEDED)
    password_services.change_password(actor, old_password=old_password, new_password=new_password)
    return _complete(actor)


@atomic
def _enter(subject: ExternalSubject, device: str) -> ConsoleLogin | AppError:
    """A refusal is returned, not raised: raising would roll back its record."""
    staff = identity_queries.find_holder(subject)
    if staff is None:
        return BadCredentials()
    return access_operations.admit(staff, subject) or operations.open_session(staff, device)


@atomic
def _enter_code(actor: Actor, code: str) -> ConsoleLogin | AppError:
    identity_queries.lock_staff(actor.staff_id)
    session = operations.hold_session(actor, SessionStage.CODE_NEEDED)
    refusal = second_factor_operations.verify(actor, code)
    if refusal is not None:
        return refusal
    session.proved_at = clock.now()
    stage = policies.after_factor(must_change_password=session.must_change_password)
    return operations.advance(actor, session, stage)


@atomic
def _confirm_enrolment(actor: Actor, code: str) -> Enrolled | AppError:
    identity_queries.lock_staff(actor.staff_id)
    session = operations.hold_session(actor, SessionStage.ENROLMENT_NEEDED)
    recovery_codes = second_factor_operations.confirm(actor, code)
    if isinstance(recovery_codes, AppError):
        return recovery_codes
    session.proved_at = clock.now()
    stage = policies.after_factor(must_change_password=session.must_change_password)
    return Enrolled(operations.advance(actor, session, stage), recovery_codes)


@atomic
def _ensure_stage(actor: Actor, stage: SessionStage) -> None:
    operations.hold_session(actor, stage)


@atomic
def _complete(actor: Actor) -> ConsoleLogin:
    session = operations.hold_session(actor, SessionStage.PASSWORD_CHANGE_NEEDED)
    return operations.advance(actor, session, SessionStage.COMPLETE)

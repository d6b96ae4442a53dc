"""Use cases of the second factor.

What asks for `Permission.SELF` is refused to a login that is not complete, whose actor has no grants.
"""

from dataclasses import dataclass, field

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.errors import AppError
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.second_factor import documents, operations, policies, queries
from backend.identity.second_factor.errors import OwnSecondFactor, SecondFactorCompulsory


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret to be put into an authenticator app: to type, to open, and to scan (an SVG element)."""

    secret_text: str = field(repr=False)
    otpauth_uri: str = field(repr=False)
    qr_svg: str = field(repr=False)


def begin_enrolment(actor: Actor) -> Enrolment:
    """Show a secret in the actor's console session, complete or `enrolment_needed`.

    The same session is shown the same one, another session another one. Raises EnrolmentElsewhere or
    SecondFactorExists.
    """
    secret = _begin(actor)
    uri = policies.provisioning_uri(secret, actor.staff_no)
    return Enrolment(policies.legible_secret(secret), uri, documents.qr_svg(uri))


def confirm_enrolment(actor: Actor, *, code: str) -> list[str]:
    """Confirm the secret in a complete session; returns the recovery codes, told once. Other sessions end.

    A login that lacks its enrolment goes on by `console.services.confirm_enrolment` instead. Raises
    Forbidden, EnrolmentElsewhere, SecondFactorExists, EnrolmentNotBegun or SecondFactorWrong.
    """
    ensure_everywhere(actor, Permission.SELF)
    codes = _confirm(actor, code)
    if isinstance(codes, AppError):
        raise codes
    return codes


def regenerate_recovery_codes(actor: Actor, *, code: str) -> list[str]:
    """New recovery codes for a code, told once; those before are worth nothing.

    Raises Forbidden, NoSecondFactor, SecondFactorWrong, SecondFactorUsed or SecondFactorLocked.
    """
    ensure_everywhere(actor, Permission.SELF)
    codes = _regenerate(actor, code)
    if isinstance(codes, AppError):
        raise codes
    return codes


def disable(actor: Actor, *, code: str) -> None:
    """Do without one's second factor, for a code of it; the other sessions end.

    Raises Forbidden, SecondFactorCompulsory, NoSecondFactor, SecondFactorWrong, SecondFactorUsed or
    SecondFactorLocked.
    """
    ensure_everywhere(actor, Permission.SELF)
    if policies.needs_second_factor(actor):
        raise SecondFactorCompulsory
    _raise(_disable(actor, code))


def prove_again(actor: Actor, *, code: str) -> None:
    """Enter a code once more, for what asks for a recent proof.

    Raises Forbidden, NoSecondFactor, SecondFactorWrong, SecondFactorUsed or SecondFactorLocked.
    """
    ensure_everywhere(actor, Permission.SELF)
    _raise(_prove_again(actor, code))


@atomic
def reset(actor: Actor, *, staff_id: int) -> None:
    """Take a member of staff's second factor away, e.g. because the phone is lost; their sessions end.

    Who must have one sets up another at the next login. Raises Forbidden, RecentProofRequired,
    OwnSecondFactor, StaffNotFound or NoSecondFactor.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    queries.ensure_proved(actor)
    if staff_id == actor.staff_id:
        raise OwnSecondFactor
    identity_queries.lock_staff(staff_id)
    operations.remove(staff_id)
    ended = identity_operations.end_sessions(staff_id)
    record(actor, "identity.second_factor_reset", "staff", staff_id, sessions_ended=ended)


def _raise(refusal: AppError | None) -> None:
    if refusal is not None:
        raise refusal


@atomic
def _begin(actor: Actor) -> str:
    return operations.begin(actor)


@atomic
def _confirm(actor: Actor, code: str) -> list[str] | AppError:
    return operations.confirm(actor, code)


@atomic
def _regenerate(actor: Actor, code: str) -> list[str] | AppError:
    identity_queries.lock_staff(actor.staff_id)
    refusal = operations.verify(actor, code)
    if refusal is not None:
        return refusal
    record(actor, "identity.recovery_codes_renewed", "staff", actor.staff_id)
    return operations.replace_recovery_codes(actor.staff_id)


@atomic
def _disable(actor: Actor, code: str) -> AppError | None:
    identity_queries.lock_staff(actor.staff_id)
    refusal = operations.verify(actor, code)
    if refusal is not None:
        return refusal
    operations.remove(actor.staff_id)
    ended = identity_operations.end_sessions(actor.staff_id, except_id=actor.session_id)
    record(actor, "identity.second_factor_disabled", "staff", actor.staff_id, sessions_ended=ended)
    return None


@atomic
def _prove_again(actor: Actor, code: str) -> AppError | None:
    refusal = operations.verify(actor, code)
    if refusal is None:
        operations.note_proof(actor)
    return refusal

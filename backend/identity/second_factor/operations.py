"""Writes of second factors, within an open unit of work.

What must leave a trace is returned as a refusal, not raised: raising would roll back its record.
"""

from datetime import datetime, timedelta

from sqlalchemy import Row, delete, insert, select, update

from backend import clock, vault
from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.config import settings
from backend.db import db, unit
from backend.errors import AppError
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.errors import EnrolmentRequired, SecondFactorRequired
from backend.identity.models import (
    LoginSession,
    RecoveryCode,
    SecondFactor,
    SessionKind,
    SessionStage,
    Staff,
)
from backend.identity.passwords.policies import minutes_until
from backend.identity.second_factor import policies, queries
from backend.identity.second_factor.errors import (
    EnrolmentElsewhere,
    EnrolmentNotBegun,
    NoSecondFactor,
    SecondFactorExists,
    SecondFactorLocked,
    SecondFactorUsed,
    SecondFactorWrong,
)

# secret_cipher, failures, locked_until
_Factor = Row[bytes, int, datetime | None]

_MAY_ENROL = (SessionStage.COMPLETE.value, SessionStage.ENROLMENT_NEEDED.value)


def clear(staff: Staff, code: str) -> AppError | None:
    """Whether a login of the API, whose password was right, may go on with this code; None if it may."""
    holder = identity_queries.load_actor(0, identity_operations.snapshot(staff))
    if queries.has_factor(staff.id):
        return verify(holder, code) if code else _refuse(holder, SecondFactorRequired())
    return _refuse(holder, EnrolmentRequired()) if policies.needs_second_factor(holder) else None


def verify(actor: Actor, code: str) -> AppError | None:
    """Use up a code of the actor's second factor, or a recovery code; None if it was right.

    The attempt is counted and recorded whatever comes of it. A lock that has run out begins a new count.
    """
    factor = _hold_factor(actor.staff_id)
    if factor is None:
        return NoSecondFactor()
    now = clock.now()
    if factor.locked_until is not None and now < factor.locked_until:
        return _refuse(actor, SecondFactorLocked(minutes=minutes_until(factor.locked_until, now)))
    given = policies.normalise_code(code)
    if not policies.is_totp(given):
        if _use_recovery_code(actor.staff_id, given, now):
            _forgive(actor.staff_id)
            record(actor, "identity.recovery_code_used", "staff", actor.staff_id)
            return None
        return _count_failure(actor, factor, now)
    step = policies.matching_step(vault.decrypt(factor.secret_cipher), given, now)
    if step is None:
        return _count_failure(actor, factor, now)
    if not _use_step(actor.staff_id, step):
        return _refuse(actor, SecondFactorUsed())
    record(actor, "identity.second_factor_accepted", "staff", actor.staff_id)
    return None


def begin(actor: Actor) -> str:
    """The secret to be confirmed in the actor's session; one that another session was shown is forgotten.

    Raises EnrolmentElsewhere or SecondFactorExists.
    """
    shown = _shown(actor)
    if shown is not None:
        return shown
    forget_unconfirmed(actor.staff_id)
    secret = policies.new_secret()
    unit().execute(
        insert(SecondFactor).values(
            staff_id=actor.staff_id, secret_cipher=vault.encrypt(secret), begun_in=actor.session_id
        )
    )
    return secret


def confirm(actor: Actor, code: str) -> list[str] | AppError:
    """Let the secret count that was shown in the actor's session, because its owner knows a code of it.

    Returns the recovery codes; the actor's other sessions, which were opened without it, end. Raises
    EnrolmentElsewhere, SecondFactorExists or EnrolmentNotBegun; returns SecondFactorWrong.
    """
    secret = _shown(actor)
    if secret is None:
        raise EnrolmentNotBegun
    now, given = clock.now(), policies.normalise_code(code)
    step = policies.matching_step(secret, given, now) if policies.is_totp(given) else None
    if step is None:
        return _refuse(actor, SecondFactorWrong())
    unit().execute(
        update(SecondFactor)
        .where(SecondFactor.staff_id == actor.staff_id)
        .values(confirmed_at=now, last_step=step)
    )
    ended = identity_operations.end_sessions(actor.staff_id, except_id=actor.session_id)
    record(actor, "identity.second_factor_enrolled", "staff", actor.staff_id, sessions_ended=ended)
    return replace_recovery_codes(actor.staff_id)


def replace_recovery_codes(staff_id: int) -> list[str]:
    """New recovery codes, told here alone; those before are worth nothing."""
    codes = policies.new_recovery_codes()
    unit().execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    unit().execute(
        insert(RecoveryCode), [{"staff_id": staff_id, "code_hash": _hash(staff_id, code)} for code in codes]
    )
    return codes


def forget_unconfirmed(staff_id: int) -> None:
    """Forget a secret that was shown and not confirmed: the next session shows another."""
    unit().execute(
        delete(SecondFactor).where(SecondFactor.staff_id == staff_id, SecondFactor.confirmed_at.is_(None))
    )


def remove(staff_id: int) -> None:
    """Take the second factor and its recovery codes away. Raises NoSecondFactor."""
    unit().execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    removed = delete(SecondFactor).where(
        SecondFactor.staff_id == staff_id, SecondFactor.confirmed_at.is_not(None)
    )
    if not unit().execute(removed).rowcount:
        raise NoSecondFactor


def note_proof(actor: Actor) -> None:
    """Note that a code was entered just now in the actor's session."""
    unit().execute(
        update(LoginSession).where(LoginSession.id == actor.session_id).values(proved_at=clock.now())
    )


def _shown(actor: Actor) -> str | None:
    """The secret that the actor's session was shown and that may still be confirmed there, or None."""
    identity_queries.lock_staff(actor.staff_id)
    _ensure_may_enrol(actor)
    if queries.has_factor(actor.staff_id):
        raise SecondFactorExists
    cipher = db.session.scalar(
        select(SecondFactor.secret_cipher).where(
            SecondFactor.staff_id == actor.staff_id, SecondFactor.begun_in == actor.session_id
        )
    )
    return vault.decrypt(cipher) if cipher is not None else None


def _ensure_may_enrol(actor: Actor) -> None:
    held = select(LoginSession.id).where(
        LoginSession.id == actor.session_id,
        LoginSession.staff_id == actor.staff_id,
        LoginSession.kind == SessionKind.CONSOLE.value,
        LoginSession.stage.in_(_MAY_ENROL),
    )
    if db.session.execute(held).first() is None:
        raise EnrolmentElsewhere


def _hold_factor(staff_id: int) -> _Factor | None:
    """The confirmed factor, which no other attempt is verified against until the open unit ends."""
    unit()
    return db.session.execute(
        select(SecondFactor.secret_cipher, SecondFactor.failures, SecondFactor.locked_until)
        .where(SecondFactor.staff_id == staff_id, SecondFactor.confirmed_at.is_not(None))
        .with_for_update()
    ).one_or_none()


def _use_step(staff_id: int, step: int) -> bool:
    """Accept a code of this step unless one of it, or of a later one, was accepted before."""
    table = SecondFactor
    used = unit().execute(
        update(table)
        .where(table.staff_id == staff_id, table.last_step < step)
        .values(last_step=step, failures=0, locked_until=None)
    )
    return used.rowcount == 1


def _use_recovery_code(staff_id: int, code: str, now: datetime) -> bool:
    table = RecoveryCode
    used = unit().execute(
        update(table)
        .where(table.staff_id == staff_id, table.code_hash == _hash(staff_id, code), table.used_at.is_(None))
        .values(used_at=now)
    )
    return used.rowcount == 1


def _forgive(staff_id: int) -> None:
    unit().execute(
        update(SecondFactor).where(SecondFactor.staff_id == staff_id).values(failures=0, locked_until=None)
    )


def _count_failure(actor: Actor, factor: _Factor, now: datetime) -> AppError:
    running = settings()
    failures = 1 if factor.locked_until is not None else factor.failures + 1
    is_locked = failures >= running.password_failures
    until = now + timedelta(minutes=running.password_lock_minutes) if is_locked else None
    unit().execute(
        update(SecondFactor)
        .where(SecondFactor.staff_id == actor.staff_id)
        .values(failures=failures, locked_until=until)
    )
    return _refuse(actor, SecondFactorWrong())


def _refuse(actor: Actor, refusal: AppError) -> AppError:
    record(
        actor,
        "identity.second_factor_refused",
        "staff",
        actor.staff_id,
        result=Result.REFUSED,
        reason=refusal.code,
    )
    return refusal


def _hash(staff_id: int, code: str) -> bytes:
    """What the database keeps of a recovery code: keyed, because 49 bits alone could be tried out."""
    return vault.keyed_hash(f"recovery code {staff_id} {policies.normalise_code(code)}")

"""Reads of second factors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.identity.errors import StaffNotFound
from backend.identity.models import LoginSession, RecoveryCode, SecondFactor, SessionKind, Staff
from backend.identity.second_factor import policies


@dataclass(frozen=True, slots=True)
class FactorView:
    """A member of staff's second factor. `confirmed_at` is None where there is none."""

    confirmed_at: datetime | None
    locked_until: datetime | None
    recovery_codes_left: int

    @property
    def is_enrolled(self) -> bool:
        """Whether there is a second factor."""
        return self.confirmed_at is not None


def has_factor(staff_id: int) -> bool:
    """Whether a member of staff has a confirmed second factor."""
    found = select(SecondFactor.staff_id).where(
        SecondFactor.staff_id == staff_id, SecondFactor.confirmed_at.is_not(None)
    )
    return db.session.execute(found).first() is not None


def factor_of(actor: Actor, *, staff_id: int) -> FactorView:
    """The second factor of a member of staff. Raises Forbidden or StaffNotFound."""
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    return _view(staff_id)


def ensure_recent_proof(actor: Actor, now: datetime, minutes: int = policies.PROOF_MINUTES) -> None:
    """Refuse unless the actor entered a code in the present session within the last minutes.

    Raises RecentProofRequired; `services.prove_again` satisfies it.
    """
    proved_at = db.session.scalar(select(LoginSession.proved_at).where(LoginSession.id == actor.session_id))
    policies.ensure_recent_proof(proved_at, now, minutes)


def ensure_proved(actor: Actor) -> None:
    """Before what is sensitive: the console asks whoever has a second factor for a recent code.

    Sessions of other kinds pass, and so do jobs and the command line: they have no page to ask on. Raises
    RecentProofRequired.
    """
    enrolled = select(SecondFactor.staff_id).where(
        SecondFactor.staff_id == LoginSession.staff_id, SecondFactor.confirmed_at.is_not(None)
    )
    asked = select(LoginSession.id).where(
        LoginSession.id == actor.session_id,
        LoginSession.kind == SessionKind.CONSOLE.value,
        enrolled.exists(),
    )
    if db.session.execute(asked).first() is not None:
        ensure_recent_proof(actor, clock.now())


def _view(staff_id: int) -> FactorView:
    """One statement tells of the member of staff and of the factor. Raises StaffNotFound."""
    left = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    row = db.session.execute(
        select(SecondFactor.confirmed_at, SecondFactor.locked_until, left)
        .select_from(Staff)
        .outerjoin(
            SecondFactor,
            and_(SecondFactor.staff_id == Staff.id, SecondFactor.confirmed_at.is_not(None)),
        )
        .where(Staff.id == staff_id)
    ).one_or_none()
    if row is None:
        raise StaffNotFound
    return FactorView(*row)

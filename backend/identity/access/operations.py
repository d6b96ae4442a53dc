"""Writes of coming and going, within an open unit of work."""

from backend.audit.models import Result
from backend.audit.operations import record
from backend.errors import AppError
from backend.identity.errors import BadCredentials, NotActive
from backend.identity.models import Staff, StaffStatus
from backend.identity.passwords import operations as password_operations
from backend.identity.policies import ANONYMOUS, PASSWORD, ExternalSubject


def admit(staff: Staff, subject: ExternalSubject) -> AppError | None:
    """Whether a held row of the roster may log in on what its provider vouches for; None if it may.

    A refusal is recorded and returned, not raised: raising would roll back its record.
    """
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


def _refusal(staff: Staff, subject: ExternalSubject) -> AppError | None:
    if staff.status != StaffStatus.ACTIVE:
        return NotActive()
    if subject.provider == PASSWORD and not password_operations.accept(staff.id, subject.proof):
        return BadCredentials()
    return None

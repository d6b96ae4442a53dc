"""Use cases of passwords."""

from dataclasses import dataclass, field
from datetime import datetime

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import aside, atomic, db
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.errors import BadCredentials, PasswordLocked, StaffNotActive
from backend.identity.models import Staff, StaffStatus
from backend.identity.passwords import hashing, operations, policies, queries
from backend.identity.passwords.errors import NoPassword, OldPasswordWrong, PasswordUnchanged
from backend.identity.passwords.queries import Credential
from backend.identity.policies import plain
from backend.identity.second_factor import queries as second_factor_queries


@dataclass(frozen=True, slots=True)
class InitialPassword:
    """A password that is told once, to be changed at the first login."""

    password: str = field(repr=False)
    must_change: bool = True


def prove(*, staff_no: str, password: str) -> Credential:
    """Verify a password; the attempt stays counted until `operations.accept` forgives it.

    Takes the same work whether or not the staff number exists. Raises BadCredentials or PasswordLocked;
    either is recorded.
    """
    credential = queries.find_credential(plain(staff_no))
    staff_id = credential.staff_id if credential else None
    locked_until = _count_attempt(staff_id or 0)
    if locked_until is not None:
        _record_refusal(staff_id, "locked")
        raise PasswordLocked(minutes=policies.minutes_until(locked_until, clock.now()))
    # The unit has ended and given the connection back: hashing takes long.
    is_right = hashing.matches(credential.password_hash if credential else None, password)
    if credential is None or not is_right:
        _record_refusal(staff_id, "wrong" if credential else "unknown")
        raise BadCredentials
    if hashing.is_outdated(credential.password_hash):
        renewed = hashing.hash_password(password)
        _rehash(credential, renewed)
        return Credential(credential.staff_id, renewed)
    return credential


def change_password(actor: Actor, *, old_password: str, new_password: str) -> None:
    """Change one's own password; the other sessions end.

    Raises WeakPassword, NoPassword, OldPasswordWrong, PasswordUnchanged or PasswordLocked.
    """
    policies.ensure_acceptable(new_password, actor.staff_no)
    if queries.find_credential(actor.staff_no) is None:
        raise NoPassword
    try:
        credential = prove(staff_no=actor.staff_no, password=old_password)
    except BadCredentials as error:
        raise OldPasswordWrong from error
    if new_password == old_password:
        raise PasswordUnchanged
    _change(actor, credential, hashing.hash_password(new_password))


def set_password(actor: Actor, *, staff_id: int, password: str, must_change: bool) -> None:
    """Give an active member of staff this password; their sessions end.

    Raises Forbidden, StaffNotFound, StaffNotActive or WeakPassword.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    policies.ensure_acceptable(password, _staff_no(staff_id))
    _set(actor, staff_id, hashing.hash_password(password), must_change=must_change)


def reset_password(actor: Actor, *, staff_id: int) -> InitialPassword:
    """Give an active member of staff a random password to be changed at the next login; sessions end.

    Raises Forbidden, RecentProofRequired, StaffNotFound or StaffNotActive.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    second_factor_queries.ensure_proved(actor)
    initial = InitialPassword(hashing.initial_password(_staff_no(staff_id)))
    _set(actor, staff_id, hashing.hash_password(initial.password), must_change=True)
    return initial


def _staff_no(staff_id: int) -> str:
    staff = identity_queries.find_staff(staff_id)
    number = staff.staff_no
    db.session.rollback()  # Gives the connection back: hashing takes long.
    return number


@aside
def _count_attempt(staff_id: int) -> datetime | None:
    return operations.count_attempt(staff_id)


@aside
def _record_refusal(staff_id: int | None, reason: str) -> None:
    operations.record_refusal(staff_id, reason)


@aside
def _rehash(credential: Credential, password_hash: str) -> None:
    operations.rehash(credential.staff_id, credential.password_hash, password_hash)


@atomic
def _change(actor: Actor, credential: Credential, password_hash: str) -> None:
    _lock_active(credential.staff_id)
    if not operations.accept(credential.staff_id, credential.password_hash):
        raise OldPasswordWrong
    operations.store_password(credential.staff_id, password_hash, must_change=False)
    operations.keep_only_session(actor)
    record(actor, "identity.password_changed", "staff", actor.staff_id)


@atomic
def _set(actor: Actor, staff_id: int, password_hash: str, *, must_change: bool) -> None:
    _lock_active(staff_id)
    operations.store_password(staff_id, password_hash, must_change=must_change)
    identity_operations.end_sessions(staff_id)
    record(actor, "identity.password_set", "staff", staff_id, must_change=must_change)


def _lock_active(staff_id: int) -> Staff:
    staff = identity_queries.lock_staff(staff_id)
    if staff.status != StaffStatus.ACTIVE:
        raise StaffNotActive
    return staff

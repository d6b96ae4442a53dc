"""Reads of passwords."""

from dataclasses import dataclass, field

from sqlalchemy import select

from backend.db import db
from backend.identity.models import PasswordCredential, Staff


@dataclass(frozen=True, slots=True)
class Credential:
    """Whose password has which hash."""

    staff_id: int
    password_hash: str = field(repr=False)


def find_credential(staff_no: str) -> Credential | None:
    """The credential of a staff number, or None: no such number, or no password."""
    row = db.session.execute(
        select(PasswordCredential.staff_id, PasswordCredential.password_hash)
        .join(Staff, Staff.id == PasswordCredential.staff_id)
        .where(Staff.staff_no == staff_no)
    ).one_or_none()
    return Credential(*row) if row is not None else None

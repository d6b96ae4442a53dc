"""Writes of the roster, within an open unit of work."""

from collections.abc import Sequence

from sqlalchemy import text

from backend import vault
from backend.db import db, unit
from backend.identity.models import Department, Posting, Staff
from backend.identity.roster.policies import Post


def hold_departments() -> None:
    """Let nobody else change the tree until the unit ends: two moves together could make a cycle.

    Readers, and writers of posts, go on. (On SQLite a unit of work is alone anyway.)
    """
    connection = unit()
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE departments IN SHARE ROW EXCLUSIVE MODE"))


def hold_roster() -> None:
    """Let nobody else write to the roster until the unit ends; orders, which only refer to it, go on."""
    connection = unit()
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE staff IN SHARE ROW EXCLUSIVE MODE"))


def add_department(name: str, parent_id: int | None, position: int) -> Department:
    """A new department."""
    unit()
    department = Department(name=name, parent_id=parent_id, position=position)
    db.session.add(department)
    db.session.flush()  # Whoever reads the tree next must find it.
    return department


def set_phone(staff: Staff, phone: str | None) -> bool:
    """Keep a normalised phone number encrypted beside its keyed hash; returns whether it is another."""
    unit()
    digest = vault.keyed_hash(phone) if phone else None
    if digest == staff.phone_hash:
        return False
    staff.phone_hash, staff.phone_cipher = digest, vault.encrypt(phone) if phone else None
    return True


def set_id_no(staff: Staff, id_no: str | None) -> bool:
    """Keep a normalised ID number encrypted beside its keyed hash; returns whether it is another."""
    unit()
    digest = vault.keyed_hash(id_no) if id_no else None
    if digest == staff.id_no_hash:
        return False
    staff.id_no_hash, staff.id_no_cipher = digest, vault.encrypt(id_no) if id_no else None
    return True


def set_posts(staff: Staff, posts: Sequence[Post]) -> bool:
    """Let the member of staff hold exactly these posts; returns whether anything changed."""
    unit()
    held = {Post(posting.department_id, posting.title, posting.is_primary) for posting in staff.postings}
    if held == set(posts):
        return False
    staff.postings.clear()
    db.session.flush()  # The unit of work would insert before it deletes, against the constraints.
    staff.postings.extend(
        Posting(department_id=post.department_id, title=post.title, is_primary=post.is_primary)
        for post in posts
    )
    return True


def primary_department(staff: Staff) -> int | None:
    """The department of the primary post, or None."""
    return next((posting.department_id for posting in staff.postings if posting.is_primary), None)

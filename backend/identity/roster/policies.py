"""Rules of the roster: pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from backend.identity import policies as identity_policies
from backend.identity.departments import MAX_DEPTH, SEPARATOR, WIDE_SEPARATOR, DepartmentTree
from backend.identity.roster.errors import (
    DepartmentCycle,
    DepartmentExists,
    DepartmentNameInvalid,
    DepartmentTooDeep,
    IdNoInvalid,
    PhoneInvalid,
    PostingsInvalid,
    StaffNoInvalid,
    UnknownDepartment,
)

_STAFF_NO = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,19}")
MAX_POSTINGS: Final = 10


class Presence(StrEnum):
    """The status that an administrator may set; leaving has an endpoint of its own."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class PersonalField(StrEnum):
    """What is masked, and may be told in the clear for a reason."""

    PHONE = "phone"
    ID_NO = "id_no"
    CARD_NO = "card_no"


@dataclass(frozen=True, slots=True)
class Post:
    """A post to hold: where, as what, and whether it is the primary one."""

    department_id: int
    title: str
    is_primary: bool


def checked_phone(text: str | None) -> str | None:
    """A phone number as it is kept, or None for none. Raises PhoneInvalid."""
    number = identity_policies.normalise_phone(text or "")
    if number and not identity_policies.is_mobile(number):
        raise PhoneInvalid
    return number or None


def checked_id_no(text: str | None, today: date) -> str | None:
    """An ID number as it is kept, or None for none. Raises IdNoInvalid."""
    number = identity_policies.normalise_id_no(text or "")
    if number and not identity_policies.is_id_no(number, today):
        raise IdNoInvalid
    return number or None


def checked_staff_no(text: str) -> str:
    """A staff number as it is kept. Raises StaffNoInvalid."""
    number = identity_policies.plain(text)
    if not _STAFF_NO.fullmatch(number):
        raise StaffNoInvalid
    return number


def checked_card_no(text: str | None) -> str | None:
    """A card number as it is kept, or None for none."""
    return identity_policies.plain(text or "") or None


def ensure_posts(posts: Sequence[Post], tree: DepartmentTree) -> None:
    """Refuse posts that cannot be held together. Raises PostingsInvalid or UnknownDepartment."""
    departments = {post.department_id for post in posts}
    if len(departments) != len(posts) or sum(post.is_primary for post in posts) != 1:
        raise PostingsInvalid
    if any(department_id not in tree for department_id in departments):
        raise UnknownDepartment


def ensure_place_in_tree(
    tree: DepartmentTree, *, name: str, parent_id: int | None, department_id: int | None = None
) -> None:
    """Refuse a department's place: below itself, beside one of its name, or too deep.

    `department_id` is None for a new one. Raises UnknownDepartment, DepartmentCycle, DepartmentExists or
    DepartmentTooDeep.
    """
    if parent_id is not None and parent_id not in tree:
        raise UnknownDepartment
    height = 1
    if department_id is not None:
        if parent_id in tree.with_descendants(department_id):
            raise DepartmentCycle
        height = tree.height(department_id)
    if any(child.name == name and child.id != department_id for child in tree.children(parent_id)):
        raise DepartmentExists
    if tree.depth(parent_id) + height > MAX_DEPTH:
        raise DepartmentTooDeep(max_depth=MAX_DEPTH)


def checked_department_name(name: str) -> str:
    """A department's name as it is kept. Raises DepartmentNameInvalid."""
    if not name or any(separator in name for separator in (SEPARATOR, WIDE_SEPARATOR)):
        raise DepartmentNameInvalid
    return name

"""Use cases of the roster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend import clock, vault
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.errors import ChangedMeanwhile
from backend.identity.models import Department, Staff, StaffStatus
from backend.identity.policies import normalise_name
from backend.identity.queries import department_tree, lock_staff
from backend.identity.roster import operations, policies, queries
from backend.identity.roster.errors import (
    AlreadyLeft,
    CardTaken,
    DepartmentNotFound,
    NothingToUnmask,
    StaffNoTaken,
)
from backend.identity.roster.policies import PersonalField, Post, Presence
from backend.identity.roster.queries import DepartmentView, StaffDetail
from backend.identity.second_factor import queries as second_factor_queries
from backend.refusals import refusing_clashes


@dataclass(frozen=True, slots=True)
class Unmasked:
    """One number in the clear."""

    field: PersonalField
    value: str


@atomic
def create_department(
    actor: Actor, *, name: str, parent_id: int | None = None, position: int = 0
) -> DepartmentView:
    """A new department below another, or at the top.

    Raises Forbidden, DepartmentNameInvalid, UnknownDepartment, DepartmentExists or DepartmentTooDeep.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    operations.hold_departments()
    name = policies.checked_department_name(name)
    policies.ensure_place_in_tree(department_tree(), name=name, parent_id=parent_id)
    department = operations.add_department(name, parent_id, position)
    record(actor, "identity.department_created", "department", department.id, name=name, parent_id=parent_id)
    return queries.department_view(department.id)


@atomic
def change_department(
    actor: Actor, *, department_id: int, name: str, parent_id: int | None, position: int
) -> DepartmentView:
    """Rename or move a department; what is below it moves along.

    Raises Forbidden, DepartmentNotFound, DepartmentNameInvalid, UnknownDepartment, DepartmentCycle,
    DepartmentExists or DepartmentTooDeep.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    operations.hold_departments()
    tree = department_tree()
    if department_id not in tree:
        raise DepartmentNotFound
    name = policies.checked_department_name(name)
    policies.ensure_place_in_tree(tree, name=name, parent_id=parent_id, department_id=department_id)
    department = db.session.get_one(Department, department_id)
    department.name, department.parent_id, department.position = name, parent_id, position
    db.session.flush()  # The view below reads the tree.
    record(actor, "identity.department_changed", "department", department_id, name=name, parent_id=parent_id)
    return queries.department_view(department_id)


@atomic
def create_staff(
    actor: Actor,
    *,
    staff_no: str,
    name: str,
    postings: Sequence[Post],
    phone: str | None = None,
    id_no: str | None = None,
    card_no: str | None = None,
) -> StaffDetail:
    """A new active member of staff.

    Raises Forbidden, StaffNoInvalid, StaffNoTaken, PhoneInvalid, IdNoInvalid, CardTaken, PostingsInvalid
    or UnknownDepartment.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    number = policies.checked_staff_no(staff_no)
    if queries.staff_no_exists(number):
        raise StaffNoTaken
    staff = Staff(
        staff_no=number, name=normalise_name(name), status=StaffStatus.ACTIVE.value, created_at=clock.now()
    )
    with refusing_clashes(ChangedMeanwhile()):
        db.session.add(staff)
        db.session.flush()  # Posts refer to the row.
        _write(staff, {"postings": postings, "phone": phone, "id_no": id_no, "card_no": card_no})
    record(actor, "identity.staff_created", "staff", staff.id, staff_no=number)
    return queries.detail(staff)


@atomic
def change_staff(actor: Actor, *, staff_id: int, **changes: Any) -> StaffDetail:
    """Change a row of the roster: `name`, `phone`, `id_no`, `card_no`, `status`, `postings`.

    What is not given stays; None empties phone, ID and card. Sessions end if status or primary department
    change. Raises Forbidden, StaffNotFound, PhoneInvalid, IdNoInvalid, CardTaken, PostingsInvalid,
    UnknownDepartment or LastAdministrator.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    staff = lock_staff(staff_id)
    before = (staff.status, operations.primary_department(staff))
    with (
        identity_operations.keeping_an_administrator([staff_id]),
        refusing_clashes(ChangedMeanwhile()),
    ):
        changed = _write(staff, changes)
    if not changed:
        return queries.detail(staff)
    ended = 0
    if (staff.status, operations.primary_department(staff)) != before:
        ended = identity_operations.end_sessions(staff_id)
    elif "name" in changed:
        identity_operations.rename_in_sessions({staff_id: staff.name})
    record(
        actor,
        "identity.staff_changed",
        "staff",
        staff_id,
        fields=changed,
        status=staff.status,
        sessions_ended=ended,
    )
    return queries.detail(staff)


@atomic
def leave(actor: Actor, *, staff_id: int) -> StaffDetail:
    """Let a member of staff leave: sessions, bindings, password, roles and bind requests end at once.

    Raises Forbidden, StaffNotFound, AlreadyLeft or LastAdministrator.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    staff = lock_staff(staff_id)
    if staff.status == StaffStatus.LEFT:
        raise AlreadyLeft
    with identity_operations.keeping_an_administrator([staff_id]):
        staff.status, staff.left_on = StaffStatus.LEFT.value, clock.today()
        identity_operations.remove_access([staff_id])
    record(actor, "identity.staff_left", "staff", staff_id)
    return queries.detail(staff)


@atomic
def unmask(actor: Actor, *, staff_id: int, field: PersonalField, reason: str) -> Unmasked:
    """Tell one number of a member of staff in the clear; who asked and why is recorded.

    Raises Forbidden, RecentProofRequired, StaffNotFound or NothingToUnmask.
    """
    ensure_everywhere(actor, Permission.IDENTITY_UNMASK)
    second_factor_queries.ensure_proved(actor)
    staff = identity_queries.find_staff(staff_id)
    value = _plain(staff, field)
    if value is None:
        raise NothingToUnmask
    record(actor, "identity.unmasked", "staff", staff_id, field=field.value, reason=reason)
    return Unmasked(field, value)


def _plain(staff: Staff, field: PersonalField) -> str | None:
    if field is PersonalField.CARD_NO:
        return staff.card_no
    cipher = staff.phone_cipher if field is PersonalField.PHONE else staff.id_no_cipher
    return vault.decrypt(cipher) if cipher else None


def _write(staff: Staff, changes: Mapping[str, Any]) -> list[str]:
    """Write what is given; returns the names of what really changed."""
    writers: dict[str, Callable[[Staff, Any], bool]] = {
        "name": _write_name,
        "phone": lambda row, value: operations.set_phone(row, policies.checked_phone(value)),
        "id_no": lambda row, value: operations.set_id_no(row, policies.checked_id_no(value, clock.today())),
        "card_no": _write_card_no,
        "status": _write_status,
        "postings": _write_postings,
    }
    return sorted(name for name, value in changes.items() if writers[name](staff, value))


def _write_name(staff: Staff, name: str) -> bool:
    before, staff.name = staff.name, normalise_name(name)
    return staff.name != before


def _write_card_no(staff: Staff, card_no: str | None) -> bool:
    before, number = staff.card_no, policies.checked_card_no(card_no)
    if number is not None and queries.card_holder(number) not in (None, staff.id):
        raise CardTaken
    staff.card_no = number
    return number != before


def _write_status(staff: Staff, presence: Presence) -> bool:
    before, staff.status = staff.status, presence.value
    staff.left_on = None
    return staff.status != before


def _write_postings(staff: Staff, posts: Sequence[Post]) -> bool:
    policies.ensure_posts(posts, department_tree())
    return operations.set_posts(staff, posts)

"""Writes of an import, within an open unit of work: a fixed number of statements, however many rows."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, update

from backend import clock
from backend.db import db, unit
from backend.identity import operations as identity_operations
from backend.identity.departments import SEPARATOR, DepartmentTree
from backend.identity.models import Department, Posting, Staff, StaffStatus
from backend.identity.queries import department_tree
from backend.identity.sheets.plans import Person, Plan


def carry_out(plan: Plan, tree: DepartmentTree) -> int:
    """Write a plan; returns how many sessions ended."""
    unit()
    if plan.paths:
        _create_departments(plan.paths, tree)
        tree = department_tree()
    people = {**_create(plan.created), **_update(plan.updated)}
    _write_posts(people, tree)
    return _end_sessions(plan.updated)


def _create_departments(paths: Collection[str], tree: DepartmentTree) -> None:
    """One statement for each level of the tree."""
    known: dict[str, int | None] = {"": None}
    for depth in sorted({path.count(SEPARATOR) for path in paths}):
        rows = {}
        for path in paths:
            if path.count(SEPARATOR) != depth:
                continue
            above, _, name = path.rpartition(SEPARATOR)
            parent_id = known[above] if above in known else tree.find(above)
            rows[parent_id, name] = path
        made = db.session.execute(
            insert(Department).returning(Department.id, Department.parent_id, Department.name),
            [{"parent_id": parent_id, "name": name, "position": 0} for parent_id, name in rows],
        )
        known.update((rows[row.parent_id, row.name], row.id) for row in made)


def _create(people: Collection[Person]) -> dict[int, Person]:
    if not people:
        return {}
    now = clock.now()
    today = clock.today()
    rows = [
        {
            **_columns(person),
            "staff_no": person.staff_no,
            "created_at": now,
            "left_on": today if person.status is StaffStatus.LEFT else None,
        }
        for person in people
    ]
    made = db.session.execute(insert(Staff).returning(Staff.id, Staff.staff_no), rows)
    numbered = {row.staff_no: row.id for row in made}
    return {numbered[person.staff_no]: person for person in people}


def _update(updated: Mapping[int, tuple[Person, Person]]) -> dict[int, Person]:
    """Returns those whose posts changed."""
    if not updated:
        return {}
    # Cards may be swapped: no two rows may hold one at once, not even in between.
    released = [
        staff_id
        for staff_id, (before, after) in updated.items()
        if before.card_no not in (None, after.card_no)
    ]
    if released:
        unit().execute(update(Staff).where(Staff.id.in_(released)).values(card_no=None))
    db.session.execute(
        update(Staff), [{"id": staff_id, **_columns(after)} for staff_id, (_, after) in updated.items()]
    )
    moved = {True: clock.today(), False: None}
    for has_left, left_on in moved.items():
        staff_ids = [
            staff_id
            for staff_id, (before, after) in updated.items()
            if before.status is not after.status and (after.status is StaffStatus.LEFT) == has_left
        ]
        if staff_ids:
            unit().execute(update(Staff).where(Staff.id.in_(staff_ids)).values(left_on=left_on))
    return {staff_id: after for staff_id, (before, after) in updated.items() if before.posts != after.posts}


def _columns(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "status": person.status.value,
        "card_no": person.card_no,
        "phone_hash": person.phone.digest if person.phone else None,
        "phone_cipher": person.phone.cipher if person.phone else None,
        "id_no_hash": person.id_no.digest if person.id_no else None,
        "id_no_cipher": person.id_no.cipher if person.id_no else None,
    }


def _write_posts(people: Mapping[int, Person], tree: DepartmentTree) -> None:
    if not people:
        return
    unit().execute(delete(Posting).where(Posting.staff_id.in_(people)))
    rows = [
        {
            "staff_id": staff_id,
            "department_id": tree.find(post.path),
            "title": post.title,
            "is_primary": post.is_primary,
        }
        for staff_id, person in people.items()
        for post in sorted(person.posts, key=lambda post: (not post.is_primary, post.path))
    ]
    db.session.execute(insert(Posting), rows)


def _end_sessions(updated: Mapping[int, tuple[Person, Person]]) -> int:
    """End what must end: all access of those who leave, sessions where rights changed; rename the rest."""
    left = [
        staff_id
        for staff_id, (before, after) in updated.items()
        if after.status is StaffStatus.LEFT and before.status is not StaffStatus.LEFT
    ]
    changed = [
        staff_id for staff_id, (before, after) in updated.items() if after.has_other_rights_than(before)
    ]
    ended = identity_operations.end_sessions_of(changed)
    identity_operations.remove_access(left)
    identity_operations.rename_in_sessions(
        {staff_id: after.name for staff_id, (before, after) in updated.items() if after.name != before.name}
    )
    return ended

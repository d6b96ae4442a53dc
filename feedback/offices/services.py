"""Use cases of the handling offices. They hold for the whole compound: so must the permission."""

from collections.abc import Sequence
from typing import Any

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from feedback.offices import operations, queries
from feedback.offices.models import Office
from feedback.offices.queries import OfficeView

OBJECT = "handling_office"


@atomic
def create(
    actor: Actor,
    *,
    name: str,
    campus_id: int | None,
    department_id: int | None,
    contractor_id: int | None,
    members: Sequence[dict[str, Any]],
) -> OfficeView:
    """A new office with its members `{staff_no, is_lead}`.

    Raises Forbidden, OfficePlaceUnknown, OfficeTaken or OfficeMembersUnknown.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    operations.ensure_belongs(campus_id, department_id)
    office = Office(
        name=name,
        campus_id=campus_id,
        department_id=department_id,
        contractor_id=contractor_id,
        is_active=True,
    )
    operations.save(office)
    operations.set_members(office.id, _wanted(members))
    record(actor, "feedback.office_created", OBJECT, office.id, name=name)
    return queries.view(office.id)


@atomic
def change(
    actor: Actor,
    *,
    office_id: int,
    name: str,
    campus_id: int | None,
    department_id: int | None,
    contractor_id: int | None,
    members: Sequence[dict[str, Any]],
    is_active: bool,
) -> OfficeView:
    """Describe an office anew, with all its members. What it has in hand stays with it.

    Raises Forbidden, OfficeNotFound, OfficePlaceUnknown, OfficeTaken or OfficeMembersUnknown.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    office = operations.lock(office_id)
    operations.ensure_belongs(campus_id, department_id)
    wanted = {
        "name": name,
        "campus_id": campus_id,
        "department_id": department_id,
        "contractor_id": contractor_id,
        "is_active": is_active,
    }
    changes = {
        column: [getattr(office, column), value]
        for column, value in wanted.items()
        if getattr(office, column) != value
    }
    for column, value in wanted.items():
        setattr(office, column, value)
    operations.save(office)
    moved = operations.set_members(office_id, _wanted(members))
    if moved:
        changes["members"] = moved
    if changes:
        record(actor, "feedback.office_changed", OBJECT, office_id, name=name, changes=changes)
    return queries.view(office_id)


def _wanted(members: Sequence[dict[str, Any]]) -> dict[str, bool]:
    return {each["staff_no"]: each["is_lead"] for each in members}

"""Writes of the handling offices, within an open unit of work."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from backend.db import db, unit
from backend.identity.models import Department, Staff, StaffStatus
from backend.places.errors import PlaceNotFound
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.places.queries import find_place
from feedback.offices.errors import (
    OfficeMembersUnknown,
    OfficeNotFound,
    OfficePlaceUnknown,
    OfficeTaken,
)
from feedback.offices.models import Office, OfficeMember


def lock(office_id: int) -> Office:
    """The office, locked. Raises OfficeNotFound."""
    unit()
    found = db.session.scalars(
        select(Office)
        .where(Office.id == office_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise OfficeNotFound
    return found


def save(office: Office) -> None:
    """Flush a new or changed office. Raises OfficeTaken."""
    unit()
    db.session.add(office)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise OfficeTaken from error


def ensure_belongs(campus_id: int | None, department_id: int | None) -> None:
    """Raise OfficePlaceUnknown for a campus or a department that is not there."""
    try:
        if campus_id is not None:
            find_place(Ref(PlaceKind.CAMPUS, campus_id))
    except PlaceNotFound as error:
        raise OfficePlaceUnknown from error
    if department_id is not None and db.session.get(Department, department_id) is None:
        raise OfficePlaceUnknown


def set_members(office_id: int, wanted: Mapping[str, bool]) -> list[Any]:
    """Let these work there, by staff number, with who leads; returns how it was, and is, if it differs.

    Who was a member before may stay whatever became of them. Raises OfficeMembersUnknown.
    """
    before = _members(office_id)
    known: Sequence[Any] = db.session.execute(
        select(Staff.id, Staff.staff_no, Staff.status).where(Staff.staff_no.in_(wanted))
    ).all()
    usable = {
        row.staff_no: row.id for row in known if row.status == StaffStatus.ACTIVE or row.staff_no in before
    }
    missing = sorted(wanted.keys() - usable.keys())
    if missing:
        raise OfficeMembersUnknown(staff_nos="、".join(missing))
    if before == dict(wanted):
        return []
    unit().execute(delete(OfficeMember).where(OfficeMember.office_id == office_id))
    db.session.add_all(
        OfficeMember(office_id=office_id, staff_id=usable[staff_no], is_lead=is_lead)
        for staff_no, is_lead in wanted.items()
    )
    db.session.flush()
    return [_told(before), _told(wanted)]


def _members(office_id: int) -> dict[str, bool]:
    rows: Any = db.session.execute(
        select(Staff.staff_no, OfficeMember.is_lead)
        .join(Staff, Staff.id == OfficeMember.staff_id)
        .where(OfficeMember.office_id == office_id)
    )
    return dict(rows.all())


def _told(members: Mapping[str, bool]) -> list[str]:
    return [f"{staff_no}{'（负责人）' if is_lead else ''}" for staff_no, is_lead in sorted(members.items())]

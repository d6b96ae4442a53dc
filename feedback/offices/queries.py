"""Reads of the handling offices."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from backend.db import db
from backend.identity.models import Staff, StaffStatus
from feedback.offices.errors import OfficeClosed, OfficeNotFound
from feedback.offices.models import Office, OfficeMember


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody of an office."""

    staff_id: int
    staff_no: str
    name: str
    is_lead: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office and who works there."""

    id: int
    name: str
    campus_id: int | None
    department_id: int | None
    contractor_id: int | None
    is_active: bool
    members: Sequence[MemberView]


def find(office_id: int) -> Office:
    """An office that may be given something now. Raises OfficeNotFound or OfficeClosed."""
    office = db.session.get(Office, office_id)
    if office is None:
        raise OfficeNotFound
    if not office.is_active:
        raise OfficeClosed(office=office.name)
    return office


def view(office_id: int) -> OfficeView:
    """An office, in use or not. Raises OfficeNotFound."""
    office = db.session.get(Office, office_id, populate_existing=True)
    if office is None:
        raise OfficeNotFound
    return _views([office])[0]


def list_all() -> list[OfficeView]:
    """All offices, in use or not, by name; two statements."""
    return _views(list(db.session.scalars(select(Office).order_by(Office.name, Office.id))))


def names(office_ids: Collection[int] | None = None) -> dict[int, str]:
    """The names of these offices, or of all."""
    statement = select(Office.id, Office.name)
    if office_ids is not None:
        statement = statement.where(Office.id.in_(office_ids))
    return {row.id: row.name for row in db.session.execute(statement)}


def offices_of(staff_id: int) -> frozenset[int]:
    """The offices in use that somebody belongs to."""
    return frozenset(db.session.scalars(belonging(staff_id)))


def belonging(staff_id: int) -> Select[Any]:
    """Selects the offices in use that somebody belongs to."""
    return (
        select(OfficeMember.office_id)
        .join(Office, Office.id == OfficeMember.office_id)
        .where(OfficeMember.staff_id == staff_id, Office.is_active)
    )


def members(office_id: int) -> set[int]:
    """The active members of staff of an office."""
    return _people(office_id, only_leads=False)


def leads(office_id: int) -> set[int]:
    """The active leads of an office; where it has none, all its members."""
    return _people(office_id, only_leads=True) or members(office_id)


def _people(office_id: int, *, only_leads: bool) -> set[int]:
    statement = (
        select(OfficeMember.staff_id)
        .join(Staff, Staff.id == OfficeMember.staff_id)
        .where(OfficeMember.office_id == office_id, Staff.status == StaffStatus.ACTIVE.value)
    )
    return set(db.session.scalars(statement.where(OfficeMember.is_lead) if only_leads else statement))


def _views(offices: Sequence[Office]) -> list[OfficeView]:
    found: dict[int, list[MemberView]] = defaultdict(list)
    rows = db.session.execute(
        select(
            OfficeMember.office_id,
            OfficeMember.is_lead,
            Staff.id,
            Staff.staff_no,
            Staff.name,
            Staff.status,
        )
        .join(Staff, Staff.id == OfficeMember.staff_id)
        .where(OfficeMember.office_id.in_([office.id for office in offices]))
        .order_by(OfficeMember.is_lead.desc(), Staff.staff_no)
    )
    for row in rows:
        is_active = row.status == StaffStatus.ACTIVE
        found[row.office_id].append(MemberView(row.id, row.staff_no, row.name, row.is_lead, is_active))
    return [
        OfficeView(
            office.id,
            office.name,
            office.campus_id,
            office.department_id,
            office.contractor_id,
            office.is_active,
            found[office.id],
        )
        for office in offices
    ]

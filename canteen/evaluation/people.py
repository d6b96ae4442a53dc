"""Who has to do with the evaluation: who manages it, who inspects, and who belongs to a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from backend.actor import Actor, Permission, ScopeKind
from backend.db import db
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Unit


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as a list of people names them."""

    id: int
    staff_no: str
    name: str


def managers() -> list[int]:
    """The active members of staff who manage the evaluation."""
    return [person.id for person in _holders(Permission.EVALUATION_MANAGE)]


def inspectors() -> list[Person]:
    """The active members of staff who may inspect, by number."""
    return _holders(Permission.EVALUATION_INSPECT)


def belonging_to(unit: Unit) -> Mapping[int, str]:
    """The names of those who belong to a unit: who bears any role in its own scope, or in its canteen's."""
    own = and_(RoleGrant.scope_kind == ScopeKind.UNIT.value, RoleGrant.scope_id == unit.id)
    if unit.canteen_id is not None:
        its_canteen = and_(
            RoleGrant.scope_kind == ScopeKind.CANTEEN.value, RoleGrant.scope_id == unit.canteen_id
        )
        own = or_(own, its_canteen)
    rows: Any = db.session.execute(
        select(Staff.id, Staff.name).join(RoleGrant, RoleGrant.staff_id == Staff.id).where(own)
    )
    return dict(rows.all())


def spoken_for_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that the actor reports for a unit; managing the evaluation is no reporting."""
    return unit_queries.in_reach(actor, Permission.EVALUATION_REPORT)


def speaks_for(actor: Actor, unit_id: int) -> bool:
    """Whether the actor reports for the unit."""
    if not actor.can(Permission.EVALUATION_REPORT):
        return False
    return db.session.scalar(select(Unit.id).where(Unit.id == unit_id, spoken_for_by(actor))) is not None


def _holders(permission: Permission) -> list[Person]:
    return [Person(*row) for row in db.session.execute(_holding(permission))]


def _holding(permission: Permission) -> Select[int, str, str]:
    """Whoever holds it for the whole compound: neither teams nor managers are those of one place."""
    return (
        select(Staff.id, Staff.staff_no, Staff.name)
        .join(RoleGrant, RoleGrant.staff_id == Staff.id)
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .where(
            RolePermission.permission == permission.value,
            RoleGrant.scope_kind == ScopeKind.COMPOUND.value,
            Staff.status == StaffStatus.ACTIVE.value,
        )
        .distinct()
        .order_by(Staff.staff_no)
    )

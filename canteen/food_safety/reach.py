"""Who sees and who is told of a canteen's food-safety records: what the slices here share."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.sql import ColumnElement

from backend.actor import Actor, Permission, ScopeKind
from backend.db import db
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen
from canteen.menu.policies import covers

# Whoever does the work sees what they work on; whoever oversees it, all of it.
READERS = (Permission.SAFETY_READ, Permission.SAFETY_RECORD)


def may(actor: Actor, canteen: Canteen, *permissions: Permission) -> bool:
    """Whether the actor holds one of these for the canteen."""
    return any(covers(actor, permission, canteen) for permission in permissions)


def get_canteen(actor: Actor, canteen_id: int, *permissions: Permission) -> Canteen:
    """A canteen for which the actor holds one of these, by default reads or records.

    Raises CanteenNotFound.
    """
    canteen = menu_queries.get_canteen(canteen_id)
    if not may(actor, canteen, *(permissions or READERS)):
        raise CanteenNotFound
    return canteen


def within(actor: Actor, *permissions: Permission) -> ColumnElement[bool]:
    """The canteens for which the actor holds one of these, as a condition on `Canteen`."""
    return or_(*(menu_queries.readable(actor, permission) for permission in permissions))


def find_canteens(actor: Actor, canteen_id: int | None, *permissions: Permission) -> list[Canteen]:
    """The one canteen that was asked for, or all active ones within reach. Raises CanteenNotFound."""
    if canteen_id is not None:
        return [get_canteen(actor, canteen_id, *permissions)]
    statement = select(Canteen).where(Canteen.is_active, within(actor, *permissions)).order_by(Canteen.id)
    return list(db.session.scalars(statement))


def active_canteens() -> list[Canteen]:
    """Every active canteen, for jobs."""
    return list(db.session.scalars(select(Canteen).where(Canteen.is_active).order_by(Canteen.id)))


def keepers_of(canteens: Collection[Canteen], permission: Permission) -> dict[int, set[int]]:
    """Who holds a permission near each canteen (there or on its campus); one statement.

    Where nobody does, those who hold it everywhere.
    """
    rows = db.session.execute(
        select(RoleGrant.staff_id, RoleGrant.scope_kind, RoleGrant.scope_id)
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .where(RolePermission.permission == permission.value, Staff.status == StaffStatus.ACTIVE.value)
    ).all()
    everywhere = {staff_id for staff_id, kind, _ in rows if kind == ScopeKind.COMPOUND.value}
    found = {}
    for canteen in canteens:
        near = {
            staff_id
            for staff_id, kind, scope_id in rows
            if (kind, scope_id)
            in ((ScopeKind.CANTEEN.value, canteen.id), (ScopeKind.CAMPUS.value, canteen.campus_id))
        }
        found[canteen.id] = near or everywhere
    return found

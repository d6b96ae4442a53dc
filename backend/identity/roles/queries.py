"""Reads of roles and grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from backend.actor import Actor, Permission, ScopeKind, ensure_everywhere
from backend.db import db
from backend.identity.models import Role, RoleGrant
from backend.identity.queries import find_staff
from backend.identity.roles.errors import GrantNotFound, UnknownRole
from backend.places.models import Building, Campus

_PLACES = {ScopeKind.CAMPUS: Campus, ScopeKind.BUILDING: Building}


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role and what it permits."""

    code: str
    name: str
    permissions: list[str]


@dataclass(frozen=True, slots=True)
class GrantView:
    """A role of a member of staff within a scope. `granted_by` 0 is the system."""

    id: int
    role: str
    role_name: str
    scope_kind: str
    scope_id: int
    granted_at: datetime
    granted_by: int


def list_roles(actor: Actor) -> list[RoleView]:
    """All roles. Raises Forbidden."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    roles = db.session.scalars(select(Role).options(selectinload(Role.permissions)).order_by(Role.id))
    return [
        RoleView(role.code, role.name, sorted(held.permission for held in role.permissions)) for role in roles
    ]


def list_grants(actor: Actor, *, staff_id: int) -> list[GrantView]:
    """The grants of a member of staff. Raises Forbidden or StaffNotFound."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    find_staff(staff_id)
    grants: Sequence[RoleGrant] = db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.staff_id == staff_id)
        .options(joinedload(RoleGrant.role))
        .order_by(RoleGrant.id)
    ).all()
    return [grant_view(grant) for grant in grants]


def grant_view(grant: RoleGrant) -> GrantView:
    """A grant as it is shown."""
    return GrantView(
        id=grant.id,
        role=grant.role.code,
        role_name=grant.role.name,
        scope_kind=grant.scope_kind,
        scope_id=grant.scope_id,
        granted_at=grant.granted_at,
        granted_by=grant.granted_by,
    )


def find_role(code: str) -> Role:
    """The role of this code. Raises UnknownRole."""
    role = db.session.scalars(select(Role).where(Role.code == code)).one_or_none()
    if role is None:
        raise UnknownRole
    return role


def find_grant(staff_id: int, grant_id: int) -> RoleGrant:
    """A grant of this member of staff. Raises GrantNotFound."""
    grant = db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.id == grant_id, RoleGrant.staff_id == staff_id)
        .options(joinedload(RoleGrant.role))
    ).one_or_none()
    if grant is None:
        raise GrantNotFound
    return grant


def place_exists(kind: ScopeKind, place_id: int) -> bool:
    """Whether a campus or building exists; of a canteen identity cannot know, and takes it as it comes."""
    place = _PLACES.get(kind)
    return place is None or db.session.get(place, place_id) is not None

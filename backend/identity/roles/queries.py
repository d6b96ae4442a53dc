"""Reads of roles and grants."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from backend.actor import Actor, Permission, ScopeKind, ensure_everywhere
from backend.db import db
from backend.identity.errors import StaffNotFound
from backend.identity.models import Role, RoleGrant, Staff
from backend.identity.roles.errors import GrantNotFound, UnknownRole
from backend.paging import Page, paginate
from backend.places.models import Building, Campus

_PLACES = {ScopeKind.CAMPUS: Campus, ScopeKind.BUILDING: Building}
_WIDTH = case(
    {kind.value: place for place, kind in enumerate(ScopeKind)},
    value=RoleGrant.scope_kind,
    else_=len(ScopeKind),
)


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


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant with who holds it. `granted_by` is the name of who gave it, "" for the system."""

    id: int
    staff_id: int
    staff_no: str
    name: str
    status: str
    role: str
    role_name: str
    scope_kind: str
    scope_id: int
    granted_at: datetime
    granted_by: str


@dataclass(frozen=True, slots=True)
class ScopePlace:
    """A campus or a building that a grant may name. `campus_id` of a campus is its own."""

    kind: ScopeKind
    id: int
    name: str
    campus_id: int


def list_roles(actor: Actor) -> list[RoleView]:
    """All roles. Raises Forbidden."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    roles = db.session.scalars(select(Role).options(selectinload(Role.permissions)).order_by(Role.id))
    return [
        RoleView(role.code, role.name, sorted(held.permission for held in role.permissions)) for role in roles
    ]


def role_choices() -> list[tuple[str, str]]:
    """Every role by code and name."""
    return [(code, name) for code, name in db.session.execute(select(Role.code, Role.name).order_by(Role.id))]


def list_grants(actor: Actor, *, staff_id: int) -> list[GrantView]:
    """The grants of a member of staff. Raises Forbidden or StaffNotFound."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    # One statement tells of the member of staff and of the grants.
    rows = db.session.execute(
        select(Staff.id, RoleGrant)
        .outerjoin(RoleGrant, RoleGrant.staff_id == Staff.id)
        .where(Staff.id == staff_id)
        .options(joinedload(RoleGrant.role))
        .order_by(RoleGrant.id)
    ).all()
    if not rows:
        raise StaffNotFound
    return [grant_view(grant) for _, grant in rows if grant is not None]


def page_grants(
    actor: Actor,
    *,
    q: str = "",
    role: str | None = None,
    scope: tuple[ScopeKind, int] | None = None,
    page: int,
    page_size: int,
) -> Page:
    """Grants as `HeldGrant`s: the widest scope of each role first, then by staff number.

    `q` is part of a name or the beginning of a staff number. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    statement = _held_grants()
    if q:
        named = Staff.name.contains(q, autoescape=True), Staff.staff_no.startswith(q, autoescape=True)
        statement = statement.where(or_(*named))
    if role is not None:
        statement = statement.where(Role.code == role)
    if scope is not None:
        kind, scope_id = scope
        statement = statement.where(RoleGrant.scope_kind == kind.value, RoleGrant.scope_id == scope_id)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([HeldGrant(*row) for row in found.rows], found.total, page, page_size)


def holder_counts() -> dict[str, int]:
    """How many members of staff hold each role, wherever; a role that nobody holds is left out."""
    rows = db.session.execute(
        select(Role.code, func.count(RoleGrant.staff_id.distinct())).join(RoleGrant).group_by(Role.code)
    )
    return dict(rows.all())


def role_names(staff_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the roles that these members of staff hold, each once, wherever it holds."""
    rows = db.session.execute(
        select(RoleGrant.staff_id, Role.name)
        .join(Role)
        .where(RoleGrant.staff_id.in_(staff_ids))
        .order_by(Role.id)
        .group_by(RoleGrant.staff_id, Role.id, Role.name)
    )
    names: dict[int, list[str]] = {}
    for staff_id, name in rows:
        names.setdefault(staff_id, []).append(name)
    return names


def scope_places() -> list[ScopePlace]:
    """The campuses, then the buildings, that a grant may name; one statement."""
    rows = db.session.execute(
        union_all(
            select(literal(0).label("width"), Campus.id, Campus.name, Campus.id.label("campus_id")),
            select(literal(1), Building.id, Building.name, Building.campus_id),
        ).order_by("width", "campus_id", "id")
    )
    kinds = (ScopeKind.CAMPUS, ScopeKind.BUILDING)
    return [ScopePlace(kinds[width], place_id, name, campus) for width, place_id, name, campus in rows]


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
    """Whether a campus or building exists; a canteen or unit is taken as it comes: a flow has looked."""
    place = _PLACES.get(kind)
    return place is None or db.session.get(place, place_id) is not None


def _held_grants() -> Any:
    giver = aliased(Staff)
    return (
        select(
            RoleGrant.id,
            Staff.id,
            Staff.staff_no,
            Staff.name,
            Staff.status,
            Role.code,
            Role.name,
            RoleGrant.scope_kind,
            RoleGrant.scope_id,
            RoleGrant.granted_at,
            func.coalesce(giver.name, ""),
        )
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .join(Role, Role.id == RoleGrant.role_id)
        .outerjoin(giver, giver.id == RoleGrant.granted_by)
        .order_by(Role.id, _WIDTH, RoleGrant.scope_id, Staff.staff_no)
    )

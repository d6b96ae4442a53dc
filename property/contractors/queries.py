"""Reads of contractors and contracts, scoped by the actor's CONTRACTORS_READ."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, true

from backend import clock
from backend.actor import Actor, Permission, ScopeKind
from backend.db import db
from backend.identity.models import RoleGrant, RolePermission, Staff, StaffStatus
from backend.paging import Page, paginate
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.categories import queries as category_queries
from property.contractors import policies
from property.contractors.errors import ContractNotFound, ContractorNotFound
from property.contractors.models import Contract, Contractor, ContractScope, ServiceKind
from property.contractors.policies import Band, Claim
from property.contractors.titles import SERVICE_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractorView:
    """A contractor with how many contracts bind it today, and until when."""

    id: int
    name: str
    short_name: str
    credit_code: str
    contact: str
    telephone: str
    is_active: bool
    contracts_in_force: int
    until_on: date | None


@dataclass(frozen=True, slots=True)
class ScopeView:
    """One thing that a contract covers, in words."""

    service: ServiceKind
    service_name: str
    place_kind: str | None
    place_id: int | None
    place_path: str
    category_id: int | None
    category_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """All of a contract. `days_left` counts from today to its last day; negative once it is over."""

    id: int
    contractor_id: int
    contractor_name: str
    number: str
    title: str
    from_on: date
    until_on: date
    is_in_force: bool
    days_left: int
    monthly_fee_fen: int
    sheet_code: str
    bands: Sequence[Band] | None
    note: str
    created_at: datetime
    scopes: Sequence[ScopeView]


def in_reach(actor: Actor, column: Any = Contractor.id) -> ColumnElement[bool]:
    """The condition that a contractor (named by `column`) is the actor's to know of."""
    reach = actor.reach(Permission.CONTRACTORS_READ)
    return true() if reach.everywhere else column.in_(reach.contractor_ids)


def names(contractor_ids: Collection[int] | None = None) -> dict[int, str]:
    """The short names of these contractors, or of all."""
    statement = select(Contractor.id, Contractor.short_name)
    if contractor_ids is not None:
        statement = statement.where(Contractor.id.in_(contractor_ids))
    rows: Any = db.session.execute(statement)
    return dict(rows.all())


def all_contractors() -> list[Contractor]:
    """Every contractor, those in use first, by name."""
    return list(db.session.scalars(select(Contractor).order_by(Contractor.is_active.desc(), Contractor.name)))


def find_contractor(contractor_id: int) -> Contractor:
    """The row, for whoever has been let in elsewhere. Raises ContractorNotFound."""
    found = db.session.get(Contractor, contractor_id)
    if found is None:
        raise ContractorNotFound
    return found


def find_contract(contract_id: int, *, lock: bool = False) -> Contract:
    """The row, locked for a change if wanted. Raises ContractNotFound."""
    statement = select(Contract).where(Contract.id == contract_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise ContractNotFound
    return found


def page_contractors(
    actor: Actor, *, text: str = "", is_active: bool | None = None, page: int, page_size: int
) -> Page:
    """The contractors within reach, by name."""
    statement = _contractors().where(in_reach(actor)).order_by(Contractor.is_active.desc(), Contractor.name)
    if text:
        statement = statement.where(Contractor.name.contains(text, autoescape=True))
    if is_active is not None:
        statement = statement.where(Contractor.is_active.is_(is_active))
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([_contractor_view(row) for row in found.rows], found.total, page, page_size)


def get_contractor(actor: Actor, contractor_id: int) -> ContractorView:
    """One contractor. Raises ContractorNotFound."""
    statement = _contractors().where(Contractor.id == contractor_id, in_reach(actor))
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise ContractorNotFound
    return _contractor_view(row)


def _contractors() -> Select[Any]:
    today = clock.today()
    in_force = and_(
        Contract.contractor_id == Contractor.id, Contract.from_on <= today, Contract.until_on >= today
    )
    return select(
        Contractor,
        select(func.count()).where(in_force).scalar_subquery().label("in_force"),
        select(func.max(Contract.until_on))
        .where(Contract.contractor_id == Contractor.id)
        .scalar_subquery()
        .label("until_on"),
    )


def _contractor_view(row: Any) -> ContractorView:
    of: Contractor = row[0]
    return ContractorView(
        id=of.id,
        name=of.name,
        short_name=of.short_name,
        credit_code=of.credit_code,
        contact=of.contact,
        telephone=of.telephone,
        is_active=of.is_active,
        contracts_in_force=row.in_force,
        until_on=row.until_on,
    )


def page_contracts(
    actor: Actor,
    *,
    contractor_id: int | None = None,
    is_in_force: bool | None = None,
    ends_within_days: int | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The contracts within reach, the one that ends first at the head of those in force."""
    today = clock.today()
    over = Contract.until_on < today
    statement = select(Contract).where(in_reach(actor, Contract.contractor_id))
    if contractor_id is not None:
        statement = statement.where(Contract.contractor_id == contractor_id)
    if is_in_force is not None:
        standing = and_(Contract.from_on <= today, Contract.until_on >= today)
        statement = statement.where(standing if is_in_force else ~standing)
    if ends_within_days is not None:
        last = today + timedelta(days=ends_within_days)
        statement = statement.where(Contract.until_on.between(today, last))
    ordered = statement.order_by(over, Contract.until_on, Contract.id)
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(_contract_views(found.rows), found.total, page, page_size)


def get_contract(actor: Actor, contract_id: int) -> ContractView:
    """One contract. Raises ContractNotFound."""
    statement = select(Contract).where(Contract.id == contract_id, in_reach(actor, Contract.contractor_id))
    found = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise ContractNotFound
    return _contract_views([found])[0]


def contracts_in(from_on: date, until_on: date) -> list[Contract]:
    """The contracts that have a day within [from_on, until_on]."""
    statement = select(Contract).where(Contract.from_on <= until_on, Contract.until_on >= from_on)
    return list(db.session.scalars(statement.order_by(Contract.id)))


def contracts_ending(from_on: date, until_on: date) -> list[Contract]:
    """The contracts whose last day lies within [from_on, until_on]."""
    statement = select(Contract).where(Contract.until_on.between(from_on, until_on))
    return list(db.session.scalars(statement.order_by(Contract.until_on, Contract.id)))


def scopes_of(contract_ids: Collection[int]) -> dict[int, list[ContractScope]]:
    """The scopes of these contracts; one statement."""
    found: dict[int, list[ContractScope]] = {contract_id: [] for contract_id in contract_ids}
    statement = select(ContractScope).where(ContractScope.contract_id.in_(contract_ids))
    for scope in db.session.scalars(statement.order_by(ContractScope.id)):
        found[scope.contract_id].append(scope)
    return found


def _contract_views(rows: Sequence[Contract]) -> list[ContractView]:
    today = clock.today()
    called = names({row.contractor_id for row in rows})
    scopes = scopes_of([row.id for row in rows])
    of_all = [scope for each in scopes.values() for scope in each]
    paths = place_queries.paths({ref for scope in of_all if (ref := _ref(scope)) is not None})
    categories = category_queries.names() if any(scope.category_id for scope in of_all) else {}
    return [
        ContractView(
            id=row.id,
            contractor_id=row.contractor_id,
            contractor_name=called[row.contractor_id],
            number=row.number,
            title=row.title,
            from_on=row.from_on,
            until_on=row.until_on,
            is_in_force=row.from_on <= today <= row.until_on,
            days_left=(row.until_on - today).days,
            monthly_fee_fen=row.monthly_fee_fen,
            sheet_code=row.sheet_code,
            bands=policies.bands_of(row.bands) if row.bands is not None else None,
            note=row.note,
            created_at=row.created_at,
            scopes=[_scope_view(scope, paths, categories) for scope in scopes[row.id]],
        )
        for row in rows
    ]


def _ref(scope: ContractScope) -> Ref | None:
    if scope.place_kind is None or scope.place_id is None:
        return None
    return Ref(PlaceKind(scope.place_kind), scope.place_id)


def _scope_view(scope: ContractScope, paths: Mapping[Ref, Any], categories: Mapping[int, str]) -> ScopeView:
    ref = _ref(scope)
    return ScopeView(
        service=ServiceKind(scope.service),
        service_name=SERVICE_NAMES[ServiceKind(scope.service)],
        place_kind=scope.place_kind,
        place_id=scope.place_id,
        place_path=paths[ref].path if ref is not None and ref in paths else "",
        category_id=scope.category_id,
        category_path=categories.get(scope.category_id or 0, ""),
    )


def responsible_for(category_id: int, place: Ref, on: date) -> int | None:
    """The contractor whose contract of that day covers a repair of this category at this place, if any."""
    statement = (
        select(ContractScope, Contract.contractor_id)
        .join(Contract, Contract.id == ContractScope.contract_id)
        .where(Contract.from_on <= on, Contract.until_on >= on)
    )
    claims = [
        Claim(scope.contract_id, contractor_id, scope.service, _ref(scope), scope.category_id)
        for scope, contractor_id in db.session.execute(statement)
    ]
    if not claims:
        return None
    found = place_queries.find_place(place)
    above = (
        (PlaceKind.FLOOR, found.floor_id),
        (PlaceKind.BUILDING, found.building_id),
        (PlaceKind.CAMPUS, found.campus_id),
    )
    places = [place, *(Ref(kind, place_id) for kind, place_id in above if place_id)]
    return policies.responsible(claims, category_queries.ancestors(category_id), places)


def answerers(contractor_ids: Collection[int]) -> dict[int, list[int]]:
    """Who speaks for each of these contractors."""
    found: dict[int, list[int]] = defaultdict(list)
    condition = and_(
        RoleGrant.scope_kind == ScopeKind.CONTRACTOR.value, RoleGrant.scope_id.in_(contractor_ids)
    )
    for staff_id, contractor_id in _granted(Permission.CONTRACTORS_ANSWER, condition):
        found[contractor_id].append(staff_id)
    return found


def _granted(permission: Permission, condition: ColumnElement[bool]) -> list[tuple[int, int]]:
    rows = db.session.execute(
        select(Staff.id, RoleGrant.scope_id)
        .join(RoleGrant, RoleGrant.staff_id == Staff.id)
        .join(RolePermission, RolePermission.role_id == RoleGrant.role_id)
        .where(
            RolePermission.permission == permission.value,
            Staff.status == StaffStatus.ACTIVE.value,
            condition,
        )
        .distinct()
        .order_by(Staff.id)
    )
    return [(row[0], row[1]) for row in rows]

"""Reads of materials, stores and bills."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page, paginate
from property.work_orders.costs import policies
from property.work_orders.costs.errors import MaterialNotFound, StoreNotFound
from property.work_orders.costs.models import Material, MaterialPrice, Movement, MovementKind, Stock, Store
from property.work_orders.models import WorkOrder

# Whoever has to do with orders may look at the list of materials and at the stores.
READERS = (
    *(Permission.ORDERS_HANDLE, Permission.ORDERS_DISPATCH, Permission.ORDERS_APPROVE),
    *(Permission.PROPERTY_READ, Permission.PROPERTY_MANAGE),
)


@dataclass(frozen=True, slots=True)
class MaterialView:
    """A material; `in_stock` hundredths are in the store that was asked about, if one was."""

    id: int
    code: str
    name: str
    spec: str
    unit: str
    price_fen: int
    is_active: bool
    in_stock: int | None = None


@dataclass(frozen=True, slots=True)
class StockView:
    """What a store has of a material; hundredths of its unit."""

    material_id: int
    code: str
    name: str
    spec: str
    unit: str
    price_fen: int
    in_stock: int
    least: int

    @property
    def is_low(self) -> bool:
        """Whether there is less than there should be."""
        return self.in_stock < self.least

    @property
    def value_fen(self) -> int:
        """What it is worth at the list's price, rounded half up."""
        return (self.in_stock * self.price_fen + 50) // 100


@dataclass(frozen=True, slots=True)
class MovementView:
    """What changed a stock."""

    id: int
    kind: MovementKind
    material_id: int
    code: str
    name: str
    spec: str
    unit: str
    quantity: int
    after: int
    price_fen: int
    order_id: int | None
    order_number: str
    at: datetime
    by_name: str
    document: str

    @property
    def kind_name(self) -> str:
        """入库 …"""
        return policies.MOVEMENT_NAMES[self.kind]


def reads_list(actor: Actor) -> bool:
    """Whether the actor has to do with orders; to everybody else the list is empty."""
    return any(actor.can(permission) for permission in READERS)


def page_materials(
    actor: Actor,
    *,
    q: str = "",
    store_id: int | None = None,
    is_active: bool | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The list by code; with a store, what it has of each. Raises StoreNotFound."""
    statement = select(*_of_list(Material))
    if store_id is not None:
        find_store(actor, store_id)
        here = and_(Stock.material_id == Material.id, Stock.store_id == store_id)
        statement = select(*_of_list(Material, func.coalesce(Stock.hundredths, 0))).outerjoin(Stock, here)
    if is_active is not None:
        statement = statement.where(Material.is_active == is_active)
    if not reads_list(actor):
        statement = statement.where(false())
    found = paginate(
        statement.where(_like(q)).order_by(Material.code), page=page, page_size=page_size, scalars=False
    )
    rows = [material_view(row[0], row[1] if store_id is not None else None) for row in found.rows]
    return Page(rows, found.total, found.page, found.page_size)


def _of_list(*columns: Any) -> tuple[Any, ...]:
    """Columns without their types, which differ from case to case."""
    return columns


def all_materials() -> Sequence[Material]:
    """The whole list by code."""
    return db.session.scalars(select(Material).order_by(Material.code)).all()


def material_view(material: Material, in_stock: int | None = None) -> MaterialView:
    """A material as it is shown."""
    return MaterialView(
        *(material.id, material.code, material.name, material.spec, material.unit),
        *(material.price_fen, material.is_active, in_stock),
    )


def find_material(material_id: int) -> Material:
    """A material. Raises MaterialNotFound."""
    found = db.session.get(Material, material_id)
    if found is None:
        raise MaterialNotFound
    return found


def materials_by_id(material_ids: Collection[int]) -> Mapping[int, Material]:
    """These materials. Raises MaterialNotFound unless all are there."""
    rows = db.session.scalars(select(Material).where(Material.id.in_(material_ids)))
    found = {material.id: material for material in rows}
    if set(material_ids) - found.keys():
        raise MaterialNotFound
    return found


def materials_by_code(codes: Sequence[str]) -> dict[str, Material]:
    """The materials of these codes, as far as there are any; some hundred at a time."""
    found: dict[str, Material] = {}
    for begin in range(0, len(codes), 500):
        some = select(Material).where(Material.code.in_(codes[begin : begin + 500]))
        found |= {material.code: material for material in db.session.scalars(some)}
    return found


def page_prices(actor: Actor, *, material_id: int, page: int, page_size: int) -> Page:
    """What a material has cost, the newest price first. Raises MaterialNotFound."""
    if not reads_list(actor):
        raise MaterialNotFound
    find_material(material_id)
    return paginate(
        select(MaterialPrice)
        .where(MaterialPrice.material_id == material_id)
        .order_by(MaterialPrice.id.desc()),
        page=page,
        page_size=page_size,
    )


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition that a store is the actor's to know of: those of the campuses and buildings in reach."""
    reaches = [actor.reach(permission) for permission in READERS]
    if any(reach.everywhere for reach in reaches):
        return true()
    campus_ids = frozenset[int]().union(*(reach.campus_ids for reach in reaches))
    building_ids = frozenset[int]().union(*(reach.building_ids for reach in reaches))
    if not campus_ids and not building_ids:
        return false()
    return or_(Store.campus_id.in_(campus_ids), Store.building_id.in_(building_ids))


def page_stores(actor: Actor, *, page: int, page_size: int) -> Page:
    """The stores in reach, those in use first."""
    statement = select(Store).where(in_reach(actor)).order_by(Store.is_active.desc(), Store.name)
    return paginate(statement, page=page, page_size=page_size)


def find_store(actor: Actor, store_id: int) -> Store:
    """A store in reach. Raises StoreNotFound."""
    found = db.session.scalars(select(Store).where(Store.id == store_id, in_reach(actor))).one_or_none()
    if found is None:
        raise StoreNotFound
    return found


def page_stock(
    actor: Actor, *, store_id: int, q: str = "", is_low: bool = False, page: int, page_size: int
) -> Page:
    """What a store has, by code; `is_low`: only where it is less than it should be. Raises StoreNotFound."""
    find_store(actor, store_id)
    statement = _stock_of(store_id).where(_like(q))
    if is_low:
        statement = statement.where(Stock.hundredths < Stock.least_hundredths)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([StockView(*row) for row in found.rows], found.total, found.page, found.page_size)


def whole_stock(actor: Actor, *, store_id: int) -> tuple[Store, list[StockView]]:
    """A store with everything that it has, by code. Raises StoreNotFound."""
    store = find_store(actor, store_id)
    return store, [StockView(*row) for row in db.session.execute(_stock_of(store_id))]


def _stock_of(store_id: int) -> Select[Any]:
    columns = _of_list(
        *(Material.id, Material.code, Material.name, Material.spec, Material.unit, Material.price_fen),
        *(Stock.hundredths, Stock.least_hundredths),
    )
    return (
        select(*columns)
        .join(Stock, Stock.material_id == Material.id)
        .where(Stock.store_id == store_id)
        .order_by(Material.code)
    )


def page_movements(
    actor: Actor,
    *,
    store_id: int,
    material_id: int | None = None,
    kind: MovementKind | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    page: int,
    page_size: int,
) -> Page:
    """What changed a store's stock, the newest first; both days included. Raises StoreNotFound."""
    find_store(actor, store_id)
    conditions: list[ColumnElement[bool]] = [Movement.store_id == store_id]
    if material_id is not None:
        conditions.append(Movement.material_id == material_id)
    if kind is not None:
        conditions.append(Movement.kind == kind.value)
    if from_on is not None:
        conditions.append(Movement.at >= clock.at_local(from_on, time.min))
    if until_on is not None:
        conditions.append(Movement.at < clock.at_local(until_on + timedelta(days=1), time.min))
    columns = _of_list(
        *(Movement, Material.code, Material.name, Material.spec, Material.unit, WorkOrder.number)
    )
    statement = (
        select(*columns)
        .join(Material, Material.id == Movement.material_id)
        .outerjoin(WorkOrder, WorkOrder.id == Movement.order_id)
        .where(*conditions)
        .order_by(Movement.id.desc())
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(list(map(_movement_view, found.rows)), found.total, found.page, found.page_size)


def _movement_view(row: Any) -> MovementView:
    movement, code, name, spec, unit, number = row
    return MovementView(
        id=movement.id,
        kind=MovementKind(movement.kind),
        material_id=movement.material_id,
        code=code,
        name=name,
        spec=spec,
        unit=unit,
        quantity=movement.hundredths,
        after=movement.after_hundredths,
        price_fen=movement.price_fen,
        order_id=movement.order_id,
        order_number=number or "",
        at=movement.at,
        by_name=movement.by_name,
        document=movement.document,
    )


def _like(q: str) -> ColumnElement[bool]:
    """Code, name or specification contains the text."""
    if not q:
        return true()
    return or_(
        *(column.icontains(q, autoescape=True) for column in (Material.code, Material.name, Material.spec))
    )

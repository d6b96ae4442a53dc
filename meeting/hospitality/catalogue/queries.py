"""Reads of what 会务 offers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from backend.db import db
from backend.places.models import Campus
from meeting.hospitality.catalogue.errors import ItemNotFound, ServiceNotFound
from meeting.hospitality.catalogue.models import ChecklistLine, HospitalityService, Item, ItemStock


@dataclass(frozen=True, slots=True)
class StockView:
    """How many of an item a campus has."""

    campus_id: int
    campus: str
    count: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of equipment with where it is."""

    id: int
    code: str
    name: str
    unit: str
    is_active: bool
    stocks: Sequence[StockView]


@dataclass(frozen=True, slots=True)
class ItemName:
    """An item as a service names it."""

    id: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service. `lead_minutes` is its own, or None where the rule has it."""

    id: int
    code: str
    name: str
    description: str
    unit: str
    quantity_by: str
    price_fen: int
    lead_minutes: int | None
    setup_minutes: int
    ready_minutes: int
    repeat_minutes: int
    visit_minutes: int
    is_attended: bool
    clear_minutes: int
    stewards: int
    item: ItemName | None
    item_count: int
    item_per: int
    spared_by: str
    checklist: Sequence[Mapping[str, Any]]
    position: int
    is_active: bool


_PLAIN = tuple(name for name in ServiceView.__slots__ if name != "item")


def all_services(*, with_inactive: bool = True) -> dict[int, ServiceView]:
    """Every service by id, in the order of the catalogue; one statement."""
    statement = (
        select(HospitalityService, Item)
        .outerjoin(Item, Item.id == HospitalityService.item_id)
        .order_by(HospitalityService.position, HospitalityService.id)
        .execution_options(populate_existing=True)
    )
    if not with_inactive:
        statement = statement.where(HospitalityService.is_active)
    return {service.id: _view(service, item) for service, item in db.session.execute(statement)}


def get_service(service_id: int) -> ServiceView:
    """One service. Raises ServiceNotFound."""
    found = all_services().get(service_id)
    if found is None:
        raise ServiceNotFound
    return found


def list_items(item_ids: Collection[int] | None = None) -> list[ItemView]:
    """Every item, or these, with what each campus has; two statements."""
    statement = select(Item).order_by(Item.position, Item.id).execution_options(populate_existing=True)
    if item_ids is not None:
        statement = statement.where(Item.id.in_(item_ids))
    stocks: dict[int, list[StockView]] = {}
    rows = db.session.execute(
        select(ItemStock.item_id, Campus.id, Campus.name, ItemStock.count)
        .join(Campus, Campus.id == ItemStock.campus_id)
        .order_by(Campus.id)
    )
    for item_id, campus_id, campus, count in rows:
        stocks.setdefault(item_id, []).append(StockView(campus_id, campus, count))
    return [
        ItemView(item.id, item.code, item.name, item.unit, item.is_active, stocks.get(item.id, []))
        for item in db.session.scalars(statement)
    ]


def get_item(item_id: int) -> ItemView:
    """One item. Raises ItemNotFound."""
    found = list_items([item_id])
    if not found:
        raise ItemNotFound
    return found[0]


def item_names() -> dict[int, str]:
    """What every item is called."""
    found: Any = db.session.execute(select(Item.id, Item.name))
    return dict(found.all())


def checklist() -> list[ChecklistLine]:
    """The lines that every meeting's checklist has, in their order."""
    return list(
        db.session.scalars(
            select(ChecklistLine)
            .where(ChecklistLine.is_active)
            .order_by(ChecklistLine.position, ChecklistLine.id)
            .execution_options(populate_existing=True)
        )
    )


def _view(service: HospitalityService, item: Item | None) -> ServiceView:
    columns: dict[str, Any] = {name: getattr(service, name) for name in _PLAIN}
    return ServiceView(**columns, item=ItemName(item.id, item.name, item.unit) if item is not None else None)

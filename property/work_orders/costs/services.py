"""Use cases of materials and stores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.documents import reading
from backend.documents.reading import Fault
from backend.errors import Forbidden
from backend.places import queries as place_queries
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.refusals import refusing_clashes
from property.work_orders.costs import operations, policies, queries
from property.work_orders.costs.errors import MaterialCodeTaken, StoreNameTaken
from property.work_orders.costs.models import Material, Store
from property.work_orders.costs.policies import Listed, Quantity
from property.work_orders.costs.queries import MaterialView

MOST_ROWS: Final = 5_000
MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What importing a row of the list would do, or did: `new`, `changed`, `repriced`."""

    code: str
    name: str
    what: str
    before_fen: int | None
    price_fen: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of the list does; `changes` are the first of them."""

    new: int
    changed: int
    repriced: int
    unchanged: int
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Booked:
    """What a delivery or a count has booked: how many materials, and of a count how many were wrong."""

    lines: int
    wrong: int = 0


@atomic
def create_material(
    actor: Actor, *, code: str, name: str, unit: str, price_fen: int, spec: str = ""
) -> MaterialView:
    """List a material with its first price. Raises Forbidden or MaterialCodeTaken."""
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    with refusing_clashes(MaterialCodeTaken(material=code)):
        material = operations.add_material(
            actor, Listed(code, name, spec, unit, price_fen, True), at=clock.now()
        )
    record(actor, "property.material_created", "material", material.id, code=code, price_fen=price_fen)
    return queries.material_view(material)


@atomic
def change_material(
    actor: Actor, *, material_id: int, name: str, unit: str, is_active: bool, spec: str = ""
) -> MaterialView:
    """Describe a material anew; its code stays, and its price has a use case of its own.

    Raises Forbidden or MaterialNotFound.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    material = queries.find_material(material_id)
    wanted = Listed(material.code, name, spec, unit, material.price_fen, is_active)
    before = _seen(material)
    if _describe(material, wanted):
        record(
            actor,
            "property.material_changed",
            "material",
            material.id,
            before=before,
            after=_seen(material),
        )
    return queries.material_view(material)


@atomic
def reprice(actor: Actor, *, material_id: int, price_fen: int, reason: str = "") -> MaterialView:
    """Give a material another price; lines of orders keep theirs. Raises Forbidden or MaterialNotFound."""
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    material = queries.find_material(material_id)
    before = material.price_fen
    if operations.set_price(actor, material, price_fen, reason=reason, at=clock.now()):
        record(
            actor,
            "property.material_repriced",
            "material",
            material.id,
            before=before,
            after=price_fen,
            reason=reason,
        )
    return queries.material_view(material)


def preview_list(actor: Actor, *, data: bytes) -> Imported:
    """What importing a workbook would do; nothing is changed. Raises what `import_list` raises."""
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    wanted = _read_list(data)
    standing = queries.materials_by_code([each.code for each in wanted])
    return _imported([(each, standing.get(each.code)) for each in wanted])


def import_list(actor: Actor, *, data: bytes) -> Imported:
    """Bring the list up to date with a workbook: all of it, or nothing; again it changes nothing.

    What the workbook does not name stays as it is. Raises Forbidden, SheetUnreadable, SheetTooLarge,
    ColumnsMissing, SheetEmpty, or RowsRejected with the faults by row.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    return _import(actor, _read_list(data))


def _read_list(data: bytes) -> list[Listed]:
    lines = reading.read_lines(data, policies.LIST_COLUMNS, policies.LIST_REQUIRED, MOST_ROWS)
    faults: list[Fault] = []
    wanted = policies.listed(lines, faults)
    reading.refuse(faults)
    return wanted


@atomic
def _import(actor: Actor, wanted: Sequence[Listed]) -> Imported:
    now = clock.now()
    standing = queries.materials_by_code([each.code for each in wanted])
    done = _imported([(each, standing.get(each.code)) for each in wanted])
    for each in wanted:
        material = standing.get(each.code)
        if material is None:
            operations.add_material(actor, each, at=now)
            continue
        _describe(material, each)
        operations.set_price(actor, material, each.price_fen, reason="导入", at=now)
    record(
        actor,
        "property.materials_imported",
        "material",
        0,
        created=done.new,
        updated=done.changed + done.repriced,
        unchanged=done.unchanged,
    )
    return done


def _imported(rows: Sequence[tuple[Listed, Material | None]]) -> Imported:
    changes = []
    for wanted, material in rows:
        what = _what(wanted, material)
        if what:
            before = material.price_fen if material is not None else None
            changes.append(Change(wanted.code, wanted.name, what, before, wanted.price_fen))
    counts = {what: sum(each.what == what for each in changes) for what in ("new", "changed", "repriced")}
    return Imported(**counts, unchanged=len(rows) - len(changes), changes=changes[:MOST_SHOWN])


def _what(wanted: Listed, material: Material | None) -> str:
    if material is None:
        return "new"
    if material.price_fen != wanted.price_fen:
        return "repriced"
    return "changed" if _differs(material, wanted) else ""


def _differs(material: Material, wanted: Listed) -> bool:
    return any(getattr(material, name) != getattr(wanted, name) for name in _DESCRIBED)


_DESCRIBED: Final = ("name", "spec", "unit", "is_active")


def _describe(material: Material, wanted: Listed) -> bool:
    differs = _differs(material, wanted)
    for name in _DESCRIBED:
        setattr(material, name, getattr(wanted, name))
    return differs


def _seen(material: Material) -> dict[str, object]:
    return {name: getattr(material, name) for name in _DESCRIBED}


@atomic
def create_store(actor: Actor, *, name: str, campus_id: int, building_id: int | None = None) -> Store:
    """Open a store on a campus, or in one of its buildings.

    Raises PlaceNotFound, Forbidden or StoreNameTaken.
    """
    campus_id = _placed(campus_id, building_id)
    _ensure_manages(actor, campus_id, building_id or 0)
    with refusing_clashes(StoreNameTaken(store=name)):
        store = Store(name=name, campus_id=campus_id, building_id=building_id or 0)
        db.session.add(store)
    record(actor, "property.store_created", "material_store", store.id, name=name)
    return store


@atomic
def change_store(actor: Actor, *, store_id: int, name: str, is_active: bool) -> Store:
    """Rename a store, or take it out of use. Raises StoreNotFound, Forbidden or StoreNameTaken."""
    store = _managed(actor, store_id)
    before = {"name": store.name, "is_active": store.is_active}
    with refusing_clashes(StoreNameTaken(store=name)):
        store.name, store.is_active = name, is_active
    record(
        actor,
        "property.store_changed",
        "material_store",
        store.id,
        before=before,
        after={"name": name, "is_active": is_active},
    )
    return store


@atomic
def deliver(actor: Actor, *, store_id: int, lines: Sequence[Quantity], document: str = "") -> Booked:
    """Book what came to a store, each material once; without a price of its own at the list's.

    Raises StoreNotFound, Forbidden, StoreOutOfUse, MaterialNotFound, MaterialOutOfUse or LinesRepeated.
    """
    policies.ensure_distinct(lines)
    return _deliver(actor, store_id, lines, document)


def _deliver(actor: Actor, store_id: int, lines: Sequence[Quantity], document: str) -> Booked:
    store = _managed(actor, store_id)
    materials = queries.materials_by_id([line.material_id for line in lines])
    operations.ensure_in_use(store, list(materials.values()))
    operations.deliver(actor, store, lines, materials, document=document, at=clock.now())
    record(actor, "property.stock_delivered", "material_store", store.id, rows=len(lines), document=document)
    return Booked(len(lines))


def import_delivery(actor: Actor, *, store_id: int, data: bytes, document: str = "") -> Booked:
    """Book a delivery by a workbook of codes and quantities: all of it, or nothing.

    Every import is a delivery of its own; whoever repeats one by mistake puts it right by a count. Raises
    what `deliver` raises, SheetUnreadable, SheetTooLarge, ColumnsMissing, SheetEmpty or RowsRejected.
    """
    _managed(actor, store_id)
    lines = reading.read_lines(data, policies.DELIVERY_COLUMNS, policies.DELIVERY_REQUIRED, MOST_ROWS)
    faults: list[Fault] = []
    wanted = policies.delivered(lines, faults)
    standing = queries.materials_by_code([each.code for each in wanted])
    for each in wanted:
        material = standing.get(each.code)
        if material is None or not material.is_active:
            faults.append(
                Fault("", each.row, policies.CODE, "没有这种材料" if material is None else "已停用")
            )
    reading.refuse(sorted(faults, key=lambda fault: fault.row))
    booked = [Quantity(standing[each.code].id, each.hundredths, each.price_fen) for each in wanted]
    return _import_delivery(actor, store_id, booked, document)


@atomic
def _import_delivery(actor: Actor, store_id: int, lines: Sequence[Quantity], document: str) -> Booked:
    return _deliver(actor, store_id, lines, document)


@atomic
def count(actor: Actor, *, store_id: int, lines: Sequence[Quantity], reason: str) -> Booked:
    """Set what a store has to what was counted, each material once.

    Raises StoreNotFound, Forbidden, MaterialNotFound or LinesRepeated.
    """
    policies.ensure_distinct(lines)
    store = _managed(actor, store_id)
    materials = queries.materials_by_id([line.material_id for line in lines])
    wrong = operations.count(actor, store, lines, materials, reason=reason, at=clock.now())
    record(
        actor,
        "property.stock_counted",
        "material_store",
        store.id,
        rows=len(lines),
        wrong=wrong,
        reason=reason,
    )
    return Booked(len(lines), wrong)


@atomic
def set_least(actor: Actor, *, store_id: int, material_id: int, least: int) -> Booked:
    """Say below how many hundredths a store's material should be bought.

    Raises StoreNotFound, Forbidden or MaterialNotFound.
    """
    store = _managed(actor, store_id)
    material = queries.find_material(material_id)
    operations.set_least(store.id, material.id, least)
    record(
        actor,
        "property.stock_least_set",
        "material_store",
        store.id,
        material=material.code,
        quantity=policies.decimal_of(least),
    )
    return Booked(1)


def _managed(actor: Actor, store_id: int) -> Store:
    store = queries.find_store(actor, store_id)
    _ensure_manages(actor, store.campus_id, store.building_id)
    return store


def _ensure_manages(actor: Actor, campus_id: int, building_id: int) -> None:
    if not policies.covers(actor, Permission.PROPERTY_MANAGE, campus_id=campus_id, building_id=building_id):
        raise Forbidden


def _placed(campus_id: int, building_id: int | None) -> int:
    """The campus, which is there, and on which the building stands. Raises PlaceNotFound."""
    ref = Ref(PlaceKind.CAMPUS, campus_id) if building_id is None else Ref(PlaceKind.BUILDING, building_id)
    return place_queries.find_place(ref).campus_id

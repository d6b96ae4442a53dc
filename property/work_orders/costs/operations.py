"""Writes of materials and stock, within an open unit of work.

Stocks are changed by rising material within one unit, so that units wait for each other instead of locking
each other out; an order's row is locked before them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.actor import Actor
from backend.db import db, table, unit
from property.work_orders.costs import policies
from property.work_orders.costs.errors import MaterialOutOfUse, StockShort, StoreOutOfUse
from property.work_orders.costs.models import (
    CostLine,
    Material,
    MaterialPrice,
    Movement,
    MovementKind,
    Stock,
    Store,
)
from property.work_orders.costs.policies import Listed, Quantity

_STOCK: Final = table(Stock)


def add_material(actor: Actor, listed: Listed, *, at: datetime) -> Material:
    """A new material with its first price; its code is the caller's business."""
    material = Material(
        code=listed.code,
        name=listed.name,
        spec=listed.spec,
        unit=listed.unit,
        price_fen=listed.price_fen,
        is_active=listed.is_active,
    )
    db.session.add(material)
    db.session.flush()  # Its price names it.
    _add_price(actor, material, "", at)
    return material


def set_price(actor: Actor, material: Material, price_fen: int, *, reason: str, at: datetime) -> bool:
    """Give a material another price from now on; False if it is what it costs already."""
    if material.price_fen == price_fen:
        return False
    material.price_fen = price_fen
    _add_price(actor, material, reason, at)
    return True


def _add_price(actor: Actor, material: Material, reason: str, at: datetime) -> None:
    db.session.add(
        MaterialPrice(
            material_id=material.id,
            price_fen=material.price_fen,
            set_at=at,
            set_by=actor.staff_id,
            set_by_name=actor.name,
            reason=reason,
        )
    )


def ensure_in_use(store: Store, materials: Sequence[Material] = ()) -> None:
    """Raise StoreOutOfUse or MaterialOutOfUse."""
    if not store.is_active:
        raise StoreOutOfUse(store=store.name)
    for material in materials:
        if not material.is_active:
            raise MaterialOutOfUse(material=material.name)


def deliver(
    actor: Actor,
    store: Store,
    lines: Sequence[Quantity],
    materials: Mapping[int, Material],
    *,
    document: str,
    at: datetime,
) -> None:
    """Put into a store what came; each material once."""
    rows = []
    for line in sorted(lines, key=lambda line: line.material_id):
        material = materials[line.material_id]
        price = line.price_fen if line.price_fen is not None else material.price_fen
        after = _put(store.id, material.id, line.hundredths)
        rows.append(
            _movement(actor, store.id, material.id, MovementKind.DELIVERY, line.hundredths, after, price, at)
            | {"document": document}
        )
    unit().execute(insert(Movement), rows)


def issue(actor: Actor, line: CostLine, store_id: int, material: Material, *, at: datetime) -> None:
    """Take a line's material out of its store. Raises StockShort, and takes nothing then."""
    after = unit().scalar(
        update(_STOCK)
        .where(*_of(store_id, material.id), _STOCK.c.hundredths >= line.hundredths)
        .values(hundredths=_STOCK.c.hundredths - line.hundredths)
        .returning(_STOCK.c.hundredths)
    )
    if after is None:
        left = db.session.scalar(select(Stock.hundredths).where(*_of(store_id, material.id))) or 0
        raise StockShort(
            material=f"{material.name} {material.spec}".strip(),
            wanted=policies.decimal_of(line.hundredths),
            left=policies.decimal_of(left),
            unit=material.unit,
        )
    _write_for(
        line,
        _movement(
            actor, store_id, material.id, MovementKind.ISSUE, -line.hundredths, after, line.unit_fen, at
        ),
    )


def take_back(actor: Actor, line: CostLine, *, at: datetime) -> None:
    """Put a removed line's material, if it is of material, back to where it came from."""
    if line.store_id is None or line.material_id is None:
        return
    after = _put(line.store_id, line.material_id, line.hundredths)
    back = (MovementKind.RETURN, line.hundredths, after, line.unit_fen, at)
    _write_for(line, _movement(actor, line.store_id, line.material_id, *back))


def count(
    actor: Actor,
    store: Store,
    lines: Sequence[Quantity],
    materials: Mapping[int, Material],
    *,
    reason: str,
    at: datetime,
) -> int:
    """Set a store's stock to what was counted; returns how many materials were not as they should be.

    What was as it should be is recorded, too: it was counted.
    """
    rows, wrong = [], 0
    for line in sorted(lines, key=lambda line: line.material_id):
        material = materials[line.material_id]
        # Adding nothing makes the row, and locks it until the unit ends.
        before = _put(store.id, material.id, 0)
        delta = line.hundredths - before
        if delta:
            wrong += 1
            unit().execute(
                update(_STOCK).where(*_of(store.id, material.id)).values(hundredths=line.hundredths)
            )
        rows.append(
            _movement(
                actor,
                store.id,
                material.id,
                MovementKind.COUNT,
                delta,
                line.hundredths,
                material.price_fen,
                at,
            )
            | {"document": reason}
        )
    unit().execute(insert(Movement), rows)
    return wrong


def set_least(store_id: int, material_id: int, least_hundredths: int) -> None:
    """Say below how much a store's material should be bought."""
    _put(store_id, material_id, 0)
    unit().execute(
        update(_STOCK).where(*_of(store_id, material_id)).values(least_hundredths=least_hundredths)
    )


def _put(store_id: int, material_id: int, delta: int) -> int:
    """Add to a stock, which may be new; returns what there is then."""
    connection = unit()
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(_STOCK).values(
        store_id=store_id, material_id=material_id, hundredths=delta, least_hundredths=0
    )
    found = connection.scalar(
        statement.on_conflict_do_update(
            index_elements=["store_id", "material_id"],
            set_={"hundredths": _STOCK.c.hundredths + delta},
        ).returning(_STOCK.c.hundredths)
    )
    return int(found)


def _of(store_id: int | None, material_id: int) -> tuple[Any, Any]:
    return _STOCK.c.store_id == store_id, _STOCK.c.material_id == material_id


def _write_for(line: CostLine, movement: dict[str, Any]) -> None:
    unit().execute(insert(Movement), [movement | {"order_id": line.order_id, "line_id": line.id}])


def _movement(
    actor: Actor,
    store_id: int,
    material_id: int,
    kind: MovementKind,
    hundredths: int,
    after: int,
    price_fen: int,
    at: datetime,
) -> dict[str, Any]:
    return {
        "store_id": store_id,
        "material_id": material_id,
        "kind": kind.value,
        "hundredths": hundredths,
        "after_hundredths": after,
        "price_fen": price_fen,
        "order_id": None,
        "line_id": None,
        "at": at,
        "by_id": actor.staff_id,
        "by_name": actor.name,
        "document": "",
    }

"""Reads of what suppliers ask: what holds on a day, who is cheapest, and how it went over time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.db import db
from backend.paging import Page, paginate
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.suppliers import policies, queries
from canteen.purchasing.suppliers.models import Supplier, SupplierPrice


@dataclass(frozen=True, slots=True)
class PriceView:
    """What a supplier asks for a pack; `price_fen` None: it is no longer offered from that day on."""

    id: int
    supplier_id: int
    supplier_name: str
    ingredient_id: int
    ingredient_name: str
    pack_g: int
    price_fen: int | None
    valid_from: date
    valid_until: date | None
    spec: str
    entered_by_name: str
    is_usable: bool

    @property
    def price_fen_per_kg(self) -> Fraction:
        """What a kilogram costs, exactly; 0 of what is not offered."""
        return policies.fen_per_kg(self.price_fen or 0, self.pack_g)

    @property
    def per_kg_fen(self) -> int | None:
        """The same for people, rounded half up."""
        return policies.rounded(self.price_fen_per_kg) if self.price_fen is not None else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """An ingredient's offers of a day by the price of a kilogram, and every change since `since`."""

    ingredient_id: int
    ingredient_name: str
    on: date
    offers: tuple[PriceView, ...]
    since: date
    changes: tuple[PriceView, ...]
    lowest_fen: int | None
    highest_fen: int | None


def prices(ingredient_ids: Collection[int], on: date) -> dict[int, PriceView]:
    """The lowest price per kilogram of each ingredient on a day, of those who may supply; three statements.

    Of equal prices that of the smaller pack, then of the supplier entered first.
    """
    best: dict[int, PriceView] = {}
    for offer in offers(ingredient_ids, on):
        if offer.is_usable:
            best.setdefault(offer.ingredient_id, offer)
    return best


def offers(ingredient_ids: Collection[int], on: date) -> list[PriceView]:
    """Every offer of these ingredients that holds on a day, the cheapest kilogram first."""
    if not ingredient_ids:
        return []
    rows = db.session.execute(_holding(on, ingredient_ids=ingredient_ids))
    found = _views(rows.all(), queries.usable_ids(on))
    return sorted(found, key=lambda one: (one.price_fen_per_kg, one.pack_g, one.supplier_id))


def offers_of(supplier_id: int, on: date) -> list[PriceView]:
    """What a supplier offers on a day, by ingredient and pack."""
    rows = db.session.execute(_holding(on, supplier_id=supplier_id)).all()
    return sorted(_views(rows, {supplier_id}), key=lambda one: (one.ingredient_name, one.pack_g))


def compare(ingredient_id: int, ingredient_name: str, *, on: date, since: date) -> Comparison:
    """The offers of an ingredient side by side, and how they came to be."""
    now = tuple(offers([ingredient_id], on))
    rows = db.session.execute(
        _named()
        .where(
            SupplierPrice.ingredient_id == ingredient_id,
            SupplierPrice.valid_from >= since,
            SupplierPrice.valid_from <= on,
        )
        .order_by(SupplierPrice.valid_from, SupplierPrice.id)
    )
    per_kg = [one.per_kg_fen for one in now if one.per_kg_fen is not None]
    return Comparison(
        ingredient_id=ingredient_id,
        ingredient_name=ingredient_name,
        on=on,
        offers=now,
        since=since,
        changes=tuple(_views(rows.all(), {one.supplier_id for one in now if one.is_usable})),
        lowest_fen=min(per_kg, default=None),
        highest_fen=max(per_kg, default=None),
    )


def page_prices(
    *,
    supplier_id: int | None = None,
    ingredient_id: int | None = None,
    q: str = "",
    is_current: bool = True,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of prices by ingredient: those that hold today, or unless `is_current` all that ever were."""
    statement = _holding(clock.today()) if is_current else _named()
    if supplier_id is not None:
        statement = statement.where(SupplierPrice.supplier_id == supplier_id)
    if ingredient_id is not None:
        statement = statement.where(SupplierPrice.ingredient_id == ingredient_id)
    if q:
        statement = statement.where(
            or_(Ingredient.name.contains(q, autoescape=True), Supplier.name.contains(q, autoescape=True))
        )
    ordered = statement.order_by(
        Ingredient.name, SupplierPrice.ingredient_id, SupplierPrice.valid_from.desc(), SupplierPrice.id.desc()
    )
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    usable = queries.usable_ids(clock.today())
    return Page(_views(found.rows, usable), found.total, found.page, found.page_size)


def all_current(supplier_id: int | None = None) -> list[PriceView]:
    """Every price that holds today, by supplier and ingredient, for a workbook."""
    statement = _holding(clock.today())
    if supplier_id is not None:
        statement = statement.where(SupplierPrice.supplier_id == supplier_id)
    rows = db.session.execute(statement.order_by(Supplier.name, Ingredient.name, SupplierPrice.pack_g))
    return _views(rows.all(), set())


def last_by_key(supplier_ids: Collection[int]) -> Mapping[tuple[int, int, int, date], SupplierPrice]:
    """Of each supplier, ingredient, pack and first day the price that was entered last."""
    rows = db.session.scalars(
        select(SupplierPrice).where(SupplierPrice.supplier_id.in_(supplier_ids)).order_by(SupplierPrice.id)
    )
    return {(row.supplier_id, row.ingredient_id, row.pack_g, row.valid_from): row for row in rows}


def view_of(price_id: int) -> PriceView:
    """One price as everybody sees it."""
    row = db.session.execute(_named().where(SupplierPrice.id == price_id)).one()
    return _views([row], queries.usable_ids(clock.today()))[0]


def _named() -> Any:
    return (
        select(SupplierPrice, Supplier.name.label("supplier_name"), Ingredient.name.label("ingredient_name"))
        .join(Supplier, Supplier.id == SupplierPrice.supplier_id)
        .join(Ingredient, Ingredient.id == SupplierPrice.ingredient_id)
    )


def _holding(
    on: date, *, ingredient_ids: Collection[int] | None = None, supplier_id: int | None = None
) -> Any:
    """The prices that hold on a day: of a supplier, ingredient and pack the latest, unless it has ended."""
    one = aliased(SupplierPrice)
    looked = select(
        one.id,
        func.row_number()
        .over(
            partition_by=(one.supplier_id, one.ingredient_id, one.pack_g),
            order_by=(one.valid_from.desc(), one.id.desc()),
        )
        .label("place"),
    ).where(one.valid_from <= on)
    if ingredient_ids is not None:
        looked = looked.where(one.ingredient_id.in_(ingredient_ids))
    if supplier_id is not None:
        looked = looked.where(one.supplier_id == supplier_id)
    ranked = looked.subquery()
    return (
        _named()
        .join(ranked, ranked.c.id == SupplierPrice.id)
        .where(
            ranked.c.place == 1,
            SupplierPrice.price_fen.is_not(None),
            or_(SupplierPrice.valid_until.is_(None), SupplierPrice.valid_until >= on),
        )
    )


def _views(rows: Sequence[Any], usable: Collection[int]) -> list[PriceView]:
    return [
        PriceView(
            id=price.id,
            supplier_id=price.supplier_id,
            supplier_name=supplier_name,
            ingredient_id=price.ingredient_id,
            ingredient_name=ingredient_name,
            pack_g=price.pack_g,
            price_fen=price.price_fen,
            valid_from=price.valid_from,
            valid_until=price.valid_until,
            spec=price.spec,
            entered_by_name=price.entered_by_name,
            is_usable=price.supplier_id in usable,
        )
        for price, supplier_name, ingredient_name in rows
    ]

"""Reads of the ingredients. They belong to the compound: whoever may read any purchasing reads them all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, or_, select

from backend.db import db
from backend.paging import Page, paginate
from canteen.menu.models import Allergen
from canteen.purchasing.ingredients import policies
from canteen.purchasing.ingredients.errors import IngredientNotFound, UnknownIngredient
from canteen.purchasing.ingredients.models import Ingredient, IngredientCategory, Storage
from canteen.purchasing.ingredients.policies import IngredientSpec


@dataclass(frozen=True, slots=True)
class IngredientView:
    """An ingredient; nutrition is per 100 g of its edible part, null where it is not known."""

    id: int
    code: str
    name: str
    category: IngredientCategory
    edible_percent: int
    energy_kcal: Decimal | None
    protein_g: Decimal | None
    fat_g: Decimal | None
    carbohydrate_g: Decimal | None
    sodium_mg: Decimal | None
    allergens: tuple[Allergen, ...] | None
    is_halal: bool | None
    storage: Storage
    shelf_days: int | None
    is_additive: bool
    min_stock_g: int | None
    season_months: tuple[int, ...]
    is_active: bool
    changed_at: datetime


def ingredients(ids: Collection[int]) -> dict[int, IngredientView]:
    """These ingredients, by id; one statement, or none."""
    if not ids:
        return {}
    found = db.session.scalars(select(Ingredient).where(Ingredient.id.in_(ids)))
    return {row.id: view_of(row) for row in found}


def names(ids: Collection[int]) -> dict[int, str]:
    """The names of these ingredients; one statement, or none."""
    if not ids:
        return {}
    rows = db.session.execute(select(Ingredient.id, Ingredient.name).where(Ingredient.id.in_(ids)))
    return {row.id: row.name for row in rows}


def find(name_or_code: str) -> IngredientView | None:
    """The ingredient of this code, or else of this name; None if there is none."""
    rows = db.session.scalars(
        select(Ingredient).where(or_(Ingredient.code == name_or_code, Ingredient.name == name_or_code))
    ).all()
    found = next((row for row in rows if row.code == name_or_code), rows[0] if rows else None)
    return view_of(found) if found is not None else None


def by_label() -> dict[str, IngredientView]:
    """Every ingredient by its name, and by its code where that is no other one's name; for imports."""
    views = [view_of(row) for row in db.session.scalars(select(Ingredient).order_by(Ingredient.id))]
    return {view.code: view for view in views} | {view.name: view for view in views}


def ensure_known(ids: Collection[int]) -> dict[int, IngredientView]:
    """These ingredients, which must all be in use. Raises UnknownIngredient."""
    found = ingredients(ids)
    unknown = sorted(one for one in ids if one not in found or not found[one].is_active)
    if unknown:
        raise UnknownIngredient(ingredient_ids=unknown)
    return found


def view_of_id(ingredient_id: int) -> IngredientView:
    """One ingredient. Raises IngredientNotFound."""
    row = db.session.get(Ingredient, ingredient_id)
    if row is None:
        raise IngredientNotFound
    return view_of(row)


def page_ingredients(
    *,
    q: str = "",
    category: IngredientCategory | None = None,
    is_active: bool | None = None,
    is_additive: bool | None = None,
    month: int | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of the ingredients by category and name; `q` is part of a name or code. Two statements."""
    statement = _search(q=q, category=category, is_active=is_active, is_additive=is_additive)
    if month is not None:
        in_season = [
            row.id
            for row in db.session.execute(select(Ingredient.id, Ingredient.season_months))
            if policies.is_in_season(tuple(row.season_months or ()), month)
        ]
        statement = statement.where(Ingredient.id.in_(in_season))
    found = paginate(statement, page=page, page_size=page_size)
    return Page([view_of(row) for row in found.rows], found.total, found.page, found.page_size)


def all_ingredients(**which: Any) -> list[IngredientView]:
    """All of them that `page_ingredients` would find, for a workbook."""
    return [view_of(row) for row in db.session.scalars(_search(**which))]


def below_minimum_candidates() -> dict[int, int]:
    """The ingredients in use that have a minimum stock, and how much."""
    rows = db.session.execute(
        select(Ingredient.id, Ingredient.min_stock_g).where(
            Ingredient.min_stock_g > 0, Ingredient.is_active.is_(True)
        )
    )
    return {row.id: row.min_stock_g for row in rows}


def rows_by_code_and_name() -> tuple[dict[str, Ingredient], dict[str, Ingredient]]:
    """Every row by its code, and by its name; locked, so that imports do not cross each other."""
    rows: Sequence[Ingredient] = db.session.scalars(
        select(Ingredient).order_by(Ingredient.id).with_for_update()
    ).all()
    return {row.code: row for row in rows}, {row.name: row for row in rows}


def lock_ingredient(ingredient_id: int) -> Ingredient:
    """The row, which nobody else may change until the open unit ends. Raises IngredientNotFound."""
    row = db.session.get(Ingredient, ingredient_id, with_for_update=True)
    if row is None:
        raise IngredientNotFound
    return row


def spec_of(row: Ingredient) -> IngredientSpec:
    """What is said of an ingredient now."""
    view = view_of(row)
    return IngredientSpec(**{name: getattr(view, name) for name in IngredientSpec.__slots__})


def view_of(row: Ingredient) -> IngredientView:
    """A row as everybody else sees it."""
    allergens = None if row.allergens is None else tuple(Allergen(one) for one in row.allergens)
    return IngredientView(
        id=row.id,
        code=row.code,
        name=row.name,
        category=IngredientCategory(row.category),
        edible_percent=row.edible_percent,
        energy_kcal=row.energy_kcal,
        protein_g=row.protein_g,
        fat_g=row.fat_g,
        carbohydrate_g=row.carbohydrate_g,
        sodium_mg=row.sodium_mg,
        allergens=allergens,
        is_halal=row.is_halal,
        storage=Storage(row.storage),
        shelf_days=row.shelf_days,
        is_additive=bool(row.is_additive),
        min_stock_g=row.min_stock_g,
        season_months=tuple(row.season_months or ()),
        is_active=bool(row.is_active),
        changed_at=row.changed_at,
    )


def _search(
    *,
    q: str = "",
    category: IngredientCategory | None = None,
    is_active: bool | None = None,
    is_additive: bool | None = None,
) -> Select[Any]:
    statement: Select[Any] = select(Ingredient)
    if q:
        statement = statement.where(
            or_(Ingredient.name.contains(q, autoescape=True), Ingredient.code.contains(q, autoescape=True))
        )
    if category is not None:
        statement = statement.where(Ingredient.category == category.value)
    if is_active is not None:
        statement = statement.where(Ingredient.is_active.is_(is_active))
    if is_additive is not None:
        statement = statement.where(Ingredient.is_additive.is_(is_additive))
    return statement.order_by(Ingredient.category, Ingredient.name, Ingredient.id)

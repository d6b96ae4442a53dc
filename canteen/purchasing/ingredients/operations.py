"""Writes of the ingredients, within an open unit of work."""

from datetime import datetime
from uuid import uuid4

from backend.db import db, unit
from backend.refusals import refusing_clashes
from canteen.purchasing.ingredients import policies, queries
from canteen.purchasing.ingredients.errors import IngredientTaken
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.ingredients.policies import IngredientSpec

_PLAIN = (
    *("name", "edible_percent", *policies.NUTRIENTS, "is_halal", "shelf_days", "is_additive"),
    *("min_stock_g", "is_active"),
)


def add(spec: IngredientSpec, *, at: datetime) -> Ingredient:
    """A new ingredient. Raises IngredientTaken."""
    unit()
    row = Ingredient(code=spec.code or uuid4().hex, created_at=at)
    _set(row, spec, at)
    with refusing_clashes(IngredientTaken()):
        db.session.add(row)
    if not spec.code:
        with refusing_clashes(IngredientTaken()):
            row.code = policies.code_of(row.id)
    return row


def change(row: Ingredient, spec: IngredientSpec, *, at: datetime) -> list[str]:
    """Change a locked ingredient; returns the names of what is different now. Raises IngredientTaken.

    An empty code keeps that which it has.
    """
    unit()
    before = queries.spec_of(row)
    different = [
        name
        for name in IngredientSpec.__slots__
        if getattr(before, name) != getattr(spec, name) and (name, spec.code) != ("code", "")
    ]
    if different:
        with refusing_clashes(IngredientTaken()):
            row.code = spec.code or row.code
            _set(row, spec, at)
    return different


def _set(row: Ingredient, spec: IngredientSpec, at: datetime) -> None:
    for name in _PLAIN:
        setattr(row, name, getattr(spec, name))
    row.category, row.storage = spec.category.value, spec.storage.value
    row.allergens = None if spec.allergens is None else [one.value for one in spec.allergens]
    row.season_months = sorted(set(spec.season_months))
    row.changed_at = at

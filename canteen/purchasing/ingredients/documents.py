"""The ingredients as a workbook, which an import reads again."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from backend.documents.cells import NO, YES
from backend.documents.sheets import Column, Kind, workbook
from canteen.menu.titles import ALLERGEN_NAMES
from canteen.purchasing.ingredients import parsing
from canteen.purchasing.ingredients.queries import IngredientView
from canteen.purchasing.ingredients.titles import CATEGORY_NAMES, STORAGE_NAMES

_KINDS = {
    parsing.EDIBLE: Kind.INT,
    parsing.SHELF: Kind.INT,
    parsing.MIN_STOCK: Kind.KILOGRAMS,
}
_WIDTHS = {parsing.NAME: 24, parsing.ALLERGENS: 24}


def ingredients_workbook(views: Iterable[IngredientView]) -> bytes:
    """One row for each; importing it again changes nothing."""
    columns = [Column(title, _KINDS.get(title, Kind.TEXT), _WIDTHS.get(title)) for title in parsing.COLUMNS]
    return workbook("食材库", columns, [_row(view) for view in views])


def _row(view: IngredientView) -> tuple[Any, ...]:
    return (
        *(view.code, view.name, CATEGORY_NAMES[view.category], view.edible_percent),
        *(_number(getattr(view, name)) for name in parsing.NUTRIENT_COLUMNS.values()),
        _allergens(view),
        "" if view.is_halal is None else _flag(view.is_halal),
        STORAGE_NAMES[view.storage],
        view.shelf_days,
        _flag(view.is_additive),
        view.min_stock_g,
        "、".join(str(month) for month in view.season_months),
        _flag(view.is_active),
    )


def _allergens(view: IngredientView) -> str:
    if view.allergens is None:
        return parsing.UNDECLARED
    return "、".join(ALLERGEN_NAMES[one] for one in view.allergens) or parsing.NONE_DECLARED


def _number(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:f}"


def _flag(value: bool) -> str:
    return YES if value else NO

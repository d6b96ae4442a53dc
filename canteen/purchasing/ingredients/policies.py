"""Rules of the ingredients: what is said of one, and how tables of nutrition are read. Pure functions."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from backend.actor import Actor, Permission
from canteen.menu.models import Allergen
from canteen.purchasing.ingredients.errors import IngredientShared
from canteen.purchasing.ingredients.models import IngredientCategory, Storage

# Per 100 g of the edible part, in the order of the tables; with the most that can be true.
NUTRIENTS: Final = {
    "energy_kcal": 1_000,
    "protein_g": 100,
    "fat_g": 100,
    "carbohydrate_g": 100,
    "sodium_mg": 50_000,
}
MAX_GRAMS: Final = 100_000_000
_TRACES: Final = frozenset({"tr", "trace", "微量", "痕量"})
_UNKNOWN: Final = frozenset({"", "—", "-", "–", "─", "…", "未测", "未知"})
_NUMBER: Final = re.compile(r"[0-9]{1,6}(\.[0-9]+)?")


def keeps(actor: Actor) -> bool:
    """Whether the actor may change ingredients, and not only add some: they are shared by all canteens."""
    return actor.reach(Permission.PURCHASING_MANAGE).everywhere


def ensure_keeps(actor: Actor) -> None:
    """Raise IngredientShared unless the actor may change ingredients."""
    if not keeps(actor):
        raise IngredientShared


@dataclass(frozen=True, slots=True)
class IngredientSpec:
    """All that is said of an ingredient; an empty `code` lets the system give one."""

    code: str
    name: str
    category: IngredientCategory
    edible_percent: int = 100
    energy_kcal: Decimal | None = None
    protein_g: Decimal | None = None
    fat_g: Decimal | None = None
    carbohydrate_g: Decimal | None = None
    sodium_mg: Decimal | None = None
    allergens: tuple[Allergen, ...] | None = None
    is_halal: bool | None = None
    storage: Storage = Storage.AMBIENT
    shelf_days: int | None = None
    is_additive: bool = False
    min_stock_g: int | None = None
    season_months: tuple[int, ...] = ()
    is_active: bool = True


def parse_nutrition(text: str) -> Decimal | None:
    """A cell of a table of nutrition: traces ("Tr") are 0, "—" and nothing at all are unknown.

    Raises ValueError for what is neither, and for more than one decimal.
    """
    said = text.strip()
    if said.lower() in _TRACES:
        return Decimal(0)
    if said in _UNKNOWN:
        return None
    if not _NUMBER.fullmatch(said):
        raise ValueError(said)
    number = Decimal(said)
    if number != round(number, 1):
        raise ValueError(said)
    return number


def code_of(ingredient_id: int) -> str:
    """`SC00012`: the code of an ingredient that was given none."""
    return f"SC{ingredient_id:05d}"


def is_in_season(season_months: tuple[int, ...], month: int) -> bool:
    """Whether an ingredient is in season; without months it is all year."""
    return not season_months or month in season_months

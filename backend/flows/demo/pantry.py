"""The demo's ingredients, suppliers and recipes as rows."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final

from backend import clock
from backend.db import Base
from backend.flows.demo.cookbook import FORMULAS
from backend.flows.demo.larder import FOOD_IDS, FOODS, IN_SEASON, SUPPLIERS, Food
from backend.flows.demo.organisation import BUYER_NO, MANAGER_NO
from backend.flows.demo.people import Member
from backend.flows.demo.plan import Plan
from canteen.production.recipes.models import Recipe, RecipeLine, RecipeState
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.suppliers.models import LicenceKind, Supplier, SupplierLicence, SupplierPrice, Via

Tables = Iterator[tuple[type[Base], str, Iterable[tuple[Any, ...]]]]

# From here on goods keep for so long that they come once a week; from here on they come in packs.
KEEPS_DAYS: Final = 15
_PACKED_DAYS: Final = 60
_FRESH_PACK_G: Final = 500  # 一斤
_PORTIONS: Final = 100
_DRY_GOODS: Final = 3  # The place in SUPPLIERS of the firm that sells them.


def tables(plan: Plan, encrypt: Callable[[str], bytes]) -> Tables:
    """Ingredients, suppliers with licences and prices, recipes."""
    yield from _masters(plan, encrypt)
    yield from _recipes(plan)


def _masters(plan: Plan, encrypt: Callable[[str], bytes]) -> Tables:
    opened_at, buyer = clock.at_local(plan.opened_on, time(8)), plan.member(BUYER_NO)
    today = clock.local(plan.now).date()
    yield (
        Ingredient,
        "id code name category edible_percent energy_kcal protein_g fat_g carbohydrate_g sodium_mg allergens"
        " is_halal storage shelf_days is_additive min_stock_g season_months is_active created_at changed_at",
        (
            (
                number,
                f"SC{number:03d}",
                food.name,
                food.category,
                food.edible_percent,
                food.energy_kcal,
                food.protein_g,
                food.fat_g,
                food.carbohydrate_g,
                food.sodium_mg,
                list(food.allergens),
                food.is_halal,
                food.storage,
                food.fresh_days,
                food.category == "additive",
                food.pack_g // 10 if food.fresh_days >= KEEPS_DAYS else None,
                IN_SEASON.get(food.name, []),
                True,
                opened_at,
                opened_at,
            )
            for number, food in enumerate(FOODS, start=1)
        ),
    )
    yield (
        Supplier,
        "id name credit_code contact phone_cipher address region is_assistance is_active created_at"
        " changed_at",
        (
            (
                number,
                firm.name,
                firm.credit_code,
                firm.contact,
                encrypt(firm.phone),
                firm.address,
                firm.region,
                firm.is_assistance,
                True,
                opened_at,
                opened_at,
            )
            for number, firm in enumerate(SUPPLIERS, start=1)
        ),
    )
    yield (
        SupplierLicence,
        "supplier_id kind number valid_from valid_until entered_at entered_by",
        (
            (
                number,
                kind.value,
                f"{'SPJY' if kind is LicenceKind.FOOD_BUSINESS else 'YYZZ'}2024{number:05d}",
                today - timedelta(days=600),
                # One of them is to be reminded of.
                today + timedelta(days=18 if (number, kind) == (3, LicenceKind.FOOD_BUSINESS) else 700),
                opened_at,
                buyer.staff_id,
            )
            for number in range(1, len(SUPPLIERS) + 1)
            for kind in (LicenceKind.BUSINESS, LicenceKind.FOOD_BUSINESS)
        ),
    )
    yield (
        SupplierPrice,
        "supplier_id ingredient_id pack_g price_fen valid_from spec via entered_at entered_by"
        " entered_by_name",
        _prices(plan, buyer, opened_at),
    )


def _prices(plan: Plan, buyer: Member, opened_at: datetime) -> Iterator[tuple[Any, ...]]:
    """Each from its supplier, and of some things a dearer offer of the one who sells dry goods."""
    for number, food in enumerate(FOODS, start=1):
        offers = [(food.source, 100)]
        if food.category in ("egg", "grain", "dry") and food.source != _DRY_GOODS:
            offers.append((_DRY_GOODS, 108))
        for source, percent in offers:
            yield (
                *(source + 1, number, pack_g(food), price(food) * percent // 100, plan.opened_on),
                *("", Via.FORM.value, opened_at, buyer.staff_id, buyer.name),
            )


def _recipes(plan: Plan) -> Tables:
    """A recipe of each dish of each kitchen, for a hundred standard portions."""
    manager, approved_at = plan.member(MANAGER_NO), clock.at_local(plan.opened_on, time(9))
    dishes = list(enumerate(plan.dishes, start=1))
    yield (
        Recipe,
        "id dish_id version state yield_g station steps note changed_at changed_by changed_by_name"
        " approved_at approved_by approved_by_name",
        (
            (
                recipe_id,
                dish.id,
                1,
                RecipeState.CURRENT.value,
                dish.pool.weight_g * _PORTIONS,
                FORMULAS[dish.pool.name].station,
                [{"text": step, "minutes": None} for step in FORMULAS[dish.pool.name].steps],
                "",
                *(approved_at, manager.staff_id, manager.name) * 2,
            )
            for recipe_id, dish in dishes
        ),
    )
    yield (
        RecipeLine,
        "recipe_id ingredient_id position raw_g note",
        (
            (recipe_id, FOOD_IDS[name], position, grams * _PORTIONS, "")
            for recipe_id, dish in dishes
            for position, (name, grams) in enumerate(FORMULAS[dish.pool.name].lines)
        ),
    )


def pack_g(food: Food) -> int:
    """Fresh goods are weighed, what keeps for months comes in packs."""
    return food.pack_g if food.fresh_days >= _PACKED_DAYS else _FRESH_PACK_G


def price(food: Food) -> int:
    """What a pack costs."""
    return food.price_fen * pack_g(food) // 1000

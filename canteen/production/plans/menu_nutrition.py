"""What the menu gives a person in a day: from the dishes' recipes, or from what the dishes say themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import selectinload

from backend.actor import Actor
from backend.db import db
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish, Meal
from canteen.production.plans import queries
from canteen.production.plans.models import MealPlan
from canteen.production.recipes import queries as recipe_queries
from canteen.production.recipes.policies import NUTRIENTS, PER, half_up, tenths


@dataclass(frozen=True, slots=True)
class Nutrients:
    """Per person; None: of no dish is it known, or nobody eats.

    Of `dishes` that are cooked, all nutrients of `known` are known: the rest is not in the sums.
    """

    energy_kcal: Decimal | None
    protein_g: Decimal | None
    fat_g: Decimal | None
    carbohydrate_g: Decimal | None
    sodium_mg: Decimal | None
    dishes: int
    known: int

    @property
    def coverage_percent(self) -> int | None:
        """How many of the dishes are known; None of no dishes."""
        return half_up(Fraction(self.known * 100, self.dishes)) if self.dishes else None


@dataclass(frozen=True, slots=True)
class MealNutrition:
    """What a meal gives a diner: the plan's quantities, else the bookings."""

    meal_id: int
    period: str
    name: str
    diners: int
    is_planned: bool
    nutrients: Nutrients


@dataclass(frozen=True, slots=True)
class DayNutrition:
    """What a person who eats at every meal of a day is given."""

    date: date
    nutrients: Nutrients
    meals: Sequence[MealNutrition]


@dataclass(frozen=True, slots=True)
class _Sum:
    """What a meal gives a diner, exactly, and of how many of its dishes that is known."""

    amounts: Mapping[str, Fraction | None]
    dishes: int
    known: int


def by_day(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[DayNutrition]:
    """The days of this span on which the canteen serves. Raises CanteenNotFound or InvalidDateRange."""
    menu_policies.ensure_reads(actor, menu_queries.get_canteen(canteen_id))
    menu_policies.ensure_range(from_on, until_on)
    statement = queries.meals_between(canteen_id, from_on, until_on).options(selectinload(MealPlan.dishes))
    found = db.session.execute(statement).all()
    plans: dict[int, MealPlan | None] = {meal.id: plan for meal, plan in found}
    days: dict[date, list[tuple[MealNutrition, _Sum]]] = {}
    cooked = {meal.id: _cooked(meal, plans[meal.id]) for meal, _ in found}
    contents = _contents(canteen_id, {dish_id for _, grams in cooked.values() for dish_id in grams})
    for meal in menu_policies.in_order(meal for meal, _ in found):
        diners, grams = cooked[meal.id]
        total = _sum(diners, grams, contents)
        one = MealNutrition(
            meal_id=meal.id,
            period=meal.period,
            name=menu_queries.meal_name(canteen_id, meal.served_on, meal.period),
            diners=diners,
            is_planned=plans[meal.id] is not None,
            nutrients=_rounded(total),
        )
        days.setdefault(meal.served_on, []).append((one, total))
    return [
        DayNutrition(on, _rounded(_added([total for _, total in meals])), [one for one, _ in meals])
        for on, meals in days.items()
    ]


def _cooked(meal: Meal, plan: MealPlan | None) -> tuple[int, dict[int, int]]:
    """How many eat, and how many grams of each dish are cooked for them."""
    if plan is not None:
        return plan.diners, {row.dish_id: row.planned_g for row in plan.dishes if row.planned_g}
    booked = queries.bookings_of(meal)
    return booked.people, {dish_id: grams for dish_id, grams in booked.grams.items() if grams}


def _contents(canteen_id: int, dish_ids: set[int]) -> dict[int, dict[str, Fraction | None]]:
    """What a gram of each dish contains: by its current recipe, where that says so, else by the dish."""
    dishes, recipes = queries.dishes_of(dish_ids), recipe_queries.current(dish_ids)
    facts = recipe_queries.facts(list(recipes.values()), canteen_id)
    found = {}
    for dish_id, dish in dishes.items():
        amounts = _said(dish)
        if dish_id in recipes:
            nutrition = facts[recipes[dish_id].id].nutrition
            if nutrition.is_complete:
                amounts = {
                    nutrient: None if amount is None else amount / nutrition.grams
                    for nutrient, amount in nutrition.amounts.items()
                }
        found[dish_id] = amounts
    return found


def _said(dish: Dish) -> dict[str, Fraction | None]:
    amounts: dict[str, Decimal | None] = {nutrient: getattr(dish, nutrient) for nutrient in NUTRIENTS}
    return {
        nutrient: None if amount is None else Fraction(amount) / PER for nutrient, amount in amounts.items()
    }


def _sum(
    diners: int, grams: Mapping[int, int], contents: Mapping[int, Mapping[str, Fraction | None]]
) -> _Sum:
    known = sum(all(amount is not None for amount in contents[dish_id].values()) for dish_id in grams)
    amounts: dict[str, Fraction | None] = {}
    for nutrient in NUTRIENTS:
        parts = [
            amount * of
            for dish_id, of in grams.items()
            if (amount := contents[dish_id][nutrient]) is not None
        ]
        amounts[nutrient] = sum(parts, Fraction()) / diners if parts and diners else None
    return _Sum(amounts, len(grams), known)


def _added(sums: Sequence[_Sum]) -> _Sum:
    amounts: dict[str, Fraction | None] = {}
    for nutrient in NUTRIENTS:
        parts = [amount for one in sums if (amount := one.amounts[nutrient]) is not None]
        amounts[nutrient] = sum(parts, Fraction()) if parts else None
    return _Sum(amounts, sum(one.dishes for one in sums), sum(one.known for one in sums))


def _rounded(total: _Sum) -> Nutrients:
    amounts = {
        nutrient: None if amount is None else tenths(amount) for nutrient, amount in total.amounts.items()
    }
    return Nutrients(**amounts, dishes=total.dishes, known=total.known)

"""What a meal cost: what the store issued for it, by dish, and by diner."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from backend.actor import Actor
from canteen.production.plans import queries
from canteen.production.plans.models import PlanDish
from canteen.production.recipes import queries as recipe_queries
from canteen.production.recipes.policies import half_up
from canteen.purchasing.stock import queries as stock_queries


@dataclass(frozen=True, slots=True)
class DishCost:
    """What a dish was reckoned to cost at today's prices (None: not known), and what was issued for it.

    By portion as planned, by kilogram as cooked; None where there is nothing to divide by.
    """

    dish_id: int
    name: str
    portions: int
    planned_fen: int | None
    actual_fen: int
    issued_g: int
    fen_per_portion: int | None
    fen_per_kg: int | None


@dataclass(frozen=True, slots=True)
class MealCost:
    """What a meal cost. `shared_fen` was issued for it without a dish; `total_fen` is all of it."""

    dishes: Sequence[DishCost]
    shared_fen: int
    total_fen: int
    diners: int
    per_diner_fen: int | None


def get_costs(actor: Actor, plan_id: int) -> MealCost:
    """What the meal of a plan cost until now, by the store's movements. Raises PlanNotFound."""
    plan, meal, canteen = queries.get_plan(actor, plan_id)
    spent = {key[1]: amount for key, amount in stock_queries.meal_costs([meal.id]).items()}
    recipes = queries.recipes_of(plan.dishes)
    facts = recipe_queries.facts(list(recipes.values()), canteen.id)
    planned = {
        row.dish_id: facts[recipes[row.dish_id].id].cost.of(row.planned_g)
        for row in plan.dishes
        if row.dish_id in recipes
    }
    rows = {row.dish_id: row for row in plan.dishes}
    # Something may have been issued for a dish that the plan does not name.
    dish_ids = [*rows, *sorted({one for one in spent if one is not None} - set(rows))]
    names = queries.dishes_of(dish_ids)
    dishes = [
        _dish(
            dish_id, names[dish_id].name, rows.get(dish_id), planned.get(dish_id), spent.get(dish_id, (0, 0))
        )
        for dish_id in dish_ids
    ]
    shared = spent.get(None, (0, 0))[1]
    total = shared + sum(dish.actual_fen for dish in dishes)
    diners = queries.diners_of(meal)
    per_diner = half_up(Fraction(total, diners)) if diners and total >= 0 else None
    return MealCost(dishes, shared, total, diners, per_diner)


def _dish(
    dish_id: int, name: str, row: PlanDish | None, planned_fen: int | None, spent: tuple[int, int]
) -> DishCost:
    grams, fen = spent
    portions = row.portions if row else 0
    cooked_g = (row.cooked_g if row else None) or 0
    return DishCost(
        dish_id=dish_id,
        name=name,
        portions=portions,
        planned_fen=planned_fen,
        actual_fen=fen,
        issued_g=grams,
        fen_per_portion=half_up(Fraction(fen, portions)) if portions and fen >= 0 else None,
        fen_per_kg=half_up(Fraction(fen * 1000, cooked_g)) if cooked_g and fen >= 0 else None,
    )

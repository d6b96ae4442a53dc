"""What people see of plans: the list, a plan with its dishes, what it would begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import case

from backend.actor import Actor
from backend.paging import Page, paginate
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish, Meal, MealState, Period
from canteen.production.forecasts import queries as forecast_queries
from canteen.production.plans import policies, queries
from canteen.production.plans.errors import PlanNeedsMenu
from canteen.production.plans.models import Basis, MealPlan, PlanDish
from canteen.production.plans.queries import Bookings
from canteen.production.recipes import queries as recipe_queries
from canteen.production.recipes.policies import RecipeView


class Shown(StrEnum):
    """Which meals are listed: those without a plan, or with one in this state."""

    MISSING = "missing"
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A published meal, with its plan if it has one."""

    meal_id: int
    served_on: date
    period: str
    name: str
    meal_state: str
    plan_id: int | None
    state: str | None
    diners: int | None
    confirmed_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposedDish:
    """What a dish of a meal would begin with. `booked` is in standard portions."""

    dish_id: int
    name: str
    booked: int
    proposed_portions: int
    portion_g: int
    has_recipe: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a plan of a meal would begin with, and why."""

    meal_id: int
    basis: Basis
    reason: str
    diners: int
    dishes: Sequence[ProposedDish]


@dataclass(frozen=True, slots=True)
class BatchView:
    """So many portions and grams that are ready at an instant."""

    kind: str
    at: datetime
    portions: int
    cooked_g: int


@dataclass(frozen=True, slots=True)
class PlanDishView:
    """A dish of a plan; see `PlanDish`. `booked` is in standard portions."""

    dish_id: int
    name: str
    category: str
    booked: int
    recipe_id: int | None
    recipe_version: int | None
    station: str
    proposed_portions: int
    portions: int
    portion_g: int
    planned_g: int
    note: str
    batches: Sequence[BatchView]
    cooked_g: int | None
    left_g: int | None
    reused_g: int | None
    ran_out_at: datetime | None
    outcome_note: str
    recorded_at: datetime | None
    recorded_by_name: str


@dataclass(frozen=True, slots=True)
class PlanDetail:
    """A plan with its meal and dishes. `booked_people` are those who booked, and those at receptions."""

    id: int
    meal_id: int
    canteen_id: int
    served_on: date
    period: str
    name: str
    meal_state: str
    serves_from: datetime | None
    serves_until: datetime | None
    state: str
    revision: int
    basis: str
    basis_reason: str
    proposed_diners: int
    diners: int
    booked_people: int
    made_at: datetime
    made_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str
    shortage_reason: str
    done_at: datetime | None
    purchase_request_id: int | None
    dishes: Sequence[PlanDishView]


def page_plans(
    actor: Actor,
    *,
    canteen_id: int,
    from_on: date | None = None,
    until_on: date | None = None,
    state: Shown | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The published meals of these days with their plans, by day and period; from a week ago by default.

    Raises CanteenNotFound or InvalidDateRange.
    """
    menu_policies.ensure_reads(actor, menu_queries.get_canteen(canteen_id))
    first, last = queries.default_days()
    first = from_on or (min(first, until_on) if until_on else first)
    last = until_on or max(last, first)
    menu_policies.ensure_range(first, last)
    statement = queries.meals_between(canteen_id, first, last)
    if state is Shown.MISSING:
        statement = statement.where(MealPlan.id.is_(None))
    elif state is not None:
        statement = statement.where(MealPlan.state == state.value)
    places = {period.value: place for place, period in enumerate(Period)}
    ordered = statement.order_by(Meal.served_on, case(places, value=Meal.period), Meal.id)
    found = paginate(ordered, page=page, page_size=page_size, scalars=False)
    rows = [_row(meal, plan) for meal, plan in found.rows]
    return Page(rows, found.total, found.page, found.page_size)


def _row(meal: Meal, plan: MealPlan | None) -> PlanRow:
    return PlanRow(
        meal_id=meal.id,
        served_on=meal.served_on,
        period=meal.period,
        name=menu_queries.meal_name(meal.canteen_id, meal.served_on, meal.period),
        meal_state=meal.state,
        plan_id=plan.id if plan else None,
        state=plan.state if plan else None,
        diners=plan.diners if plan else None,
        confirmed_at=plan.confirmed_at if plan else None,
        done_at=plan.done_at if plan else None,
    )


def get_proposal(actor: Actor, meal_id: int) -> Proposal:
    """What a plan of the meal would begin with now. Raises MealNotFound or PlanNeedsMenu."""
    meal, _ = queries.get_meal(actor, meal_id)
    return propose(meal)


def propose(meal: Meal) -> Proposal:
    """From the newest forecast, plus what receptions take; without one, as booked. Raises PlanNeedsMenu.

    A dish that the forecast does not know is planned as it is booked.
    """
    if meal.state == MealState.DRAFT:
        raise PlanNeedsMenu
    booked = queries.bookings_of(meal)
    dish_ids = [line.dish_id for line in meal.dishes]
    dishes = queries.dishes_of({*dish_ids, *booked.grams})
    ordered = [*dish_ids, *sorted(set(booked.grams) - set(dish_ids))]
    recipes = recipe_queries.current(set(ordered))
    forecast = forecast_queries.latest(meal.canteen_id, meal.served_on, meal.period)
    expected = {one.dish_id: one.chosen for one in forecast.dishes} if forecast is not None else {}
    made = []
    for dish_id in ordered:
        dish = dishes[dish_id]
        as_booked = policies.portions_of(booked.grams.get(dish_id, 0), dish.weight_g)
        extra = policies.portions_of(booked.guests_grams.get(dish_id, 0), dish.weight_g)
        portions = expected[dish_id] + extra if dish_id in expected else as_booked
        made.append(ProposedDish(dish_id, dish.name, as_booked, portions, dish.weight_g, dish_id in recipes))
    if forecast is None:
        reason = f"尚无备餐预测，按已订 {booked.people} 人编制"
        return Proposal(meal.id, Basis.BOOKINGS, reason, booked.people, made)
    diners = forecast.chosen + booked.guests
    reason = forecast.reason + (f"；另有公务接待 {booked.guests} 人" if booked.guests else "")
    return Proposal(meal.id, Basis.FORECAST, reason[:300], diners, made)


def get_detail(actor: Actor, plan_id: int) -> PlanDetail:
    """A plan with its dishes. Raises PlanNotFound."""
    plan, meal, _ = queries.get_plan(actor, plan_id)
    return detail_of(plan, meal)


def detail_of(plan: MealPlan, meal: Meal) -> PlanDetail:
    """A plan with its dishes, and what is booked."""
    booked = queries.bookings_of(meal)
    dishes = queries.dishes_of({dish.dish_id for dish in plan.dishes})
    recipes = queries.recipes_of(plan.dishes)
    return PlanDetail(
        id=plan.id,
        meal_id=meal.id,
        canteen_id=meal.canteen_id,
        served_on=meal.served_on,
        period=meal.period,
        name=menu_queries.meal_name(meal.canteen_id, meal.served_on, meal.period),
        meal_state=meal.state,
        serves_from=meal.serves_from,
        serves_until=meal.serves_until,
        state=plan.state,
        revision=plan.revision,
        basis=plan.basis,
        basis_reason=plan.basis_reason,
        proposed_diners=plan.proposed_diners,
        diners=plan.diners,
        booked_people=booked.people,
        made_at=plan.made_at,
        made_by_name=plan.made_by_name,
        confirmed_at=plan.confirmed_at,
        confirmed_by_name=plan.confirmed_by_name,
        shortage_reason=plan.shortage_reason,
        done_at=plan.done_at,
        purchase_request_id=plan.purchase_request_id,
        dishes=[_dish(row, dishes[row.dish_id], booked, recipes) for row in plan.dishes],
    )


def dish_of(row: PlanDish, meal: Meal) -> PlanDishView:
    """One dish of a plan."""
    dishes, recipes = queries.dishes_of([row.dish_id]), queries.recipes_of([row])
    return _dish(row, dishes[row.dish_id], queries.bookings_of(meal), recipes)


def _dish(row: PlanDish, dish: Dish, booked: Bookings, recipes: Mapping[int, RecipeView]) -> PlanDishView:
    recipe = recipes.get(row.dish_id)
    return PlanDishView(
        dish_id=row.dish_id,
        name=dish.name,
        category=dish.category,
        booked=policies.portions_of(booked.grams.get(row.dish_id, 0), row.portion_g),
        recipe_id=row.recipe_id,
        recipe_version=recipe.version if recipe else None,
        station=recipe.station if recipe else policies.station_for(dish.category).value,
        proposed_portions=row.proposed_portions,
        portions=row.portions,
        portion_g=row.portion_g,
        planned_g=row.planned_g,
        note=row.note,
        batches=batches_of(row),
        cooked_g=row.cooked_g,
        left_g=row.left_g,
        reused_g=row.reused_g,
        ran_out_at=row.ran_out_at,
        outcome_note=row.outcome_note,
        recorded_at=row.recorded_at,
        recorded_by_name=row.recorded_by_name,
    )


def batches_of(row: PlanDish) -> list[BatchView]:
    """The batches of a dish as they are stored."""
    stored: Sequence[Mapping[str, Any]] = row.batches
    return [
        BatchView(one["kind"], datetime.fromisoformat(one["at"]), one["portions"], one["cooked_g"])
        for one in stored
    ]

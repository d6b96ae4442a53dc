"""Use cases of preparation plans."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db
from backend.errors import Forbidden
from canteen.menu.errors import MealNotFound
from canteen.menu.models import Meal
from canteen.menu.policies import covers
from canteen.production.plans import operations, policies, queries, slips, views
from canteen.production.plans.errors import NothingNeeded, PlanBelowBookings, PlanIncomplete
from canteen.production.plans.following import Outcome
from canteen.production.plans.models import MealPlan, PlanState
from canteen.production.plans.operations import Wanted
from canteen.production.plans.policies import Shortfall
from canteen.production.plans.slips import Slip
from canteen.production.plans.views import PlanDetail, PlanDishView
from canteen.purchasing.orders import operations as order_operations
from canteen.purchasing.orders.models import RequestOrigin
from canteen.purchasing.stock import operations as stock_operations
from canteen.purchasing.stock.operations import Want
from canteen.purchasing.tracing import dishes as traced_dishes


@dataclass(frozen=True, slots=True)
class Requested:
    """The purchase request that stands for a plan."""

    plan_id: int
    request_id: int
    number: str


@atomic
def make(actor: Actor, *, meal_id: int) -> PlanDetail:
    """Begin a plan with the forecast, or with the bookings where there is none.

    Raises MealNotFound, Forbidden, PlanNeedsMenu or PlanExists.
    """
    meal = _managed(actor, meal_id)
    plan = operations.add_plan(actor, meal, views.propose(meal))
    return views.detail_of(plan, meal)


def _managed(actor: Actor, meal_id: int) -> Meal:
    meal, canteen = queries.get_meal(actor, meal_id)
    if not covers(actor, Permission.PRODUCTION_MANAGE, canteen):
        raise Forbidden if covers(actor, Permission.CANTEEN_READ, canteen) else MealNotFound
    return meal


@atomic
def renew(actor: Actor, *, plan_id: int, revision: int | None = None) -> PlanDetail:
    """Let a draft begin anew with the newest forecast, bookings and menu.

    Raises PlanNotFound, PlanChanged or PlanStateConflict.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id)
    policies.ensure_seen(revision, plan.revision)
    operations.renew(actor, plan, meal, views.propose(meal))
    return views.detail_of(plan, meal)


@atomic
def change(
    actor: Actor,
    *,
    plan_id: int,
    diners: int,
    dishes: Sequence[Wanted],
    revision: int | None = None,
) -> PlanDetail:
    """Say how much of each dish is cooked, and when; a dish that is not named stays as it is.

    Raises PlanNotFound, PlanChanged, PlanStateConflict, PlanDishUnknown or BatchesWrong.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id)
    policies.ensure_seen(revision, plan.revision)
    operations.change(actor, plan, meal, diners=diners, wanted=dishes)
    return views.detail_of(plan, meal)


@atomic
def confirm(
    actor: Actor, *, plan_id: int, revision: int | None = None, shortage_reason: str = ""
) -> PlanDetail:
    """Let the kitchen work by the plan. Less than is booked is only confirmed with a reason.

    Raises PlanNotFound, PlanChanged, PlanStateConflict or PlanBelowBookings with the dishes.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id)
    policies.ensure_seen(revision, plan.revision)
    policies.ensure_transition(plan.state, PlanState.CONFIRMED)
    short = _below_bookings(plan, meal)
    if short and not shortage_reason:
        raise PlanBelowBookings(
            names="、".join(f"{one.dish}（计划 {one.portions} 份，已订 {one.booked} 份）" for one in short),
            dishes=[one.as_data() for one in short],
        )
    operations.confirm(actor, plan, reason=shortage_reason if short else "")
    return views.detail_of(plan, meal)


def _below_bookings(plan: MealPlan, meal: Meal) -> list[Shortfall]:
    """The dishes of which the plan has less than is booked, in grams, those it does not name among them."""
    booked = queries.bookings_of(meal)
    planned = {row.dish_id: row for row in plan.dishes}
    dishes = queries.dishes_of(set(booked.grams))
    short = []
    for dish_id, grams in sorted(booked.grams.items()):
        row = planned.get(dish_id)
        if (row.planned_g if row else 0) < grams:
            dish, portions = dishes[dish_id], row.portions if row else 0
            portion_g = row.portion_g if row else dish.weight_g
            short.append(Shortfall(dish_id, dish.name, portions, policies.portions_of(grams, portion_g)))
    return short


@atomic
def reopen(actor: Actor, *, plan_id: int) -> PlanDetail:
    """Let a confirmed plan be changed again, as long as nothing was recorded.

    Raises PlanNotFound, PlanStateConflict or PlanRecorded.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id)
    operations.reopen(actor, plan)
    return views.detail_of(plan, meal)


@atomic
def request_purchase(actor: Actor, *, plan_id: int) -> Requested:
    """Ask purchasing for what the plan still needs; a later request takes the place of the one before.

    Raises PlanNotFound, PlanStateConflict or NothingNeeded.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id)
    policies.ensure_state(plan.state, PlanState.DRAFT, PlanState.CONFIRMED)
    wanted = policies.remaining(slips.needs_by_dish(plan), queries.issued_for(meal.id))
    needs: dict[int, int] = {}
    for (_, ingredient_id), grams in wanted.items():
        needs[ingredient_id] = needs.get(ingredient_id, 0) + grams
    if not any(needs.values()):
        raise NothingNeeded
    made = order_operations.request(
        meal.canteen_id,
        meal.served_on,
        needs,
        RequestOrigin.PRODUCTION,
        actor,
        origin_id=plan.id,
    )
    plan.purchase_request_id = made.id
    db.session.flush()
    record(actor, "canteen.plan_requested", "meal_plan", plan.id, request_id=made.id)
    return Requested(plan.id, made.id, made.number)


@atomic
def issue(actor: Actor, *, plan_id: int, dish_ids: Collection[int] | None = None) -> Slip:
    """Take what the plan (or some of its dishes) still wants out of the store: all of it, or nothing.

    Done again it takes nothing more. Raises PlanNotFound, PlanStateConflict, or StockShort with every
    ingredient of which there is too little.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id, Permission.STOCK_RECORD)
    policies.ensure_state(plan.state, PlanState.CONFIRMED)
    wanted = policies.remaining(slips.needs_by_dish(plan), queries.issued_for(meal.id))
    taking = {
        key: grams for key, grams in wanted.items() if grams and (dish_ids is None or key[0] in dish_ids)
    }
    if taking:
        wants = [
            Want(ingredient_id, grams, dish_id=dish_id) for (dish_id, ingredient_id), grams in taking.items()
        ]
        movements = stock_operations.issue_many(actor, meal.canteen_id, wants, meal_id=meal.id)
        record(actor, "canteen.plan_issued", "meal_plan", plan.id, issued=len(movements))
    if set(taking) == {key for key, grams in wanted.items() if grams}:
        order_operations.spend(RequestOrigin.PRODUCTION, plan.id)
    return slips.slip_of(plan, meal)


@atomic
def record_outcome(
    actor: Actor,
    *,
    plan_id: int,
    dish_id: int,
    cooked_g: int,
    left_g: int,
    reused_g: int,
    ran_out_at: datetime | None = None,
    note: str = "",
) -> PlanDishView:
    """Enter what was cooked of a dish, what was left of it, and what of this is kept; again to correct it.

    Raises PlanNotFound, PlanStateConflict, PlanDishUnknown or OutcomeWrong.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id, Permission.PRODUCTION_RECORD)
    policies.ensure_state(plan.state, PlanState.CONFIRMED, PlanState.DONE)
    row = operations.find_dish(plan, dish_id)
    policies.ensure_outcome(
        cooked_g=cooked_g,
        left_g=left_g,
        reused_g=reused_g,
        ran_out_at=ran_out_at,
        served_on=meal.served_on,
    )
    outcome = Outcome(cooked_g, left_g, reused_g)
    operations.set_outcome(actor, row, meal, outcome, ran_out_at=ran_out_at, note=note)
    return views.dish_of(row, meal)


@atomic
def withdraw_outcome(actor: Actor, *, plan_id: int, dish_id: int) -> PlanDishView:
    """Take back what was entered of a dish, of a plan that is not finished.

    Raises PlanNotFound, PlanStateConflict or PlanDishUnknown.
    """
    plan, meal, _ = operations.lock_plan(actor, plan_id, Permission.PRODUCTION_RECORD)
    policies.ensure_state(plan.state, PlanState.CONFIRMED)
    row = operations.find_dish(plan, dish_id)
    if operations.outcome_of(row) is not None:
        operations.set_outcome(actor, row, meal, None, ran_out_at=None, note="")
    return views.dish_of(row, meal)


@atomic
def finish(actor: Actor, *, plan_id: int) -> PlanDetail:
    """The meal is over. Raises PlanNotFound, PlanStateConflict or PlanIncomplete with the dishes."""
    plan, meal, _ = operations.lock_plan(actor, plan_id, Permission.PRODUCTION_RECORD)
    policies.ensure_transition(plan.state, PlanState.DONE)
    open_rows = [row.dish_id for row in plan.dishes if row.portions and row.cooked_g is None]
    if open_rows:
        names = queries.dishes_of(open_rows)
        raise PlanIncomplete(
            names="、".join(names[dish_id].name for dish_id in open_rows), dish_ids=open_rows
        )
    operations.finish(actor, plan)
    order_operations.spend(RequestOrigin.PRODUCTION, plan.id)
    return views.detail_of(plan, meal)


traced_dishes.register(queries.dishes_with)

"""Writes of preparation plans, within an open unit of work.

The plan is locked first, then what the store and purchasing lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import db, unit
from canteen.menu.models import Canteen, Meal
from canteen.production.plans import following, policies, queries
from canteen.production.plans.errors import PlanDishUnknown, PlanExists
from canteen.production.plans.following import Change, Outcome
from canteen.production.plans.models import MealPlan, PlanDish, PlanState
from canteen.production.plans.policies import Arrivals, Batch, BatchRules
from canteen.production.plans.views import Proposal
from canteen.production.recipes import queries as recipe_queries


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a manager wants of a dish; None: as it stands, and batches by the rule."""

    dish_id: int
    portions: int
    portion_g: int | None = None
    batches: Sequence[tuple[Any, int]] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What batches of a meal follow from."""

    meal: Meal
    rules: BatchRules
    arrivals: Arrivals


def lock_plan(
    actor: Actor, plan_id: int, permission: Permission = Permission.PRODUCTION_MANAGE
) -> tuple[MealPlan, Meal, Canteen]:
    """A plan within reach of the permission, locked, with its meal and canteen. Raises PlanNotFound."""
    unit()
    db.session.execute(select(MealPlan.id).where(MealPlan.id == plan_id).with_for_update())
    plan, meal, canteen = queries.get_plan(actor, plan_id, permission)
    db.session.refresh(plan)
    for dish in plan.dishes:
        db.session.refresh(dish)
    return plan, meal, canteen


def add_plan(actor: Actor, meal: Meal, proposal: Proposal) -> MealPlan:
    """A draft that says what is proposed. Raises PlanExists."""
    unit()
    plan = MealPlan(
        meal_id=meal.id,
        made_at=clock.now(),
        made_by=actor.staff_id,
        made_by_name=actor.name,
        state=PlanState.DRAFT.value,
        revision=1,
        dishes=[],
    )
    _take(plan, meal, proposal)
    db.session.add(plan)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise PlanExists from error
    record(
        actor,
        "canteen.plan_made",
        "meal_plan",
        plan.id,
        canteen_id=meal.canteen_id,
        basis=plan.basis,
        diners=plan.diners,
    )
    return plan


def renew(actor: Actor, plan: MealPlan, meal: Meal, proposal: Proposal) -> None:
    """Let a locked draft say what is proposed now, whatever it said."""
    policies.ensure_state(plan.state, PlanState.DRAFT)
    _take(plan, meal, proposal)
    plan.revision += 1
    db.session.flush()
    record(actor, "canteen.plan_renewed", "meal_plan", plan.id, basis=plan.basis, diners=plan.diners)


def _take(plan: MealPlan, meal: Meal, proposal: Proposal) -> None:
    ground = _ground(meal)
    plan.basis, plan.basis_reason = proposal.basis.value, proposal.reason
    plan.proposed_diners = plan.diners = proposal.diners
    recipes = recipe_queries.current({one.dish_id for one in proposal.dishes})
    standing = {row.dish_id: row for row in plan.dishes}
    rows = []
    for place, one in enumerate(proposal.dishes):
        row = standing.get(one.dish_id) or PlanDish(dish_id=one.dish_id)
        row.position, row.proposed_portions = place, one.proposed_portions
        row.recipe_id = recipes[one.dish_id].id if one.dish_id in recipes else None
        _set_quantity(row, one.proposed_portions, one.portion_g, ground)
        rows.append(row)
    plan.dishes = rows


def _ground(meal: Meal) -> _Ground:
    return _Ground(meal, queries.batch_rules(meal.canteen_id), queries.arrivals_of(meal))


def _set_quantity(
    row: PlanDish, portions: int, portion_g: int, ground: _Ground, given: Sequence[Batch] | None = None
) -> None:
    row.portions, row.portion_g, row.planned_g = portions, portion_g, portions * portion_g
    meal = ground.meal
    if meal.serves_from is None or meal.serves_until is None:
        raise AssertionError("a published meal has its instants")
    batches = given
    if batches is None:
        batches = policies.batches_of(
            portions, meal.serves_from, meal.serves_until, ground.rules, ground.arrivals
        )
    grams = policies.grams_of_batches([batch.portions for batch in batches], row.planned_g)
    row.batches = [
        {
            "kind": batch.kind.value,
            "at": batch.at.isoformat(),
            "portions": batch.portions,
            "cooked_g": cooked_g,
        }
        for batch, cooked_g in zip(batches, grams, strict=True)
    ]


def change(actor: Actor, plan: MealPlan, meal: Meal, *, diners: int, wanted: Sequence[Wanted]) -> None:
    """Change a locked draft; dishes that are not named stay. Raises PlanDishUnknown or BatchesWrong."""
    policies.ensure_state(plan.state, PlanState.DRAFT)
    ground = _ground(meal)
    standing = {row.dish_id: row for row in plan.dishes}
    names = {key: dish.name for key, dish in queries.dishes_of(set(standing)).items()}
    before = _told(plan)
    for one in wanted:
        row = standing.get(one.dish_id)
        if row is None:
            raise PlanDishUnknown
        portion_g = one.portion_g or row.portion_g
        given = _given(names[one.dish_id], one, meal) if one.batches is not None else None
        if given is not None or (one.portions, portion_g) != (row.portions, row.portion_g):
            _set_quantity(row, one.portions, portion_g, ground, given)
        if one.note is not None:
            row.note = one.note
    plan.diners = diners
    plan.revision += 1
    db.session.flush()
    record(actor, "canteen.plan_changed", "meal_plan", plan.id, before=before, after=_told(plan))


def _given(name: str, one: Wanted, meal: Meal) -> list[Batch]:
    if meal.serves_from is None or meal.serves_until is None:
        raise AssertionError("a published meal has its instants")
    kinds = policies.BatchKind
    batches = [
        Batch(kinds.FIRST if place == 0 else kinds.REFILL, at, portions)
        for place, (at, portions) in enumerate(one.batches or ())
    ]
    policies.ensure_batches(name, batches, one.portions, meal.serves_from, meal.serves_until)
    return batches


def _told(plan: MealPlan) -> Mapping[str, Any]:
    return {"diners": plan.diners, "portions": [[row.dish_id, row.portions] for row in plan.dishes]}


def confirm(actor: Actor, plan: MealPlan, *, reason: str) -> None:
    """Fix a locked draft, with the recipes that are current now. Raises PlanStateConflict."""
    policies.ensure_transition(plan.state, PlanState.CONFIRMED)
    recipes = recipe_queries.current({row.dish_id for row in plan.dishes})
    for row in plan.dishes:
        row.recipe_id = recipes[row.dish_id].id if row.dish_id in recipes else None
    plan.state, plan.shortage_reason = PlanState.CONFIRMED.value, reason
    plan.confirmed_at = clock.now()
    plan.confirmed_by, plan.confirmed_by_name = actor.staff_id, actor.name
    plan.revision += 1
    db.session.flush()
    record(actor, "canteen.plan_confirmed", "meal_plan", plan.id, diners=plan.diners, reason=reason or None)


def reopen(actor: Actor, plan: MealPlan) -> None:
    """Let a locked plan be changed again. Raises PlanStateConflict or PlanRecorded."""
    policies.ensure_transition(plan.state, PlanState.DRAFT)
    policies.ensure_unrecorded(row.cooked_g for row in plan.dishes)
    plan.state, plan.shortage_reason = PlanState.DRAFT.value, ""
    plan.confirmed_at = plan.confirmed_by = None
    plan.confirmed_by_name = ""
    plan.revision += 1
    db.session.flush()
    record(actor, "canteen.plan_reopened", "meal_plan", plan.id)


def finish(actor: Actor, plan: MealPlan) -> None:
    """The meal is over and all is recorded. Raises PlanStateConflict."""
    policies.ensure_transition(plan.state, PlanState.DONE)
    plan.state, plan.done_at = PlanState.DONE.value, clock.now()
    plan.revision += 1
    db.session.flush()
    record(actor, "canteen.plan_finished", "meal_plan", plan.id)


def find_dish(plan: MealPlan, dish_id: int) -> PlanDish:
    """The plan's row of a dish. Raises PlanDishUnknown."""
    for row in plan.dishes:
        if row.dish_id == dish_id:
            return row
    raise PlanDishUnknown


def set_outcome(
    actor: Actor, row: PlanDish, meal: Meal, outcome: Outcome | None, *, ran_out_at: Any, note: str
) -> None:
    """Write what came of a dish of a locked plan, or take it back, and tell whoever follows."""
    before = outcome_of(row)
    now = clock.now()
    row.cooked_g = outcome.cooked_g if outcome else None
    row.left_g = outcome.left_g if outcome else None
    row.reused_g = outcome.reused_g if outcome else None
    row.ran_out_at, row.outcome_note = ran_out_at, note
    row.recorded_at = now if outcome else None
    row.recorded_by = actor.staff_id if outcome else None
    row.recorded_by_name = actor.name if outcome else ""
    db.session.flush()
    change = Change(
        plan_dish_id=row.id,
        canteen_id=meal.canteen_id,
        meal_id=meal.id,
        served_on=meal.served_on,
        period=meal.period,
        dish_id=row.dish_id,
        before=before,
        after=outcome,
        at=now,
    )
    if before != outcome:
        action = "canteen.plan_outcome_recorded" if outcome else "canteen.plan_outcome_withdrawn"
        record(
            actor,
            action,
            "meal_plan",
            row.plan_id,
            dish_id=row.dish_id,
            before=_grams(before),
            after=_grams(outcome),
        )
    following.tell(actor, change)


def outcome_of(row: PlanDish) -> Outcome | None:
    """What is recorded of a dish."""
    if row.cooked_g is None or row.left_g is None or row.reused_g is None:
        return None
    return Outcome(row.cooked_g, row.left_g, row.reused_g)


def _grams(outcome: Outcome | None) -> list[int] | None:
    return None if outcome is None else [outcome.cooked_g, outcome.left_g, outcome.reused_g]

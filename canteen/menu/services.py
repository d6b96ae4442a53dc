"""Use cases of canteen managers. Each asks whether the actor manages the canteen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar
from canteen.menu import checking, copying, dish_operations, operations, policies, publishing, queries
from canteen.menu.copying import CopyPlan
from canteen.menu.errors import (
    CanteenInactive,
    DishOnMenu,
    InvalidPeriod,
    MealNotFound,
    MenuNotPublishable,
    PastDate,
    PeriodNotConfigured,
    SameWeek,
)
from canteen.menu.models import Canteen, Dish, Meal, MealState, Period
from canteen.menu.policies import DishSpec, LineChanges, PeriodRules, WantedLine
from canteen.menu.publishing import DishFacts, MealFacts, Problem
from canteen.menu.queries import CanteenRules, ManagedMeal

# What the history says of a change of periods that came without a reason.
USUAL_REASON: Final = "调整餐别设置"


@dataclass(frozen=True, slots=True)
class Published:
    """The meals that a request has published, and what its sender should know."""

    published: Sequence[Meal]
    warnings: Sequence[Problem]


@atomic
def create_canteen(actor: Actor, *, name: str, campus_name: str, opens_on_rest_days: bool) -> Canteen:
    """Open a canteen, on a campus that is made if there is none of this name.

    Raises Forbidden unless the actor manages the canteens of the whole compound, and CanteenExists.
    """
    ensure_everywhere(actor, Permission.CANTEEN_MANAGE)
    canteen = operations.add_canteen(actor, name, campus_name, opens_on_rest_days)
    record(actor, "canteen.opened", "canteen", canteen.id, name=name, campus=campus_name)
    return canteen


@atomic
def create_dish(actor: Actor, *, canteen_id: int, spec: DishSpec) -> Dish:
    """Add a dish to a canteen's library.

    Raises CanteenNotFound, Forbidden, InvalidPortions or DishExists.
    """
    policies.ensure_manages(actor, queries.get_canteen(canteen_id))
    now = clock.now()
    dish = Dish(canteen_id=canteen_id, created_at=now, portions=[])
    dish_operations.save_dish(actor, dish, _completed(spec), before=None, at=now)
    return dish


@atomic
def change_dish(actor: Actor, *, dish_id: int, spec: DishSpec) -> Dish:
    """Replace all that is said of a dish. Orders keep the prices that they were placed with.

    Raises DishNotFound, Forbidden, InvalidPortions, DishExists, and DishOnMenu where a published meal
    that is still to come needs what would be taken away.
    """
    dish = dish_operations.lock_dish(actor, dish_id)
    spec, before = _completed(spec), policies.spec_of(dish)
    if spec == before:
        return dish
    if before.is_servable and not spec.is_servable:
        on_date = queries.next_meal_with(dish_id)
        if on_date is not None:
            raise DishOnMenu(name=dish.name, date=on_date.isoformat())
    dish_operations.save_dish(actor, dish, spec, before=before, at=clock.now())
    return dish


def _completed(spec: DishSpec) -> DishSpec:
    """The dish with its standard portion."""
    return replace(spec, portions=policies.portions_of(spec.price_fen, spec.weight_g, spec.portions))


@atomic
def set_periods(
    actor: Actor,
    *,
    canteen_id: int,
    periods: Sequence[PeriodRules],
    effective_at: datetime | None = None,
    reason: str = "",
) -> CanteenRules:
    """Set the rules of these periods, from now or a later instant; those not named stay.

    Meals that are served from then on are judged by them; published meals keep their instants. Raises
    CanteenNotFound, Forbidden, InvalidPeriod or EffectiveInPast.
    """
    policies.ensure_manages(actor, operations.lock_canteen(canteen_id))
    if len({one.period for one in periods}) < len(periods):
        raise InvalidPeriod(reason="同一餐别重复出现")
    for one in periods:
        policies.ensure_rules(one)
    operations.save_periods(
        actor, canteen_id, periods, effective_at=effective_at, reason=reason.strip() or USUAL_REASON
    )
    return queries.rules_in_order(canteen_id)


@atomic
def set_menu(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    period: Period,
    lines: Sequence[WantedLine],
    revision: int | None = None,
) -> ManagedMeal:
    """Say which dishes a meal offers, in this order, with their caps; makes the draft if there is no meal.

    On a published meal, caps stay above what is taken, only dishes that nobody ordered leave, and what is
    added must be fit for publishing. `revision` is that of the meal as its author saw it (0: there was
    none); without it whatever stands is replaced. Raises CanteenNotFound, Forbidden, PastDate,
    PeriodNotConfigured, DuplicateDish, UnknownDish, MealFrozen, MealChanged, MenuNotPublishable,
    CapBelowTaken or DishTaken.
    """
    policies.ensure_manages(actor, queries.get_canteen(canteen_id))
    policies.ensure_not_past(served_on, clock.today())
    policies.ensure_distinct(lines)
    dishes = dish_operations.lock_dishes(canteen_id, {line.dish_id for line in lines})
    meal, is_new = _open_meal(canteen_id, served_on, period)
    policies.ensure_changeable(meal.state)
    changes = policies.changes_between(operations.lock_lines(meal.id), lines)
    if not changes.is_empty:  # A repeated request finds its own work done.
        policies.ensure_seen(revision, 0 if is_new else meal.revision)
    if meal.state == MealState.PUBLISHED:
        _ensure_fit(meal, lines, changes, dishes)
    operations.change_lines(changes)
    operations.add_lines((meal.id, place, line) for place, line in changes.added)
    if is_new or not changes.is_empty:
        operations.record_lines(actor, meal, changes, is_new=is_new)
    return queries.get_managed_meal(meal.id)


def _open_meal(canteen_id: int, served_on: date, period: Period) -> tuple[Meal, bool]:
    """The locked meal, and whether it was made just now."""
    for meal in operations.lock_meals(canteen_id, served_on, served_on, period):
        return meal, False
    if period.value not in queries.served_rules(canteen_id, served_on):
        raise PeriodNotConfigured(period=period.value)
    made = operations.open_drafts(canteen_id, [(served_on, period.value)])
    (meal,) = operations.lock_meals(canteen_id, served_on, served_on, period)
    return meal, bool(made)


def _ensure_fit(
    meal: Meal, lines: Sequence[WantedLine], changes: LineChanges, dishes: dict[int, DishFacts]
) -> None:
    """A published meal keeps at least one dish, and what is added may be published."""
    if lines and not changes.added:
        return
    added = [dishes[line.dish_id] for _, line in changes.added]
    _ensure_publishable(publishing.dish_problems(MealFacts(meal.served_on, meal.period, added)))


def _ensure_publishable(problems: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
    if problems:
        raise MenuNotPublishable(
            count=len(problems),
            problems=[problem.as_data() for problem in problems],
            warnings=[warning.as_data() for warning in warnings],
        )


@atomic
def publish_menus(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    until_on: date | None = None,
    period: Period | None = None,
) -> Published:
    """Publish the drafts of a day, or of all days up to `until_on`, or of one period of these: all or none.

    Meals that are published already stay as they are. Raises CanteenNotFound, Forbidden, CanteenInactive,
    InvalidDateRange, MealNotFound if no menu was made at all, and MenuNotPublishable.
    """
    canteen = queries.get_canteen(canteen_id)
    policies.ensure_manages(actor, canteen)
    if not canteen.is_active:
        raise CanteenInactive
    last_on = until_on or served_on
    policies.ensure_range(served_on, last_on)
    meals = operations.lock_meals(canteen_id, served_on, last_on, period)
    if not meals:
        raise MealNotFound
    drafts = policies.in_order(meal for meal in meals if meal.state == MealState.DRAFT)
    return _publish(actor, canteen, drafts) if drafts else Published([], [])


def _publish(actor: Actor, canteen: Canteen, drafts: Sequence[Meal]) -> Published:
    found = checking.check(canteen.id, drafts, lambda ids: dish_operations.lock_dishes(canteen.id, ids))
    _ensure_publishable(found.problems, found.warnings)
    now = clock.now()
    for meal in drafts:
        operations.publish(actor, meal, found.versions[meal.served_on][meal.period], now)
    return Published(drafts, found.warnings)


@atomic
def copy_week(actor: Actor, *, canteen_id: int, from_on: date, to_on: date) -> CopyPlan:
    """Copy a week's meals, weekday by weekday, as drafts; each date names the week (from Monday) it lies in.

    Closed days, days gone by, days without a source and meals that are there already are skipped and
    listed; dishes that are no longer active are left out and listed. Raises CanteenNotFound, Forbidden,
    SameWeek, and PastDate for a week that is over.
    """
    canteen = queries.get_canteen(canteen_id)
    policies.ensure_manages(actor, canteen)
    source, target = Calendar.week_of(from_on), Calendar.week_of(to_on)
    if source == target:
        raise SameWeek
    if target[-1] < clock.today():
        raise PastDate(date=target[-1].isoformat())
    calendar = workday_queries.calendar_for(target[0], target[-1])
    plan = copying.plan_copy(
        queries.source_week(canteen_id, source[0]),
        [(on_date, queries.day_of(calendar, canteen.id, on_date)) for on_date in target],
        standing={
            (meal.served_on, meal.period) for meal in operations.lock_meals(canteen_id, target[0], target[-1])
        },
        served={
            (on_date, period) for on_date in target for period in queries.served_rules(canteen_id, on_date)
        },
        today=clock.today(),
    )
    return _carry_out(actor, canteen_id, source[0], plan)


def _carry_out(actor: Actor, canteen_id: int, from_monday: date, plan: CopyPlan) -> CopyPlan:
    made = operations.open_drafts(canteen_id, [(meal.served_on, meal.period) for meal in plan.created])
    # A meal that somebody else made since the plan was drawn up is kept, as one that stood before.
    plan = copying.without_lost(plan, made.keys())
    operations.add_lines(
        (made[meal.served_on, meal.period], place, line)
        for meal in plan.created
        for place, line in enumerate(meal.lines)
    )
    if plan.created:
        record(
            actor,
            "canteen.week_copied",
            "canteen",
            canteen_id,
            from_monday=from_monday.isoformat(),
            created=[[meal.served_on.isoformat(), meal.period] for meal in plan.created],
        )
    return plan

"""What publishing drafts would find: read before it, and read again by it under its locks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from backend import clock
from backend.actor import Actor
from backend.rules import queries as rule_queries
from backend.workdays import queries as workday_queries
from canteen.menu import policies, publishing, queries, rules
from canteen.menu.errors import CanteenInactive
from canteen.menu.models import MealState, Period
from canteen.menu.policies import PeriodVersion
from canteen.menu.publishing import DishFacts, MealFacts, Problem
from canteen.menu.queries import ManagedMeal


class Draft(Protocol):
    """A meal that is to be published."""

    @property
    def id(self) -> int: ...
    @property
    def served_on(self) -> date: ...
    @property
    def period(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Findings:
    """What stands against publishing, what only warns, and the rules that judge each day's meals."""

    problems: Sequence[Problem]
    warnings: Sequence[Problem]
    versions: Mapping[date, Mapping[str, PeriodVersion]]


@dataclass(frozen=True, slots=True)
class DraftMeal:
    """A draft as the checks and whoever confirms them see it."""

    id: int
    served_on: date
    period: str
    name: str
    dishes: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would publish, what stands against it, and what it would warn of."""

    meals: Sequence[DraftMeal]
    problems: Sequence[Problem]
    warnings: Sequence[Problem]


def preview(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    until_on: date | None = None,
    period: Period | None = None,
) -> Preview:
    """What publishing these days' drafts would find now; what is published already is not in it.

    Raises CanteenNotFound, CanteenInactive or InvalidDateRange.
    """
    canteen = queries.get_canteen(canteen_id)
    policies.ensure_reads(actor, canteen)
    if not canteen.is_active:
        raise CanteenInactive
    last_on = until_on or served_on
    policies.ensure_range(served_on, last_on)
    drafts = [
        draft_of(one)
        for one in queries.meals_between(canteen_id, served_on, last_on)
        if one.meal.state == MealState.DRAFT and (period is None or one.meal.period == period)
    ]
    if not drafts:
        return Preview([], [], [])
    found = check(canteen_id, drafts, lambda ids: queries.dish_facts(canteen_id, ids))
    return Preview(drafts, found.problems, found.warnings)


def draft_of(managed: ManagedMeal) -> DraftMeal:
    """A draft as the checks take it."""
    meal = managed.meal
    return DraftMeal(meal.meal_id, meal.served_on, meal.period, managed.name, len(managed.dishes))


def check(
    canteen_id: int,
    drafts: Sequence[Draft],
    facts_of: Callable[[Collection[int]], Mapping[int, DishFacts]],
) -> Findings:
    """Judge drafts, which are in order; `facts_of` reads their dishes, and may lock them."""
    now, first_on, last_on = clock.now(), drafts[0].served_on, drafts[-1].served_on
    calendar = workday_queries.calendar_for(first_on, last_on)
    versions = {
        served_on: queries.served_rules(canteen_id, served_on)
        for served_on in {draft.served_on for draft in drafts}
    }
    repeat_days = rule_queries.value(rules.REPEAT_DAYS, canteen_id)
    served = queries.dishes_served(canteen_id, first_on - timedelta(days=repeat_days), last_on)
    ids = {draft.id for draft in drafts}
    dishes = facts_of({one.dish_id for one in served if one.meal_id in ids})
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for draft in drafts:
        offered = [dishes[one.dish_id] for one in served if one.meal_id == draft.id]
        meal = MealFacts(draft.served_on, draft.period, offered)
        day = queries.day_of(calendar, canteen_id, draft.served_on)
        version = versions[draft.served_on].get(draft.period)
        problems += publishing.publishing_problems(meal, version.rules if version else None, day, now)
        warnings += publishing.publishing_warnings(meal, day, served, repeat_days=repeat_days)
    return Findings(problems, warnings, versions)

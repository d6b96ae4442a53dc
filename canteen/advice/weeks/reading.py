"""What is known when a week is suggested: the meals to compose, the library with its past, the last menus.

A constant number of statements, whatever the library's size.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from sqlalchemy import func, select

from backend import clock
from backend.dates import day_text
from backend.db import reader, table
from backend.ratings import queries as rating_queries
from backend.rules import queries as rule_queries
from backend.workdays import queries as workday_queries
from backend.workdays.policies import Calendar
from canteen.advice.weeks import naming, policies, rules
from canteen.advice.weeks.drafts import Candidate, Limits, MealSlot
from canteen.advice.weeks.errors import NothingToPropose, PatternUnknown
from canteen.advice.weeks.policies import Context, DishRecord, Served, Usual
from canteen.menu import queries as menu_queries
from canteen.menu import weeks as menu_weeks
from canteen.menu.models import Dish, Meal, MealDish, MealState, Period
from canteen.menu.titles import ALLERGEN_NAMES
from canteen.ordering.models import Order, OrderState
from canteen.pickups.ratings import DISH, DISH_OF_MEAL
from canteen.production.recipes import queries as recipe_queries
from canteen.production.recipes.policies import Facts, RecipeView
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.ingredients.models import IngredientCategory
from canteen.purchasing.ingredients.queries import IngredientView
from canteen.waste.statistics import queries as statistics

_MEAL, _LINE, _DISH, _ORDER = table(Meal), table(MealDish), table(Dish), table(Order)

# The pattern of a meal is that of so many days, if there was a menu.
_PATTERN_DAYS: Final = 28
# What is served at one of these may be served at the others; breakfast has its own dishes.
_MAIN_MEALS: Final = frozenset({Period.LUNCH.value, Period.DINNER.value, Period.OVERTIME.value})
_BREAKFAST: Final = frozenset({Period.BREAKFAST.value})
# What may be a dish's main ingredient.
_MAINS: Final = frozenset(
    {
        *(IngredientCategory.MEAT, IngredientCategory.POULTRY, IngredientCategory.AQUATIC),
        *(IngredientCategory.EGG, IngredientCategory.SOY, IngredientCategory.VEGETABLE),
        *(IngredientCategory.FUNGUS, IngredientCategory.FRUIT, IngredientCategory.DAIRY),
    }
)
_ALL_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day, one of its periods, or a dish of the library that nothing is suggested for, and why."""

    text: str
    served_on: date | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the canteen's rules say."""

    apart_days: int
    history_days: int
    variety: int
    weights: Mapping[str, int]
    budget_fen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a week is suggested from. `copied` are the meals of the last menus, put on the new days."""

    canteen_id: int
    monday: date
    settings: Settings
    limits: Limits
    slots: Sequence[MealSlot]
    skipped: Sequence[Skipped]
    candidates: Mapping[int, Candidate]
    eligible: Collection[int]
    usual: Mapping[str, Usual]
    context: Context
    copied_monday: date | None
    copied: Sequence[Served]


@dataclass(slots=True)
class _Past:
    """What the canteen's menus say, of days gone by and of those about the week."""

    counts: dict[str, dict[int, Counter[str]]] = field(default_factory=dict)
    taken: dict[str, Counter[str]] = field(default_factory=dict)
    recent: dict[str, set[int]] = field(default_factory=dict)
    offered: Counter[int] = field(default_factory=Counter)
    portions: Counter[int] = field(default_factory=Counter)
    last_on: dict[int, date] = field(default_factory=dict)
    caps: dict[int, int | None] = field(default_factory=dict)
    seen_at: dict[int, set[str]] = field(default_factory=dict)
    about: dict[int, set[date]] = field(default_factory=dict)
    fixed: dict[tuple[date, str], int] = field(default_factory=dict)


def settings_of(canteen_id: int) -> Settings:
    """The canteen's rules of suggested weeks, as they are now."""
    value = rule_queries.value
    budgets = {period.value: value(rule, canteen_id) for period, rule in rules.BUDGETS.items()}
    return Settings(
        apart_days=value(rules.APART_DAYS, canteen_id),
        history_days=value(rules.HISTORY_DAYS, canteen_id),
        variety=value(rules.VARIETY, canteen_id),
        weights={name: value(rule, canteen_id) for name, rule in rules.WEIGHTS.items()},
        budget_fen={period: fen for period, fen in budgets.items() if fen},
    )


def read(canteen_id: int, on_date: date) -> Ground:
    """What the week in which a day lies is suggested from. Raises PatternUnknown or NothingToPropose."""
    monday, settings = Calendar.week_of(on_date)[0], settings_of(canteen_id)
    past = _past(canteen_id, monday, settings)
    diners = _diners(canteen_id)
    if not past.counts:
        raise PatternUnknown(days=settings.history_days)
    slots, skipped = _slots(canteen_id, monday, settings, past, diners)
    if not slots:
        raise NothingToPropose
    records, contradicting = _records(canteen_id, monday, settings, past)
    usual = policies.usual_of(records.values())
    candidates = {
        dish_id: policies.candidate_of(record, usual, settings.weights, monday)
        for dish_id, record in records.items()
    }
    eligible = _eligible(canteen_id, set(records)) - {each for each, _ in contradicting}
    context = Context(records, diners, past.about, settings.apart_days)
    copied_monday, copied = _copied(canteen_id, monday, slots, candidates)
    mains = [candidates[each] for each in eligible if candidates[each].category in policies.MAIN]
    return Ground(
        canteen_id=canteen_id,
        monday=monday,
        settings=settings,
        limits=Limits(
            apart_days=settings.apart_days,
            variety=settings.variety,
            needs_halal=any(each.is_halal for each in mains),
            needs_vegetarian=any(each.is_vegetarian for each in mains),
        ),
        slots=slots,
        skipped=[*skipped, *(Skipped(text) for _, text in contradicting)],
        candidates=candidates,
        eligible=eligible,
        usual=usual,
        context=context,
        copied_monday=copied_monday,
        copied=copied,
    )


def _past(canteen_id: int, monday: date, settings: Settings) -> _Past:
    today, sunday = clock.today(), monday + timedelta(days=6)
    first_on = min(monday, today) - timedelta(days=settings.history_days)
    rows = reader().execute(
        select(
            *(_MEAL.c.id, _MEAL.c.served_on, _MEAL.c.period, _MEAL.c.state),
            *(_LINE.c.dish_id, _LINE.c.taken, _LINE.c.cap, _DISH.c.category),
        )
        .join_from(_MEAL, _LINE, _LINE.c.meal_id == _MEAL.c.id)
        .join(_DISH, _DISH.c.id == _LINE.c.dish_id)
        .where(
            _MEAL.c.canteen_id == canteen_id,
            _MEAL.c.served_on.between(first_on, sunday + timedelta(days=settings.apart_days)),
        )
        .order_by(_MEAL.c.served_on, _LINE.c.position, _LINE.c.id)
    )
    past = _Past()
    for meal_id, served_on, period, state, dish_id, taken, cap, category in rows:
        is_draft = state == MealState.DRAFT
        if monday <= served_on <= sunday and is_draft:
            continue  # It may be replaced by what is suggested.
        if monday <= served_on <= sunday:
            past.fixed[served_on, period] = meal_id
        past.about.setdefault(dish_id, set()).add(served_on)
        if served_on < monday:
            past.last_on[dish_id] = served_on
        if is_draft or served_on >= today:
            continue
        past.counts.setdefault(period, {}).setdefault(meal_id, Counter())[category] += 1
        past.offered[dish_id] += 1
        past.portions[dish_id] += taken
        past.taken.setdefault(period, Counter())[category] += taken
        past.caps[dish_id] = cap
        past.seen_at.setdefault(dish_id, set()).add(period)
        if served_on >= today - timedelta(days=_PATTERN_DAYS):
            past.recent.setdefault(period, set()).add(meal_id)
    return past


def _diners(canteen_id: int) -> dict[str, int]:
    """How many people as a rule order a meal of each period; rounded half up."""
    today = clock.today()
    rows = reader().execute(
        select(_ORDER.c.period, func.count(), func.count(_ORDER.c.meal_id.distinct()))
        .where(
            _ORDER.c.canteen_id == canteen_id,
            _ORDER.c.served_on.between(today - timedelta(days=_PATTERN_DAYS), today - timedelta(days=1)),
            _ORDER.c.state != OrderState.CANCELLED.value,
        )
        .group_by(_ORDER.c.period)
    )
    return {period: (2 * orders + meals) // (2 * meals) for period, orders, meals in rows}


def _slots(
    canteen_id: int, monday: date, settings: Settings, past: _Past, diners: Mapping[str, int]
) -> tuple[list[MealSlot], list[Skipped]]:
    """The meals that something is suggested for, in the days' order, and why others are left out."""
    dates = [monday + timedelta(days=each) for each in range(7)]
    calendar, today = workday_queries.calendar_for(dates[0], dates[-1]), clock.today()
    slots: list[MealSlot] = []
    skipped: list[Skipped] = []
    for on_date in dates:
        day = menu_queries.day_of(calendar, canteen_id, on_date)
        name = day_text(on_date)
        if on_date <= today:
            skipped.append(Skipped(f"{name}：当天和已过的日期不作建议", on_date))
            continue
        if not day.is_open:
            skipped.append(Skipped(f"{name}（{day.name or '休息日'}）：食堂不开放", on_date))
            continue
        for period in menu_queries.served_rules(canteen_id, on_date):
            meal = f"{name}{menu_queries.meal_name(canteen_id, on_date, period)}"
            if (on_date, period) in past.fixed:
                skipped.append(Skipped(f"{meal}：菜单已发布，保留原样", on_date, period))
                continue
            slot = _slot(on_date, period, settings, past, diners)
            if slot is None:
                skipped.append(Skipped(f"{meal}：近期没有可以参照的菜单", on_date, period))
            else:
                slots.append(slot)
    return slots, skipped


def _slot(
    on_date: date, period: str, settings: Settings, past: _Past, diners: Mapping[str, int]
) -> MealSlot | None:
    meals = past.counts.get(period, {})
    recent = past.recent.get(period) or meals.keys()
    counts = policies.pattern_of(meals[each] for each in recent)
    if not counts:
        return None
    budget = settings.budget_fen.get(period, 0) * diners.get(period, 0)
    taken = past.taken.get(period, Counter())
    portions = {each: (taken[each] + 50 * len(meals)) // (100 * len(meals)) for each in counts}
    return MealSlot(on_date, period, counts, portions, budget or None)


def _records(
    canteen_id: int, monday: date, settings: Settings, past: _Past
) -> tuple[dict[int, DishRecord], list[tuple[int, str]]]:
    """What is known of each active dish, and those whose recipe contradicts their allergens."""
    dishes = reader().execute(
        select(
            *(_DISH.c.id, _DISH.c.name, _DISH.c.category, _DISH.c.tags, _DISH.c.allergens),
            *(_DISH.c.weight_g, _DISH.c.cost_fen_per_kg),
        ).where(_DISH.c.canteen_id == canteen_id, _DISH.c.is_active)
    )
    found = {row.id: row for row in dishes}
    days = statistics.recent(settings.history_days)
    rates = {one.dish_id: one.rate for one in statistics.dishes_of([canteen_id], days)}
    ratings = rating_queries.summary(
        DISH_OF_MEAL.key,
        provider_kind=DISH,
        provider_ids=list(found),
        from_on=days.from_on,
        until_on=days.until_on,
    )
    made_of = _made_of(canteen_id, monday, found.keys())
    records: dict[int, DishRecord] = {}
    contradicting: list[tuple[int, str]] = []
    for dish_id, row in sorted(found.items()):
        rate, rating = rates.get(dish_id), ratings.get(dish_id)
        is_known = rate is not None and rate.is_enough and rate.denominator > 0
        record = DishRecord(
            dish_id=dish_id,
            name=row.name,
            category=row.category,
            tags=tuple(row.tags),
            allergens=tuple(row.allergens or ()),
            weight_g=row.weight_g,
            meals=_meals_of(past.seen_at.get(dish_id, set())),
            cap=past.caps.get(dish_id),
            cost_fen=_half_up(row.cost_fen_per_kg, row.weight_g),
            offered=past.offered[dish_id],
            taken=past.portions[dish_id],
            last_on=past.last_on.get(dish_id),
            rating=rating.average if rating is not None else None,
            ratings=rating.count if rating is not None else 0,
            left=Fraction(rate.numerator, rate.denominator) if is_known and rate is not None else None,
            main=naming.main_of(row.name),
            method=naming.method_of(row.name),
        )
        if dish_id in made_of:
            record, undeclared = _from_recipe(record, made_of[dish_id], monday, row.allergens)
            if undeclared:
                names = "、".join(undeclared)
                contradicting.append((dish_id, f"「{row.name}」的配方含有{names}，菜品未声明，未参与建议"))
        records[dish_id] = record
    return records, contradicting


@dataclass(frozen=True, slots=True)
class _Made:
    """A dish's current recipe with what follows from it and what its ingredients are."""

    recipe: RecipeView
    facts: Facts
    ingredients: Mapping[int, IngredientView]


def _made_of(canteen_id: int, monday: date, dish_ids: Collection[int]) -> dict[int, _Made]:
    recipes = recipe_queries.current(dish_ids)
    if not recipes:
        return {}
    facts = recipe_queries.facts(list(recipes.values()), canteen_id, min(monday, clock.today()))
    of = ingredient_queries.ingredients(recipe_queries.ingredients_of(recipes.values()))
    return {
        dish_id: _Made(recipe, facts[recipe.id], of)
        for dish_id, recipe in recipes.items()
        if recipe.id in facts
    }


def _from_recipe(
    record: DishRecord, made: _Made, monday: date, declared: Sequence[str] | None
) -> tuple[DishRecord, list[str]]:
    """The record with what the recipe knows better, and the allergens that the dish does not declare."""
    lines = [
        (line.raw_g, made.ingredients[line.ingredient_id])
        for line in made.recipe.lines
        if line.ingredient_id in made.ingredients
    ]
    mains = [(grams, one) for grams, one in lines if one.category in _MAINS]
    heaviest = max(mains, key=lambda pair: (pair[0], -pair[1].id))[1] if mains else None
    seasonal = [one for _, one in mains if 0 < len(one.season_months) < _ALL_YEAR]
    ripe = [one.name for one in seasonal if monday.month in one.season_months]
    cost = made.facts.cost.of(record.weight_g)
    undeclared = set(made.facts.allergens or ()) - set(declared or ())
    return (
        replace(
            record,
            cost_fen=record.cost_fen if cost is None else cost,
            main=(naming.main_of(heaviest.name) or heaviest.name) if heaviest else record.main,
            seasonal=tuple(ripe[:2]),
            is_in_season=len(ripe) == len(seasonal) if seasonal else None,
            is_halal=made.facts.is_halal,
        ),
        [name for each, name in ALLERGEN_NAMES.items() if each.value in undeclared],
    )


def _meals_of(seen_at: Collection[str]) -> frozenset[str]:
    """Where a dish may be served; one that was never served is for the main meals."""
    found: frozenset[str] = frozenset()
    if not seen_at or not _MAIN_MEALS.isdisjoint(seen_at):
        found |= _MAIN_MEALS
    return found if Period.BREAKFAST.value not in seen_at else found | _BREAKFAST


def _half_up(fen_per_kg: int | None, grams: int) -> int | None:
    return None if fen_per_kg is None else (fen_per_kg * grams + 500) // 1000


def _eligible(canteen_id: int, dish_ids: Collection[int]) -> set[int]:
    """Those that could stand on a published menu."""
    facts = menu_queries.dish_facts(canteen_id, dish_ids)
    return {
        dish_id
        for dish_id, one in facts.items()
        if one.is_active and one.price_fen is not None and one.allergens is not None
    }


def _copied(
    canteen_id: int, monday: date, slots: Sequence[MealSlot], candidates: Mapping[int, Candidate]
) -> tuple[date | None, list[Served]]:
    """What copying the last menus before the week would put on the meals that are suggested."""
    before = [each.monday for each in menu_weeks.source_weeks(canteen_id, monday) if each.monday < monday]
    if not before:
        return None, []
    source = menu_queries.source_week(canteen_id, before[0])
    dishes = {
        (weekday, meal.period): [
            candidates[line.dish_id] for line in meal.lines if line.dish_id in candidates and line.is_active
        ]
        for weekday, meals in source.items()
        for meal in meals
    }
    return before[0], [
        Served(slot, dishes.get((slot.served_on.weekday(), slot.period), [])) for slot in slots
    ]

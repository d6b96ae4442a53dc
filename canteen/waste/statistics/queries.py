"""Reads of the rollups, for whoever may see the canteens named: nothing here is scoped (`reports` is)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Integer, Table, case, cast, false, func, literal, null, select, true

from backend import clock
from backend.db import db, reader, table
from backend.identity.models import Department
from backend.rules import queries as rule_queries
from backend.workdays import queries as workday_queries
from canteen.menu import queries as menu_queries
from canteen.menu.models import Dish, Meal, MealState, Period
from canteen.menu.policies import PERIOD_ORDER
from canteen.menu.queries import canteen_names
from canteen.menu.titles import PERIOD_NAMES
from canteen.waste.models import Edible, Source, WasteDepartment, WasteDish, WasteMeal, WasteStage
from canteen.waste.statistics import departments, diners, dishes, rules
from canteen.waste.statistics.departments import DepartmentFigures, DepartmentRow, MealId
from canteen.waste.statistics.dishes import DishDay, DishFigures, DishSums
from canteen.waste.statistics.meals import Dishes, MealFacts, Summary, summarise
from canteen.waste.statistics.policies import Bucket, Span, Thresholds, days_of

_MEAL, _WASTE, _STAGE = table(Meal), table(WasteMeal), table(WasteStage)
_DISH, _DEPARTMENT = table(WasteDish), table(WasteDepartment)
# Served as weighed, else as the portions should weigh; 0 where neither is known.
SERVED: Final = case((_DISH.c.served_g > 0, _DISH.c.served_g), else_=func.coalesce(_DISH.c.portions_g, 0))
# What a row of `waste_meals` says of a meal, in the order of the columns.
_FACTS: Final = (
    *("diners_counted", "diners", "trays", "clean_trays"),
    *("rated_trays", "rated_served_g", "rated_leftover_g", "quarantined"),
)
_INEDIBLE: Final = Edible.INEDIBLE.value

Row: TypeAlias = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a series. `key` is a first day, a period or a canteen's id."""

    key: str
    title: str
    summary: Summary


def thresholds_of(canteen_ids: Iterable[int]) -> Thresholds:
    """What must stand behind a figure of these canteens: of each, the strictest demand."""
    return Thresholds.strictest(
        Thresholds(
            min_meals=rule_queries.value(rules.MIN_MEALS, one),
            min_coverage_percent=rule_queries.value(rules.MIN_COVERAGE, one),
            min_trays=rule_queries.value(rules.MIN_TRAYS, one),
            min_weighings=rule_queries.value(rules.MIN_WEIGHINGS, one),
        )
        for one in canteen_ids
    )


def summary_of(canteen_ids: Collection[int], span: Span, *, period: str | None = None) -> Summary:
    """The figures of these canteens' open meals; as `facts_of` reads them."""
    facts = facts_of(canteen_ids, span, period=period)
    return summarise(facts, span, canteen_ids, thresholds_of(canteen_ids))


def series_of(
    canteen_ids: Collection[int], span: Span, by: Bucket, *, period: str | None = None
) -> list[Point]:
    """The same divided by time, period or canteen; only where a meal was open, in order."""
    return divide(facts_of(canteen_ids, span, period=period), canteen_ids, span, by)


def divide(facts: Iterable[MealFacts], canteen_ids: Collection[int], span: Span, by: Bucket) -> list[Point]:
    """Facts that were read already as a series. One statement where canteens are to be named."""
    groups: dict[str, list[MealFacts]] = {}
    for meal in facts:
        groups.setdefault(_key(by, meal), []).append(meal)
    names = canteen_names(canteen_ids) if by is Bucket.CANTEEN else {}
    thresholds = {one: thresholds_of([one]) for one in canteen_ids}
    together = Thresholds.strictest(thresholds.values())
    points = []
    for key in sorted(groups, key=lambda each: _order(by, each)):
        one = int(key) if by is Bucket.CANTEEN else 0
        days = _within(days_of(by, date.fromisoformat(key)), span) if by in _TIMES else span
        summary = summarise(
            groups[key], days, [one] if one else canteen_ids, thresholds[one] if one else together
        )
        points.append(Point(key, names.get(one) or _title(by, key, span), summary))
    return points


def facts_of(
    canteen_ids: Collection[int], span: Span, *, period: str | None = None, is_live: bool = False
) -> list[MealFacts]:
    """What is known of each open meal of these days, by day, period and canteen.

    Meals that are over; with `is_live` also those being served. Three statements; a fourth where a published
    meal left no trace and the calendar has to say whether the canteen was open; a fifth for the diners of
    today, whom the job has not written down yet.
    """
    facts, over = _open_meals(canteen_ids, span, period, is_live=is_live)
    _read_stages(facts, canteen_ids, span, period)
    _read_dishes(facts, canteen_ids, span, period)
    _count_today(facts, canteen_ids, span)
    for key in _closed([key for key in over if not (facts[key].stages or facts[key].diners)], span):
        del facts[key]
    today = clock.today()
    # What nobody published may still be published today.
    return sorted(
        (meal for key, meal in facts.items() if key in over or (meal.stages and meal.served_on < today)),
        key=lambda meal: (meal.served_on, PERIOD_ORDER.get(meal.period, 9), meal.canteen_id),
    )


def _open_meals(
    canteen_ids: Collection[int], span: Span, period: str | None, *, is_live: bool
) -> tuple[dict[MealId, MealFacts], set[MealId]]:
    """Every meal that the rollups or the menus know, and which of them the menus say are over."""
    begun = _MEAL.c.serves_from if is_live else _MEAL.c.serves_until
    nothing = [cast(null(), Integer), cast(null(), Integer), *[literal(0)] * (len(_FACTS) - 2)]
    published = select(_MEAL.c.canteen_id, _MEAL.c.served_on, _MEAL.c.period, true(), *nothing).where(
        *_within_days(_MEAL, canteen_ids, span, period),
        _MEAL.c.state != MealState.DRAFT.value,
        begun <= clock.now(),
    )
    known = select(
        *(_WASTE.c.canteen_id, _WASTE.c.served_on, _WASTE.c.period, false()),
        *(_WASTE.c[name] for name in _FACTS),
    ).where(*_within_days(_WASTE, canteen_ids, span, period))
    facts: dict[MealId, MealFacts] = {}
    over: set[MealId] = set()
    today = clock.today()
    for canteen_id, served_on, name, is_published, *row in reader().execute(known.union_all(published)).all():
        key = (canteen_id, served_on, name)
        if is_published:
            over.add(key)
            facts.setdefault(key, MealFacts(*key))
            continue
        counted, by_pick_ups, *rest = row
        # Those of today are counted as they stand now.
        written = by_pick_ups if served_on != today else None
        facts[key] = MealFacts(*key, written if counted is None else counted, *rest)
    return facts, over


def _read_stages(
    facts: dict[MealId, MealFacts], canteen_ids: Collection[int], span: Span, period: str | None
) -> None:
    row = _STAGE.c
    statement = select(
        *(row.canteen_id, row.served_on, row.period, row.stage, row.source),
        *(row.edible, row.net_g, row.cost_fen),
    ).where(*_within_days(_STAGE, canteen_ids, span, period), row.source != Source.DISH.value, row.events > 0)
    meal = MealFacts(0, span.from_on, "")
    found = reader().execute(statement).all()
    for canteen_id, served_on, name, stage, source, edible, net_g, cost_fen in found:
        # The rows of a meal mostly come together.
        if meal.served_on != served_on or meal.period != name or meal.canteen_id != canteen_id:
            key = (canteen_id, served_on, name)
            meal = facts.get(key) or facts.setdefault(key, MealFacts(*key))
        if edible == _INEDIBLE:
            meal.add(stage, source, 0, net_g, cost_fen)
        else:
            meal.add(stage, source, net_g, 0, cost_fen)


def _read_dishes(
    facts: dict[MealId, MealFacts], canteen_ids: Collection[int], span: Span, period: str | None
) -> None:
    """The sums over dishes of which is known what was prepared and what was served."""
    sums = [func.sum(each) for each in (_DISH.c.prepared_g, SERVED, _DISH.c.unserved_g, _DISH.c.reused_g)]
    by = _DISH.c.canteen_id, _DISH.c.served_on, _DISH.c.period
    statement = select(*by, *sums).where(
        *_within_days(_DISH, canteen_ids, span, period), _DISH.c.prepared_g > 0, SERVED > 0
    )
    for canteen_id, served_on, name, *found in reader().execute(statement.group_by(*by)).all():
        meal = facts.get((canteen_id, served_on, name))
        if meal is not None:
            meal.dishes = Dishes(*map(int, found))


def _count_today(facts: dict[MealId, MealFacts], canteen_ids: Collection[int], span: Span) -> None:
    """The diners of today's meals as they are now, where nobody has counted or written them down."""
    today = clock.today()
    waiting = {key for key, meal in facts.items() if meal.served_on == today and meal.diners is None}
    if not waiting or not span.from_on <= today <= span.until_on:
        return
    found = diners.count(canteen_ids, today, today)
    for key in waiting:
        facts[key].diners = found.get(key, 0)


def _closed(keys: Collection[MealId], span: Span) -> list[MealId]:
    """Those of these meals that fall on days on which their canteen was closed."""
    if not keys:
        return []
    calendar = workday_queries.calendar_for(span.from_on, span.until_on)
    opens = {
        (canteen_id, on_date): calendar.is_workday(on_date)
        or menu_queries.opens_on_rest_days(canteen_id, on_date)
        for canteen_id, on_date, _ in keys
    }
    return [key for key in keys if not opens[key[0], key[1]]]


def dishes_of(
    canteen_ids: Collection[int], span: Span, *, dish_ids: Collection[int] | None = None
) -> list[DishFigures]:
    """The figures of every dish, or of these, served or weighed in these days, in no order; one statement."""
    statement = (
        select(Dish.id, Dish.name, Dish.category, Dish.canteen_id, *dish_sums().values())
        .join_from(_DISH, Dish, Dish.id == _DISH.c.dish_id)
        .where(*_within_days(_DISH, canteen_ids, span, None))
        .group_by(Dish.id, Dish.name, Dish.category, Dish.canteen_id)
    )
    if dish_ids is not None:
        statement = statement.where(_DISH.c.dish_id.in_(dish_ids))
    thresholds = {one: thresholds_of([one]) for one in canteen_ids}
    return [
        dishes.figures_of(row[0], row[1], row[2], row[3], DishSums(*map(int, row[4:])), thresholds[row[3]])
        for row in reader().execute(statement)
    ]


def dish_of(dish_id: int, name: str, category: str, canteen_id: int, span: Span) -> DishFigures:
    """The figures of one dish, of nothing if it was not served; one statement."""
    statement = select(*dish_sums().values()).where(
        _DISH.c.dish_id == dish_id, _DISH.c.served_on.between(span.from_on, span.until_on)
    )
    sums = DishSums(*(int(each or 0) for each in reader().execute(statement).one()))
    return dishes.figures_of(dish_id, name, category, canteen_id, sums, thresholds_of([canteen_id]))


def dish_days(dish_id: int, span: Span) -> list[DishDay]:
    """A dish meal by meal, the first one first; one statement."""
    by = _DISH.c.served_on, _DISH.c.period
    statement = (
        select(*by, *dish_sums().values())
        .where(_DISH.c.dish_id == dish_id, _DISH.c.served_on.between(span.from_on, span.until_on))
        .group_by(*by)
        .order_by(_DISH.c.served_on)
    )
    found = [
        dishes.day_of(row[0], row[1], DishSums(*map(int, row[2:]))) for row in reader().execute(statement)
    ]
    return sorted(found, key=lambda one: (one.date, PERIOD_ORDER.get(one.period, 9)))


def dish_sums() -> dict[str, ColumnElement[Any]]:
    """The columns of `DishSums` over grouped rows of `waste_dishes`, in its order."""
    row = _DISH.c
    left, over = (row.leftovers > 0) & (SERVED > 0), (row.prepared_g > 0) & (SERVED > 0)
    back = (row.unserved_weighings > 0) & (row.prepared_g > 0)

    def where(condition: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
        return func.sum(case((condition, value), else_=0))

    return {
        "meals": func.count(),
        "prepared_g": func.sum(row.prepared_g),
        "served_g": func.sum(SERVED),
        "weighed_meals": where(row.served_g > 0, 1),
        "portion_meals": where((row.served_g <= 0) & (row.portions_g > 0), 1),
        "leftover_g": func.sum(row.leftover_g),
        "weighings": func.sum(row.leftovers),
        "unserved_g": func.sum(row.unserved_g),
        "reused_g": func.sum(row.reused_g),
        "cost_fen": func.sum(row.cost_fen),
        "left_meals": where(left, 1),
        "left_g": where(left, row.leftover_g),
        "left_served_g": where(left, SERVED),
        "over_meals": where(over, 1),
        "over_g": where(over, row.prepared_g - SERVED),
        "over_served_g": where(over, SERVED),
        "back_meals": where(back, 1),
        "back_g": where(back, row.unserved_g),
        "back_prepared_g": where(back, row.prepared_g),
    }


def departments_of(canteen_ids: Collection[int], span: Span) -> list[DepartmentFigures]:
    """What may be shown of the departments whose diners' trays were weighed, by name.

    Not of today: while trays come back, what two answers differ by is one diner's.
    """
    row = _DEPARTMENT.c
    on_meal = (
        (_WASTE.c.canteen_id == row.canteen_id)
        & (_WASTE.c.served_on == row.served_on)
        & (_WASTE.c.period == row.period)
    )
    statement = (
        select(
            *(row.canteen_id, row.served_on, row.period, _WASTE.c.trays),
            *(row.department_id, row.trays, row.clean_trays, row.leftover_g),
        )
        .join_from(_DEPARTMENT, _WASTE, on_meal)
        .where(
            *_within_days(_DEPARTMENT, canteen_ids, span, None),
            row.served_on < clock.today(),
            row.trays >= departments.FEWEST,
        )
    )
    meals: dict[MealId, tuple[int, list[DepartmentRow]]] = {}
    for canteen_id, served_on, period, trays, *rest in reader().execute(statement):
        meals.setdefault((canteen_id, served_on, period), (trays, []))[1].append(DepartmentRow(*rest))
    if not meals:
        return []
    ids = {one.department_id for _, rows in meals.values() for one in rows}
    found = db.session.execute(select(Department.id, Department.name).where(Department.id.in_(ids)))
    names = {row[0]: row[1] for row in found}
    opened = len(facts_of(canteen_ids, span))
    return departments.figures_of(meals, names, opened, thresholds_of(canteen_ids))


def names_of(canteen_ids: Collection[int]) -> dict[int, str]:
    """The canteens' names."""
    return canteen_names(canteen_ids)


def _within_days(
    of: Table, canteen_ids: Collection[int], span: Span, period: str | None
) -> list[ColumnElement[bool]]:
    # One canteen by equality, so that the key is read as a range.
    one = next(iter(canteen_ids)) if len(canteen_ids) == 1 else None
    mine = of.c.canteen_id == one if one is not None else of.c.canteen_id.in_(canteen_ids)
    found: list[ColumnElement[bool]] = [mine, of.c.served_on.between(span.from_on, span.until_on)]
    return [*found, of.c.period == period] if period is not None else found


_TIMES: Final = frozenset({Bucket.DAY, Bucket.WEEK, Bucket.MONTH})


def _key(by: Bucket, meal: MealFacts) -> str:
    if by is Bucket.PERIOD:
        return meal.period
    if by is Bucket.CANTEEN:
        return str(meal.canteen_id)
    return days_of(by, meal.served_on).from_on.isoformat()


def _order(by: Bucket, key: str) -> Any:
    if by is Bucket.PERIOD:
        return PERIOD_ORDER.get(key, 9)
    return int(key) if by is Bucket.CANTEEN else key


def _within(days: Span, span: Span) -> Span:
    """The days of a week or a month that lie within what was asked for."""
    return Span(max(days.from_on, span.from_on), min(days.until_on, span.until_on))


def _title(by: Bucket, key: str, span: Span) -> str:
    if by is Bucket.PERIOD:
        return PERIOD_NAMES[Period(key)]
    if by is Bucket.CANTEEN:
        return f"食堂 {key}"
    day = date.fromisoformat(key)
    if by is Bucket.MONTH:
        return f"{day.year}年{day.month}月"
    if by is Bucket.WEEK:
        days = _within(days_of(by, day), span)
        return f"{days.from_on:%m-%d} 至 {days.until_on:%m-%d}"
    return day.isoformat()


def recent(days: int) -> Span:
    """The last days that are over, yesterday the last of them."""
    yesterday = clock.today() - timedelta(days=1)
    return Span(yesterday - timedelta(days=days - 1), yesterday)

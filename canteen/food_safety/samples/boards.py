"""Which dishes of a meal need a sample, and which lack one: the menu and the receptions less the samples."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page
from canteen.food_safety import reach
from canteen.food_safety.samples import policies, queries
from canteen.food_safety.samples.errors import TooManyDays
from canteen.food_safety.samples.models import FoodSample, SampleWaiver
from canteen.food_safety.samples.policies import ORIGIN_NAMES, Origin
from canteen.food_safety.samples.queries import SampleView
from canteen.menu.models import Canteen, Dish, Meal, MealDish, MealState, Period
from canteen.menu.policies import PERIOD_ORDER
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.receptions.models import Reception, ReceptionDish, ReceptionState

_SERVING = (ReceptionState.APPROVED.value, ReceptionState.SERVED.value, ReceptionState.SETTLED.value)
# (canteen, day, period)
MealKey = tuple[int, date, str]


@dataclass(frozen=True, slots=True)
class Served:
    """A dish of a meal that needs a sample; `serves_from` is when the meal begins."""

    canteen_id: int
    date: date
    period: str
    serves_from: datetime | None
    dish_id: int
    name: str
    category: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Missing:
    """A dish of a meal without a sample."""

    canteen_id: int
    canteen_name: str
    date: date
    period: str
    dish_id: int
    dish_name: str
    origin: Origin

    @property
    def period_name(self) -> str:
        """The meal in Chinese."""
        return PERIOD_NAMES[Period(self.period)]

    @property
    def origin_name(self) -> str:
        """Where it was served, in Chinese."""
        return ORIGIN_NAMES[self.origin]


@dataclass(frozen=True, slots=True)
class WaiverView:
    """Why a dish needs no sample."""

    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class SheetDish:
    """A dish of a meal with its samples."""

    dish_id: int
    name: str
    category: str
    origin: str
    samples: Sequence[SampleView]
    waiver: WaiverView | None
    is_missing: bool


@dataclass(frozen=True, slots=True)
class SheetMeal:
    """A meal with its dishes."""

    period: str
    serves_from: datetime | None
    missing: int
    dishes: Sequence[SheetDish]

    @property
    def period_name(self) -> str:
        """The meal in Chinese."""
        return PERIOD_NAMES[Period(self.period)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day's meals: what one taps through."""

    canteen_id: int
    canteen_name: str
    date: date
    minimum_g: int
    usual_g: int
    hours: int
    fridges: Sequence[str]
    meals: Sequence[SheetMeal]


def served(canteen_ids: Collection[int], from_on: date, until_on: date) -> list[Served]:
    """The dishes of published meals and of receptions that take place; both dates included.

    A dish that a meal and a reception share is told once. Two statements.
    """
    menu = db.session.execute(
        select(
            Meal.canteen_id, Meal.served_on, Meal.period, Meal.serves_from, Dish.id, Dish.name, Dish.category
        )
        .join(MealDish, MealDish.meal_id == Meal.id)
        .join(Dish, Dish.id == MealDish.dish_id)
        .where(
            Meal.canteen_id.in_(canteen_ids),
            Meal.served_on >= from_on,
            Meal.served_on <= until_on,
            Meal.state != MealState.DRAFT.value,
        )
        .order_by(Meal.served_on, Meal.canteen_id, MealDish.position, MealDish.id)
    )
    found = {(row[0], row[1], row[2], row[4]): Served(*row, Origin.MENU) for row in menu}
    # What was served, once it is known; before that, what is planned.
    is_known = Reception.entry_id.is_not(None)
    receptions = db.session.execute(
        select(
            Reception.canteen_id,
            Reception.served_on,
            Reception.period,
            Reception.serves_from,
            Dish.id,
            Dish.name,
            Dish.category,
        )
        .join(ReceptionDish, ReceptionDish.reception_id == Reception.id)
        .join(Dish, Dish.id == ReceptionDish.dish_id)
        .where(
            Reception.canteen_id.in_(canteen_ids),
            Reception.served_on >= from_on,
            Reception.served_on <= until_on,
            Reception.state.in_(_SERVING),
            or_(and_(is_known, ReceptionDish.is_actual), and_(~is_known, ~ReceptionDish.is_actual)),
        )
        .order_by(Reception.served_on, Reception.canteen_id, ReceptionDish.id)
    )
    for row in receptions:
        found.setdefault((row[0], row[1], row[2], row[4]), Served(*row, Origin.RECEPTION))
    return list(found.values())


def lacking(canteen_ids: Collection[int], from_on: date, until_on: date) -> list[Served]:
    """The served dishes that have neither a sample nor a waiver; four statements."""
    settled = set()
    for table in (FoodSample, SampleWaiver):
        statement = select(table.canteen_id, table.served_on, table.period, table.dish_id).where(
            table.canteen_id.in_(canteen_ids), table.served_on >= from_on, table.served_on <= until_on
        )
        if table is FoodSample:
            statement = statement.where(FoodSample.voided_at.is_(None))
        settled |= {tuple(row) for row in db.session.execute(statement)}
    return [
        each
        for each in served(canteen_ids, from_on, until_on)
        if (each.canteen_id, each.date, each.period, each.dish_id) not in settled
    ]


def missing_of(canteens: Collection[Canteen], from_on: date, until_on: date) -> list[Missing]:
    """What lacks a sample of the meals that have begun, the latest day first."""
    names = {canteen.id: canteen.name for canteen in canteens}
    now = clock.now()
    found = [
        Missing(
            each.canteen_id,
            names[each.canteen_id],
            each.date,
            each.period,
            each.dish_id,
            each.name,
            each.origin,
        )
        for each in lacking(names, from_on, min(until_on, clock.today()))
        if each.serves_from is not None and each.serves_from <= now
    ]
    return sorted(found, key=lambda each: (-each.date.toordinal(), PERIOD_ORDER[Period(each.period)]))


def list_missing(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    from_date: date,
    to_date: date,
    page: int,
    page_size: int,
) -> Page:
    """What lacks a sample in a period of at most `MOST_DAYS`. Raises CanteenNotFound or TooManyDays."""
    if not timedelta(0) <= to_date - from_date < timedelta(days=policies.MOST_DAYS):
        raise TooManyDays(most=policies.MOST_DAYS)
    canteens = reach.find_canteens(actor, canteen_id, Permission.SAFETY_READ)
    found = missing_of(canteens, from_date, to_date)
    begin = (page - 1) * page_size
    return Page(found[begin : begin + page_size], len(found), page, page_size)


def get_sheet(actor: Actor, *, canteen_id: int, on: date, period: Period | None = None) -> Sheet:
    """The dishes of a day's meals with their samples. Raises CanteenNotFound."""
    canteen = reach.get_canteen(actor, canteen_id, *reach.READERS)
    samples: dict[tuple[str, int], list[SampleView]] = {}
    for sample in queries.samples_of_meals(actor, canteen_id=canteen_id, on=on, period=period):
        samples.setdefault((sample.period, sample.dish_id), []).append(sample)
    waivers = {
        (waiver.period, waiver.dish_id): WaiverView(waiver.id, waiver.reason)
        for waiver in db.session.scalars(
            select(SampleWaiver).where(SampleWaiver.canteen_id == canteen_id, SampleWaiver.served_on == on)
        )
    }
    meals: dict[str, list[Served]] = {}
    for each in served([canteen_id], on, on):
        if period is None or each.period == period.value:
            meals.setdefault(each.period, []).append(each)
    limits = queries.limits_of(canteen_id)
    return Sheet(
        canteen_id=canteen.id,
        canteen_name=canteen.name,
        date=on,
        minimum_g=limits.minimum_g,
        usual_g=limits.usual_g,
        hours=limits.hours,
        fridges=queries.fridges_used(canteen_id),
        meals=[
            _meal(name, meals[name], samples, waivers)
            for name in sorted(meals, key=lambda name: PERIOD_ORDER[Period(name)])
        ],
    )


def _meal(
    period: str,
    dishes: Sequence[Served],
    samples: Mapping[tuple[str, int], Sequence[SampleView]],
    waivers: Mapping[tuple[str, int], WaiverView],
) -> SheetMeal:
    lines = []
    for each in dishes:
        key = (period, each.dish_id)
        own, waiver = samples.get(key, ()), waivers.get(key)
        is_missing = not own and waiver is None
        lines.append(
            SheetDish(each.dish_id, each.name, each.category, each.origin.value, own, waiver, is_missing)
        )
    begins = min((each.serves_from for each in dishes if each.serves_from is not None), default=None)
    return SheetMeal(period, begins, sum(line.is_missing for line in lines), lines)

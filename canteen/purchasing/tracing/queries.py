"""Traces. Unscoped: `services` asks whether the actor may know."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import and_, select

from backend import clock
from backend.db import reader, table
from canteen.menu.models import Canteen, Dish, Meal, MealDish
from canteen.menu.policies import PERIOD_ORDER
from canteen.ordering.models import Order, OrderLine, OrderState
from canteen.ordering.receptions.models import (
    Reception,
    ReceptionCompanion,
    ReceptionDish,
    ReceptionState,
)
from canteen.purchasing.stock import queries as stock
from canteen.purchasing.stock import receipts
from canteen.purchasing.stock.models import Movement, MovementKind, ReceiptLine
from canteen.purchasing.stock.queries import BatchView
from canteen.purchasing.stock.receipts import LineView, ReceiptView
from canteen.purchasing.tracing import ground, people, policies
from canteen.purchasing.tracing.errors import TraceNotFound
from canteen.purchasing.tracing.policies import UNNAMED_DAYS, KnownMeal, Reached

_MOVEMENT, _MEAL, _OFFER = table(Movement), table(Meal), table(MealDish)
_ORDER, _LINE = table(Order), table(OrderLine)
_RECEPTION, _COMPANION = table(Reception), table(ReceptionCompanion)
_PLATTER = table(ReceptionDish)
_GOES_OUT: Final = (MovementKind.ISSUE.value, MovementKind.RETURN.value)
_RECEIVED: Final = (ReceptionState.SERVED.value, ReceptionState.SETTLED.value)
# SQLite takes 32,766 values in a statement.
_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedDish:
    """A dish that a batch reached, certainly or perhaps; `grams` were issued for it by name."""

    meal_id: int
    dish_id: int
    name: str
    grams: int
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedMeal:
    """A meal that batches reached.

    `is_named`: an issue was for it. `diners` ate of the dishes (members of staff), `guests` came to
    receptions, `booked` have ordered and not eaten yet.
    """

    meal_id: int
    canteen_id: int
    canteen: str
    served_on: date
    period: str
    grams: int
    is_named: bool
    dishes: Sequence[ReachedDish]
    diners: int
    guests: int
    booked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What batches reached. `diners` counts each person once, over all meals."""

    batches: Sequence[BatchView]
    issued_g: int
    unnamed_g: int
    meals: Sequence[ReachedMeal]
    diners: int
    guests: int
    booked: int

    @property
    def dishes(self) -> list[ReachedDish]:
        """The dishes of all meals, each once for each meal."""
        return [dish for meal in self.meals for dish in meal.dishes]

    @property
    def dish_count(self) -> int:
        """How many different dishes were reached."""
        return len({dish.dish_id for dish in self.dishes})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """A batch of which a dish or meal was made, with the line of the receipt by which it came.

    `is_certain`: an issue for the meal names the dish or, of a whole meal, the meal.
    """

    batch: BatchView
    grams: int
    is_certain: bool
    receipt: ReceiptView | None
    line: LineView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Of which batches a dish, or a whole meal, was made."""

    meal_id: int
    canteen_id: int
    canteen: str
    served_on: date
    period: str
    dish_id: int | None
    dish: str
    ingredients: Sequence[Ingredient]


# Forward


def forward(batch_ids: Collection[int]) -> Reach:
    """What these batches reached. A dozen statements, whatever they reached."""
    batches = stock.views_of(batch_ids)
    issues = ground.issued(_MOVEMENT.c.batch_id.in_(batch_ids))
    meals, reached = ground.reached_by(issues)
    scope = ground.scope_of(meals, reached)
    counts = people.counts(scope)
    beside = people.beside(meals, reached)
    guests = people.guests(meals, reached)
    by_meal: dict[int, set[int]] = {}
    for meal_id, staff_id, _ in beside:
        by_meal.setdefault(meal_id, set()).add(staff_id)
    extra = people.without_order(by_meal, scope)
    names = _dish_names(reached)
    canteens = _canteens({meal.canteen_id for meal in meals.values()})
    told = [
        ReachedMeal(
            meal_id=meal.id,
            canteen_id=meal.canteen_id,
            canteen=canteens[meal.canteen_id],
            served_on=meal.served_on,
            period=meal.period,
            grams=reached[meal.id].grams,
            is_named=reached[meal.id].is_named,
            dishes=_dishes(meal.id, reached[meal.id], names),
            diners=counts.get((meal.id, OrderState.PICKED_UP.value), 0) + len(extra.get(meal.id, ())),
            guests=guests.get(meal.id, 0),
            booked=counts.get((meal.id, OrderState.BOOKED.value), 0),
        )
        for meal in sorted(meals.values(), key=_meal_order)
        if meal.id in reached
    ]
    return Reach(
        batches=batches,
        issued_g=sum(issued.grams for issued in issues),
        unnamed_g=sum(issued.grams for issued in issues if issued.meal_id is None),
        meals=told,
        diners=len(people.who_picked_up(scope) | {staff_id for _, staff_id, _ in beside}),
        guests=sum(meal.guests for meal in told),
        booked=sum(meal.booked for meal in told),
    )


def reached_dishes(batch_ids: Collection[int]) -> set[tuple[int, int]]:
    """(meal, dish) of all that these batches may have reached, without asking who ate it."""
    meals, reached = ground.reached_by(ground.issued(_MOVEMENT.c.batch_id.in_(batch_ids)))
    return {(meal_id, dish_id) for meal_id in meals for dish_id in _reached_of(reached, meal_id)}


# Backward


def backward(dish_id: int, served_on: date, period: str) -> Made:
    """Of which batches a dish was made for a meal. Raises TraceNotFound."""
    row = reader().execute(select(Dish.name, Dish.canteen_id).where(Dish.id == dish_id)).one_or_none()
    if row is None:
        raise TraceNotFound
    found = ground.meals_of(
        _MEAL.c.canteen_id == row.canteen_id, _MEAL.c.served_on == served_on, _MEAL.c.period == period
    )
    meal = next((each for each in found.values() if dish_id in each.dish_ids), None)
    if meal is None:
        raise TraceNotFound
    return _made(meal, dish_id, row.name)


def backward_meal(meal_id: int) -> Made:
    """Of which batches all dishes of a meal were made. Raises TraceNotFound."""
    meal = ground.meals_of(_MEAL.c.id == meal_id).get(meal_id)
    if meal is None:
        raise TraceNotFound
    return _made(meal, None, "")


def _made(meal: KnownMeal, dish_id: int | None, dish: str) -> Made:
    since = clock.at_local(meal.first_on, time.min)
    until = clock.at_local(meal.served_on + timedelta(days=1), time.min)
    unnamed = and_(
        _MOVEMENT.c.canteen_id == meal.canteen_id,
        _MOVEMENT.c.meal_id.is_(None),
        _MOVEMENT.c.at >= since,
        _MOVEMENT.c.at < until + timedelta(days=UNNAMED_DAYS),
    )
    issues = [
        issued
        for issued in [*ground.issued(_MOVEMENT.c.meal_id == meal.id), *ground.issued(unnamed)]
        if policies.may_serve(issued, meal)
    ]
    grams: dict[int, int] = {}
    certain: set[int] = set()
    with_it = ground.dishes_with(issues, [meal])
    for issued in issues:
        reached = policies.reach([issued], [meal], with_it).get(meal.id)
        if reached is None or (dish_id is not None and dish_id not in reached.dish_ids):
            continue
        grams[issued.batch_id] = grams.get(issued.batch_id, 0) + issued.grams
        if dish_id in reached.certain or (dish_id is None and issued.meal_id is not None):
            certain.add(issued.batch_id)
    return Made(
        meal_id=meal.id,
        canteen_id=meal.canteen_id,
        canteen=_canteens({meal.canteen_id})[meal.canteen_id],
        served_on=meal.served_on,
        period=meal.period,
        dish_id=dish_id,
        dish=dish,
        ingredients=_ingredients(grams, certain),
    )


def _ingredients(grams: Mapping[int, int], certain: Collection[int]) -> list[Ingredient]:
    batches = stock.views_of(grams)
    line_ids = [batch.receipt_line_id for batch in batches if batch.receipt_line_id is not None]
    receipt_ids = reader().execute(
        select(ReceiptLine.receipt_id).where(ReceiptLine.id.in_(line_ids)).distinct()
    )
    came = {
        line.id: (receipt, line)
        for receipt in receipts.views_of(list(receipt_ids.scalars()))
        for line in receipt.lines
    }
    made = []
    for batch in sorted(batches, key=lambda batch: (batch.id not in certain, batch.ingredient, batch.id)):
        receipt, line = came.get(batch.receipt_line_id or 0, (None, None))
        made.append(
            Ingredient(
                batch=batch,
                grams=grams[batch.id],
                is_certain=batch.id in certain,
                receipt=receipt,
                line=line,
            )
        )
    return made


# Pieces


def _dishes(meal_id: int, reached: Reached, names: Mapping[int, str]) -> list[ReachedDish]:
    return [
        ReachedDish(
            meal_id=meal_id,
            dish_id=dish_id,
            name=names[dish_id],
            grams=reached.certain.get(dish_id, 0),
            is_certain=dish_id in reached.certain,
        )
        for dish_id in sorted(reached.dish_ids, key=lambda each: (each not in reached.certain, each))
    ]


def _reached_of(reached: Mapping[int, Reached], meal_id: int) -> set[int]:
    return reached[meal_id].dish_ids if meal_id in reached else set()


def _dish_names(reached: Mapping[int, Reached]) -> dict[int, str]:
    dish_ids = {dish_id for one in reached.values() for dish_id in one.dish_ids}
    rows = reader().execute(select(Dish.id, Dish.name).where(Dish.id.in_(dish_ids)))
    return dict(rows.all())


def _canteens(canteen_ids: Collection[int]) -> dict[int, str]:
    rows = reader().execute(select(Canteen.id, Canteen.name).where(Canteen.id.in_(canteen_ids)))
    return dict(rows.all())


def _meal_order(meal: KnownMeal) -> tuple[date, int, int]:
    return meal.served_on, PERIOD_ORDER[meal.period], meal.id

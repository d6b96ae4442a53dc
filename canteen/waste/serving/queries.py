"""Reads of meals by weight: what was taken at which price, and who is due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from backend import clock
from backend.db import db
from backend.money import yuan
from backend.rules import queries as rule_queries
from canteen.accounts.models import AccountBalance
from canteen.menu.models import Canteen, Dish, DishPrice, Meal, MealDish, MealState, Portion
from canteen.ordering import queries as ordering_queries
from canteen.ordering.models import Order, OrderLine, OrderState, Origin
from canteen.ordering.policies import Line
from canteen.waste.models import Edible, Kind, Status, TrayBinding, Weighing
from canteen.waste.serving import policies
from canteen.waste.serving.errors import BalanceLow, UnpaidMeal
from canteen.waste.serving.models import WeighedMeal
from canteen.waste.serving.policies import Bound, Helping, Priced, Returned, Taken
from canteen.waste.serving.rules import BY_WEIGHT, LATE_DAYS, MINIMUM_FEN, SETTLE_MINUTES

# The job that runs all the time looks at so many days; what is older waits for the night.
RECENT: Final = timedelta(days=1)

IS_WEIGHED: Final = and_(Order.origin == Origin.BY_WEIGHT.value, Order.state != OrderState.CANCELLED.value)
# An objection that nobody has answered.
IS_OBJECTED: Final = and_(WeighedMeal.objected_at.is_not(None), WeighedMeal.answered_at.is_(None))


@dataclass(frozen=True, slots=True)
class ServedMeal:
    """A meal of a canteen that serves by weight, as the scales and the menu know it."""

    meal_id: int
    canteen_id: int
    canteen_name: str
    served_on: date
    period: str
    serves_from: datetime


def is_by_weight(canteen_id: int, at: datetime) -> bool:
    """Whether the canteen charges by weight at that instant."""
    return rule_queries.value(BY_WEIGHT, canteen_id, at=at)


def ensure_can_pay(staff_id: int, canteen_id: int) -> None:
    """Raise UnpaidMeal while an earlier meal is owed, and BalanceLow below what the canteen asks for."""
    owed = db.session.scalar(
        select(func.sum(WeighedMeal.owed_fen))
        .join(Order, Order.id == WeighedMeal.order_id)
        .where(Order.staff_id == staff_id, WeighedMeal.owed_fen > 0)
    )
    if owed:
        raise UnpaidMeal(owed=yuan(int(owed)), owed_fen=int(owed))
    minimum_fen = rule_queries.value(MINIMUM_FEN, canteen_id)
    held_fen = db.session.scalar(
        select(func.sum(AccountBalance.balance_fen)).where(AccountBalance.staff_id == staff_id)
    )
    if int(held_fen or 0) < minimum_fen:
        raise BalanceLow(minimum=yuan(minimum_fen), minimum_fen=minimum_fen)


def begins_at(canteen_id: int, served_on: date, period: str) -> datetime | None:
    """When the service of a published meal begins, by whose rules it is charged; None without one."""
    return db.session.scalar(
        select(Meal.serves_from).where(
            Meal.canteen_id == canteen_id,
            Meal.served_on == served_on,
            Meal.period == period,
            Meal.state != MealState.DRAFT.value,
        )
    )


def late_from(canteen_id: int, today: date) -> date:
    """The first day of which late helpings are still charged."""
    return today - timedelta(days=rule_queries.value(LATE_DAYS, canteen_id))


def meals_to_settle(now: datetime, *, all_days: bool) -> list[ServedMeal]:
    """The meals at which known people had trays, of canteens that charged by weight, the earliest first.

    Those of today and yesterday, or with `all_days` of all days of which late helpings are charged.
    """
    today = clock.local(now).date()
    longest = LATE_DAYS.kind.bounds
    most = timedelta(days=longest[1] if longest else LATE_DAYS.default)
    rows: Any = db.session.execute(
        select(Meal.id, Meal.canteen_id, Canteen.name, Meal.served_on, Meal.period, Meal.serves_from)
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(
            Meal.served_on.between(today - (most if all_days else RECENT), today),
            Meal.state != MealState.DRAFT.value,
            exists().where(
                TrayBinding.canteen_id == Meal.canteen_id,
                TrayBinding.served_on == Meal.served_on,
                TrayBinding.period == Meal.period,
                TrayBinding.staff_id.is_not(None),
            ),
        )
        .order_by(Meal.serves_from, Meal.id)
    )
    return [
        meal
        for meal in (ServedMeal(*row) for row in rows)
        if is_by_weight(meal.canteen_id, meal.serves_from)
        and meal.served_on >= late_from(meal.canteen_id, today)
    ]


def taken_at(meal: ServedMeal, staff_id: int | None = None) -> dict[int, Taken]:
    """What each known person took at a meal, or that one person; two statements."""
    of_meal = (
        TrayBinding.canteen_id == meal.canteen_id,
        TrayBinding.served_on == meal.served_on,
        TrayBinding.period == meal.period,
    )
    own = select(TrayBinding.container_id).where(*of_meal, TrayBinding.staff_id.is_not(None))
    if staff_id is not None:
        own = own.where(TrayBinding.staff_id == staff_id)
    # Whoever else had one of these trays at the meal, too: their binding ends that of the person before.
    bounds = [
        Bound(*row)
        for row in db.session.execute(
            select(
                TrayBinding.id, TrayBinding.container_id, TrayBinding.bound_at, TrayBinding.staff_id
            ).where(*of_meal, TrayBinding.container_id.in_(own))
        )
    ]
    helpings, returns = _events(meal, own)
    taken = policies.taken_by_person(bounds, helpings, returns)
    return taken if staff_id is None else {key: each for key, each in taken.items() if key == staff_id}


def _events(meal: ServedMeal, containers: Select[Any]) -> tuple[list[Helping], list[Returned]]:
    taken_back = aliased(Weighing)
    rows = db.session.execute(
        select(Weighing.kind, Weighing.container_id, Weighing.captured_at, Weighing.dish_id, Weighing.net_g)
        .where(
            Weighing.canteen_id == meal.canteen_id,
            Weighing.served_on == meal.served_on,
            Weighing.period == meal.period,
            Weighing.container_id.in_(containers),
            Weighing.kind.in_([Kind.SERVE_DELTA.value, Kind.TRAY_RETURN.value]),
            Weighing.status == Status.OK.value,
            Weighing.edible != Edible.INEDIBLE.value,
            ~exists().where(taken_back.void_of == Weighing.id),
        )
        .order_by(Weighing.id)
    )
    helpings, returns = [], []
    for kind, container_id, at, dish_id, grams in rows:
        if container_id is None:
            continue
        if kind == Kind.TRAY_RETURN:
            returns.append(Returned(container_id, at))
        elif dish_id is not None:
            helpings.append(Helping(container_id, at, dish_id, grams))
    return helpings, returns


def sold_by_weight(meal: ServedMeal) -> dict[int, Priced]:
    """The dishes of the meal's menu that had a price of the kilogram when its service began, by id.

    Two statements.
    """
    dishes: Any = db.session.execute(
        select(MealDish.id, Dish.id, Dish.name, Dish.price_fen_per_kg)
        .join(Dish, Dish.id == MealDish.dish_id)
        .where(MealDish.meal_id == meal.meal_id)
    ).all()
    history: dict[int, list[tuple[datetime, int | None]]] = {}
    for dish_id, valid_from, price_fen in db.session.execute(
        select(DishPrice.dish_id, DishPrice.valid_from, DishPrice.price_fen)
        .where(DishPrice.dish_id.in_([row[1] for row in dishes]), DishPrice.portion == Portion.WEIGHT.value)
        .order_by(DishPrice.valid_from, DishPrice.id)
    ):
        history.setdefault(dish_id, []).append((valid_from, price_fen))
    found = {}
    for meal_dish_id, dish_id, name, present in dishes:
        # A dish that was made before prices by weight were kept has the one it has.
        price = _price_at(history[dish_id], meal.serves_from) if dish_id in history else present
        if price is not None:
            found[dish_id] = Priced(meal_dish_id, dish_id, name, price)
    return found


def _price_at(history: Sequence[tuple[datetime, int | None]], at: datetime) -> int | None:
    before = [price for valid_from, price in history if valid_from <= at]
    return before[-1] if before else None


def lines_at(meal: ServedMeal) -> dict[int, list[Line]]:
    """The lines of the meal's orders by weight, by person; one statement."""
    rows = db.session.execute(
        select(Order.staff_id, OrderLine)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.meal_id == meal.meal_id, IS_WEIGHED)
        .order_by(OrderLine.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[Line]] = {}
    for staff_id, line in rows:
        found.setdefault(staff_id, []).append(ordering_queries.line_of(line))
    return found


def known_at(meal: ServedMeal) -> set[int]:
    """The people whose trays of a meal are still known as theirs."""
    found = db.session.scalars(
        select(TrayBinding.staff_id).where(
            TrayBinding.canteen_id == meal.canteen_id,
            TrayBinding.served_on == meal.served_on,
            TrayBinding.period == meal.period,
            TrayBinding.staff_id.is_not(None),
        )
    )
    return {staff_id for staff_id in found if staff_id is not None}


def due_at(meal: ServedMeal, now: datetime) -> list[int]:
    """Whose meal should cost something else than it does, and is over; by rising person. Five statements."""
    wait = timedelta(minutes=rule_queries.value(SETTLE_MINUTES, meal.canteen_id, at=meal.serves_from))
    taken, priced, lines = taken_at(meal), sold_by_weight(meal), lines_at(meal)
    due = []
    for staff_id in sorted(known_at(meal)):
        of_person = taken.get(staff_id)
        before = lines.get(staff_id, [])
        wanted = policies.lines_of(of_person.grams, keep_prices(priced, before)) if of_person else []
        is_over = of_person is None or of_person.is_due(now, wait)
        if is_over and not policies.is_same(wanted, before):
            due.append(staff_id)
    return due


def keep_prices(priced: Mapping[int, Priced], before: Collection[Line]) -> dict[int, Priced]:
    """The prices, where a dish that has been charged keeps the one that it was charged at."""
    kept = {
        line.dish_id: Priced(line.meal_dish_id, line.dish_id, line.dish_name, line.price_fen_per_kg)
        for line in before
        if line.price_fen_per_kg is not None
    }
    return {**priced, **kept}


def department_at(meal: ServedMeal, staff_id: int) -> int | None:
    """The department of the person's first tray at the meal."""
    return db.session.scalar(
        select(TrayBinding.department_id)
        .where(
            TrayBinding.staff_id == staff_id,
            TrayBinding.canteen_id == meal.canteen_id,
            TrayBinding.served_on == meal.served_on,
            TrayBinding.period == meal.period,
        )
        .order_by(TrayBinding.bound_at)
        .limit(1)
    )


def payable() -> list[int]:
    """Owed meals whose diners have the money by now, the oldest first."""
    held = (
        select(AccountBalance.staff_id, func.sum(AccountBalance.balance_fen).label("fen"))
        .group_by(AccountBalance.staff_id)
        .where(
            AccountBalance.staff_id.in_(
                select(Order.staff_id)
                .join(WeighedMeal, WeighedMeal.order_id == Order.id)
                .where(WeighedMeal.owed_fen > 0)
            )
        )
        .subquery()
    )
    return list(
        db.session.scalars(
            select(WeighedMeal.order_id)
            .join(Order, Order.id == WeighedMeal.order_id)
            .join(held, held.c.staff_id == Order.staff_id)
            .where(WeighedMeal.owed_fen > 0, WeighedMeal.owed_fen <= held.c.fen)
            .order_by(WeighedMeal.order_id)
        )
    )

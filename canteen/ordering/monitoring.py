"""What managers watch: how the meals of a day stand, who ordered what, and how many came.

Departments with fewer than five people at the table are not told apart (国办函〔2026〕12号: statistics rank
canteens and departments, never a diner).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import selectinload

from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Department, Staff
from backend.paging import Page, paginate
from canteen.menu import policies as menu_policies
from canteen.menu import queries as menu_queries
from canteen.menu.errors import CanteenNotFound, MealNotFound
from canteen.menu.models import FULL_PORTION, Canteen, Dish, Meal, MealDish, MealState, Period
from canteen.menu.policies import PERIOD_ORDER
from canteen.ordering.models import Order, OrderLine, OrderState

SMALLEST_DEPARTMENT = 5
OTHERS = "其他部门"
# From which share of its cap on a dish is about to run out, in per cent.
RUNNING_OUT_PERCENT = 90

SORTS = {
    "placed": (Order.placed_at, Order.id),
    "name": (Staff.name, Order.id),
    "staff_no": (Staff.staff_no, Order.id),
    "total": (Order.total_fen, Order.id),
    "picked_up": (Order.picked_up_at, Order.id),
}


@dataclass(frozen=True, slots=True)
class MealCounts:
    """A meal and how many orders of it stand how; cancelled ones count for nothing else."""

    meal_id: int
    served_on: date
    period: str
    state: str
    order_closes_at: datetime | None
    serves_from: datetime | None
    serves_until: datetime | None
    frozen_at: datetime | None
    by_state: dict[str, int] = field(default_factory=dict)

    @property
    def ordered(self) -> int:
        """Orders that were not cancelled."""
        return sum(count for state, count in self.by_state.items() if state != OrderState.CANCELLED)

    @property
    def picked_up(self) -> int:
        """Orders handed out."""
        return self.by_state.get(OrderState.PICKED_UP.value, 0)

    @property
    def cancelled(self) -> int:
        """Orders cancelled in time."""
        return self.by_state.get(OrderState.CANCELLED.value, 0)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as the canteen sees it."""

    id: int
    staff_name: str
    staff_no: str
    department: str
    state: str
    dining: str
    note: str
    total_fen: int
    placed_at: datetime
    picked_up_at: datetime | None
    pickup_no: int | None
    lines: Sequence[OrderLine]


@dataclass(frozen=True, slots=True)
class RunningOut:
    """A dish of which little is left; `left` in whole standard portions."""

    served_on: date
    period: str
    dish: str
    cap: int
    left: int


@dataclass(frozen=True, slots=True)
class Attended:
    """How many ordered, came and cancelled at one meal."""

    served_on: date
    period: str
    ordered: int
    picked_up: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class DepartmentAttended:
    """The same for a department; small ones are together, under no name."""

    department: str
    people: int
    ordered: int
    picked_up: int


def meals_between(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[MealCounts]:
    """The meals of [from_on, until_on] in order, each with its orders by state; two statements.

    Raises CanteenNotFound.
    """
    _ensure_reads(actor, canteen_id)
    meals = db.session.execute(
        select(
            Meal.id,
            Meal.served_on,
            Meal.period,
            Meal.state,
            Meal.order_closes_at,
            Meal.serves_from,
            Meal.serves_until,
            Meal.frozen_at,
        ).where(Meal.canteen_id == canteen_id, Meal.served_on.between(from_on, until_on))
    ).all()
    counts = db.session.execute(
        select(Order.meal_id, Order.state, func.count())
        .where(Order.meal_id.in_([meal.id for meal in meals]))
        .group_by(Order.meal_id, Order.state)
    )
    by_meal: dict[int, dict[str, int]] = {}
    for meal_id, state, count in counts:
        by_meal.setdefault(meal_id, {})[state] = count
    found = [MealCounts(*meal, by_meal.get(meal.id, {})) for meal in meals]
    return sorted(found, key=lambda meal: (meal.served_on, PERIOD_ORDER[Period(meal.period)]))


def page_orders(
    actor: Actor,
    *,
    canteen_id: int,
    served_on: date,
    period: Period,
    page: int,
    page_size: int,
    q: str = "",
    state: OrderState | None = None,
    sort: str = "-placed",
) -> Page:
    """The orders of a meal as `OrderRow`s. `sort` is a key of SORTS, with a hyphen for the other way round.

    Raises CanteenNotFound or MealNotFound.
    """
    _ensure_reads(actor, canteen_id)
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is None:
        raise MealNotFound
    statement = (
        select(Order)
        .join(Staff, Staff.id == Order.staff_id)
        .where(Order.meal_id == meal.id)
        .options(selectinload(Order.lines))
    )
    if state is not None:
        statement = statement.where(Order.state == state.value)
    if q:
        statement = statement.where(
            or_(Staff.name.contains(q, autoescape=True), Staff.staff_no.startswith(q, autoescape=True))
        )
    found = paginate(statement.order_by(*_ordering(sort)), page=page, page_size=page_size)
    return Page(_rows(found.rows), found.total, page, page_size)


def running_out(actor: Actor, *, canteen_id: int, now: datetime) -> list[RunningOut]:
    """The dishes of meals that still take orders of which at least nine tenths are taken, soonest first.

    Raises CanteenNotFound.
    """
    _ensure_reads(actor, canteen_id)
    rows = db.session.execute(
        select(Meal.served_on, Meal.period, Dish.name, MealDish.cap, MealDish.taken)
        .join_from(Meal, MealDish, MealDish.meal_id == Meal.id)
        .join(Dish, Dish.id == MealDish.dish_id)
        .where(
            Meal.canteen_id == canteen_id,
            Meal.state == MealState.PUBLISHED.value,
            Meal.order_closes_at > now,
            MealDish.cap > 0,
            MealDish.taken * 100 >= MealDish.cap * FULL_PORTION * RUNNING_OUT_PERCENT,
        )
        .order_by(Meal.order_closes_at, Meal.id, MealDish.position, MealDish.id)
    )
    return [
        RunningOut(served_on, period, dish, cap, cap - -(-taken // FULL_PORTION))
        for served_on, period, dish, cap, taken in rows
        if cap is not None
    ]


def attendance(actor: Actor, *, canteen_id: int, from_on: date, until_on: date) -> list[Attended]:
    """How many ordered, came and cancelled at each meal of [from_on, until_on], in order.

    Reads one index alone (migration 0014). Raises CanteenNotFound.
    """
    _ensure_reads(actor, canteen_id)
    rows = db.session.execute(
        select(Order.served_on, Order.period, Order.state, func.count())
        .where(Order.canteen_id == canteen_id, Order.served_on.between(from_on, until_on))
        .group_by(Order.served_on, Order.period, Order.state)
    )
    meals: dict[tuple[date, str], dict[str, int]] = {}
    for served_on, period, state, count in rows:
        meals.setdefault((served_on, period), {})[state] = count
    found = []
    for (served_on, period), counts in meals.items():
        cancelled = counts.get(OrderState.CANCELLED.value, 0)
        ordered = sum(counts.values()) - cancelled
        picked_up = counts.get(OrderState.PICKED_UP.value, 0)
        found.append(Attended(served_on, period, ordered, picked_up, cancelled))
    return sorted(found, key=lambda each: (each.served_on, PERIOD_ORDER[Period(each.period)]))


def attendance_of_departments(
    actor: Actor, *, canteen_id: int, from_on: date, until_on: date
) -> list[DepartmentAttended]:
    """The same by department, the most orders first; small ones come last and together (`told_apart`).

    Raises CanteenNotFound.
    """
    _ensure_reads(actor, canteen_id)
    people, ordered = func.count(func.distinct(Order.staff_id)), func.count()
    picked_up = func.sum(case((Order.state == OrderState.PICKED_UP.value, 1), else_=0))
    rows = db.session.execute(
        select(Department.name, people, ordered, picked_up)
        .join_from(Order, Department, Department.id == Order.department_id)
        .where(
            Order.canteen_id == canteen_id,
            Order.served_on.between(from_on, until_on),
            Order.state != OrderState.CANCELLED.value,
        )
        .group_by(Department.id, Department.name)
        .order_by(ordered.desc(), Department.id)
    )
    return [DepartmentAttended(name, *figures) for name, *figures in told_apart(rows)]


def told_apart(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Rows of departments (name, people, figures …); those of fewer than five people come last and together.

    Where they are fewer than five even so, the smallest of the others goes with them: whoever knows the
    whole could take the rows away from it, and what is left would be theirs.
    """
    apart: list[Sequence[Any]] = []
    together: list[Sequence[Any]] = []
    for row in rows:
        (apart if row[1] >= SMALLEST_DEPARTMENT else together).append(row)
    if together and apart and sum(row[1] for row in together) < SMALLEST_DEPARTMENT:
        smallest = min(apart, key=lambda row: row[1])
        apart.remove(smallest)
        together.append(smallest)
    if sum(row[1] for row in together) >= SMALLEST_DEPARTMENT:
        columns = zip(*(row[1:] for row in together), strict=True)
        apart.append((OTHERS, *map(sum, columns)))
    return apart


def _ensure_reads(actor: Actor, canteen_id: int) -> None:
    canteen: Canteen = menu_queries.get_canteen(canteen_id)
    if not menu_policies.covers(actor, Permission.CANTEEN_READ, canteen):
        raise CanteenNotFound


def _ordering(sort: str) -> list[Any]:
    is_down = sort.startswith("-")
    columns = SORTS.get(sort.removeprefix("-"), SORTS["placed"])
    return [column.desc() if is_down else column.asc() for column in columns]


def _rows(orders: Sequence[Order]) -> list[OrderRow]:
    """The orders with the names of who ordered; two statements, however many there are."""
    staff = {
        row.id: row
        for row in db.session.execute(
            select(Staff.id, Staff.name, Staff.staff_no).where(
                Staff.id.in_({order.staff_id for order in orders})
            )
        )
    }
    departments = dict(
        db.session.execute(
            select(Department.id, Department.name).where(
                Department.id.in_({order.department_id for order in orders})
            )
        ).all()
    )
    return [
        OrderRow(
            id=order.id,
            staff_name=staff[order.staff_id].name,
            staff_no=staff[order.staff_id].staff_no,
            department=departments.get(order.department_id, ""),
            state=order.state,
            dining=order.dining,
            note=order.note,
            total_fen=order.total_fen,
            placed_at=order.placed_at,
            picked_up_at=order.picked_up_at,
            pickup_no=order.pickup_no,
            lines=order.lines,
        )
        for order in orders
    ]

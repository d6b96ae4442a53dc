"""Writes of ordering, within an open unit of work.

Locks are taken in one order everywhere: people's balances by rising person, then the portion counters by
rising id, then the counters of takeaway windows, then the order. Placing takes the counters last, because
every order of a popular dish meets at them.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from backend.db import table, unit
from backend.statements import Statement, insert_or_nothing
from canteen.menu.models import FULL_PORTION, Dish, Meal, MealDish, MealState
from canteen.menu.policies import remaining
from canteen.ordering.errors import DishNotOffered, DishWithdrawn, OrderClosed, SoldOut
from canteen.ordering.models import IS_ORDERED, Order, OrderLine, OrderState, PrepLine
from canteen.ordering.policies import Line
from canteen.ordering.queries import COUNT_LINES

_ORDER, _LINE = table(Order), table(OrderLine)
_COUNTER, _MEAL, _PREP = table(MealDish), table(Meal), table(PrepLine)

INSERT_ORDER = insert_or_nothing(
    _ORDER,
    [
        *("meal_id", "canteen_id", "staff_id", "department_id", "served_on", "period", "state", "dining"),
        *(
            "note",
            "origin",
            "placed_by",
            "collect_from",
            "collect_until",
            "total_fen",
            "packaging_fen",
            "revision",
            "placed_at",
        ),
    ],
    returning="id",
)
INSERT_LINES = Statement(
    insert(_LINE),
    [
        *("order_id", "meal_dish_id", "dish_id", "dish_name", "portion"),
        *("quantity", "price_fen", "weight_g", "share", "price_fen_per_kg"),
    ],
)
DELETE_LINES = delete(_LINE).where(_LINE.c.order_id == bindparam("of_order"))
# Takes (or, with a negative number, gives back) portions while the meal's gate is open and the cap holds.
MOVE_COUNTER = Statement(
    update(_COUNTER)
    .where(
        _COUNTER.c.id == bindparam("of_meal_dish"),
        _COUNTER.c.is_open,
        or_(
            _COUNTER.c.cap.is_(None),
            bindparam("taking") <= 0,
            _COUNTER.c.taken + bindparam("taking") <= _COUNTER.c.cap * FULL_PORTION,
        ),
    )
    .values(taken=_COUNTER.c.taken + bindparam("taking"))
)
CHANGE_ORDER = (
    update(_ORDER)
    .where(
        _ORDER.c.id == bindparam("of_order"),
        _ORDER.c.state == OrderState.BOOKED.value,
        _ORDER.c.revision == bindparam("seen_revision"),
    )
    .values(
        dining=bindparam("dining"),
        note=bindparam("note"),
        collect_from=bindparam("collect_from"),
        collect_until=bindparam("collect_until"),
        total_fen=bindparam("total_fen"),
        packaging_fen=bindparam("packaging_fen"),
        revision=_ORDER.c.revision + 1,
    )
)
CANCEL_ORDER = (
    update(_ORDER)
    .where(_ORDER.c.id == bindparam("of_order"), _ORDER.c.state == OrderState.BOOKED.value)
    .values(
        state=OrderState.CANCELLED.value,
        cancelled_at=bindparam("cancelled_at"),
        revision=_ORDER.c.revision + 1,
    )
)


def insert_order(
    *,
    meal_id: int,
    canteen_id: int,
    staff_id: int,
    department_id: int,
    served_on: date,
    period: str,
    dining: str,
    note: str,
    origin: str,
    placed_by: int,
    collect_from: datetime | None,
    collect_until: datetime | None,
    total_fen: int,
    packaging_fen: int = 0,
    placed_at: datetime,
) -> int | None:
    """Insert a booked order; returns its id, or None if the person has one for that day and period."""
    inserted = INSERT_ORDER.row(
        unit(),
        {
            "meal_id": meal_id,
            "canteen_id": canteen_id,
            "staff_id": staff_id,
            "department_id": department_id,
            "served_on": served_on,
            "period": period,
            "state": OrderState.BOOKED.value,
            "dining": dining,
            "note": note,
            "origin": origin,
            "placed_by": placed_by,
            "collect_from": collect_from,
            "collect_until": collect_until,
            "total_fen": total_fen,
            "packaging_fen": packaging_fen,
            "revision": 1,
            "placed_at": placed_at,
        },
    )
    return inserted[0] if inserted is not None else None


def insert_lines(order_id: int, lines: Sequence[Line]) -> None:
    """Insert the lines of an order. Raises DishNotOffered if a dish has just left the menu."""
    rows = [
        {
            "order_id": order_id,
            "meal_dish_id": line.meal_dish_id,
            "dish_id": line.dish_id,
            "dish_name": line.dish_name,
            "portion": line.portion,
            "quantity": line.quantity,
            "price_fen": line.price_fen,
            "weight_g": line.weight_g,
            "share": line.share,
            "price_fen_per_kg": line.price_fen_per_kg,
        }
        for line in lines
    ]
    try:
        INSERT_LINES.many(unit(), rows)
    except IntegrityError as gone:
        # A manager removed a dish, of which nothing was taken, after we read the menu.
        raise DishNotOffered(dish_id=lines[0].dish_id) from gone


def replace_lines(order_id: int, lines: Sequence[Line]) -> None:
    """Put these lines in the place of the order's present ones."""
    unit().execute(DELETE_LINES, {"of_order": order_id})
    insert_lines(order_id, lines)


def move_counters(moves: Mapping[int, int]) -> None:
    """Take centi-portions per meal dish, or give them back where negative.

    By rising id, so that orders of the same dishes wait for one another instead of locking each other out.
    Raises SoldOut if a cap would be exceeded, OrderClosed if the meal is frozen, and DishWithdrawn.
    """
    # A change that takes as much as it gives back passes the gate all the same.
    ordered = sorted(moves.items())
    moves_of = [{"of_meal_dish": meal_dish_id, "taking": taking} for meal_dish_id, taking in ordered]
    if MOVE_COUNTER.many(unit(), moves_of) != len(ordered):
        _explain_refusal(dict(ordered))


def _explain_refusal(moves: Mapping[int, int]) -> None:
    """Say why the counters did not move. Some of them may have: the unit is rolled back anyway."""
    rows = unit().execute(
        select(
            *(_COUNTER.c.id, _COUNTER.c.is_open, _COUNTER.c.cap, _COUNTER.c.taken, Dish.id, Dish.name),
            _MEAL.c.state,
        )
        .join_from(_COUNTER, Dish, Dish.id == _COUNTER.c.dish_id)
        .join(_MEAL, _MEAL.c.id == _COUNTER.c.meal_id)
        .where(_COUNTER.c.id.in_(moves))
        .order_by(_COUNTER.c.id)
    )
    full = []
    for meal_dish_id, is_open, cap, taken, dish_id, name, meal_state in rows:
        if not is_open:
            # The freeze shuts every gate of a meal; on a published one, a dish's own gate was shut.
            is_frozen = meal_state == MealState.FROZEN
            raise OrderClosed if is_frozen else DishWithdrawn(dish=name, dish_id=dish_id)
        # What this unit took of the counters before the refused one counts as well, which errs on the
        # side of naming a dish as scarce that is merely nearly so.
        if cap is not None and moves[meal_dish_id] > 0 and taken + moves[meal_dish_id] > cap * FULL_PORTION:
            full.append(SoldOut(dish=name, dish_id=dish_id, remaining=remaining(cap, taken)))
    raise full[0] if full else OrderClosed


def change_order(
    order_id: int,
    *,
    seen_revision: int,
    dining: str,
    note: str,
    collect_from: datetime | None,
    collect_until: datetime | None,
    total_fen: int,
    packaging_fen: int = 0,
) -> bool:
    """Change a booked order of that revision; returns whether it was one still."""
    return bool(
        unit()
        .execute(
            CHANGE_ORDER,
            {
                "of_order": order_id,
                "seen_revision": seen_revision,
                "dining": dining,
                "note": note,
                "collect_from": collect_from,
                "collect_until": collect_until,
                "total_fen": total_fen,
                "packaging_fen": packaging_fen,
            },
        )
        .rowcount
    )


def cancel_order(order_id: int, at: datetime) -> bool:
    """Cancel a booked order; returns whether it was booked still."""
    return bool(unit().execute(CANCEL_ORDER, {"of_order": order_id, "cancelled_at": at}).rowcount)


def close_gate(meal_id: int) -> None:
    """Close the gate of a meal, after every order that has passed it has been committed."""
    connection = unit()
    # Lock by rising id, as orders do, so that the freeze and an order cannot lock each other out.
    # NO KEY: inserting an order's lines holds a key share of the counters, which must not make us wait.
    connection.execute(
        select(_COUNTER.c.id)
        .where(_COUNTER.c.meal_id == meal_id)
        .order_by(_COUNTER.c.id)
        .with_for_update(key_share=True)
    ).all()
    connection.execute(update(_COUNTER).where(_COUNTER.c.meal_id == meal_id).values(is_open=False))


def write_prep_list(meal_id: int) -> None:
    """Count the active orders of a meal whose gate is closed into its prep list."""
    counted = [
        {"meal_id": meal_id, **row} for row in unit().execute(COUNT_LINES, {"meal_id": meal_id}).mappings()
    ]
    if counted:
        unit().execute(insert(_PREP), counted)


def number_orders(meal_id: int) -> None:
    """Hand out pick-up numbers 1, 2, 3 … in the order in which the meal's orders were placed."""
    numbered = (
        select(_ORDER.c.id, func.row_number().over(order_by=_ORDER.c.id).label("pickup_no"))
        .where(_ORDER.c.meal_id == meal_id, _ORDER.c.state != OrderState.CANCELLED.value, IS_ORDERED)
        .subquery()
    )
    unit().execute(update(_ORDER).where(_ORDER.c.id == numbered.c.id).values(pickup_no=numbered.c.pickup_no))


def mark_frozen(meal_id: int, at: datetime) -> bool:
    """Freeze a published meal; returns whether it was published still."""
    return bool(
        unit()
        .execute(
            update(_MEAL)
            .where(_MEAL.c.id == meal_id, _MEAL.c.state == MealState.PUBLISHED.value)
            .values(state=MealState.FROZEN.value, frozen_at=at)
        )
        .rowcount
    )

"""Reads of standing orders: one's own, and what the job takes up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, exists, or_, select

from backend.actor import Actor
from backend.db import db
from backend.identity.models import Posting, Staff, StaffStatus
from backend.paging import Page, paginate
from canteen.menu.models import FULL_PORTION, Canteen, Dish, DishPortion, Meal, MealDish, MealState
from canteen.ordering.models import Order
from canteen.ordering.policies import order_number
from canteen.ordering.standing import policies
from canteen.ordering.standing.errors import StandingOrderNotFound
from canteen.ordering.standing.models import Outcome, StandingOrder, StandingOrderResult
from canteen.ordering.standing.policies import RETRYABLE, Choice, OfferedDish

RETRYABLE_VALUES: Final = [outcome.value for outcome in RETRYABLE]


@dataclass(frozen=True, slots=True)
class LineView:
    """A dish of an alternative; `price_fen` is null for what is not sold any more."""

    dish_id: int
    name: str
    portion: str
    quantity: int
    price_fen: int | None


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """An alternative; `total_fen` is what it costs at present prices, null if something is not sold."""

    items: Sequence[LineView]
    total_fen: int | None


@dataclass(frozen=True, slots=True)
class StandingOrderView:
    """A standing order as its holder sees it."""

    id: int
    canteen_id: int
    canteen: str
    period: str
    weekdays: Sequence[int]
    workdays_only: bool
    choices: Sequence[ChoiceView]
    dining: str
    from_on: date
    until_on: date | None
    is_paused: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ResultView:
    """What became of a standing order at a meal; `choice` is the alternative that was ordered, from 1."""

    id: int
    date: date
    period: str
    outcome: str
    outcome_name: str
    detail: str
    choice: int | None
    order_id: int | None
    order_number: str | None
    order_state: str | None
    decided_at: datetime


def page_own(actor: Actor, *, page: int, page_size: int) -> Page:
    """The actor's standing orders that have not ended, by canteen and period."""
    statement = _owned(actor).order_by(StandingOrder.canteen_id, StandingOrder.id)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(_views(found.rows), found.total, page, page_size)


def get_own(actor: Actor, standing_order_id: int) -> StandingOrderView:
    """One of the actor's own that has not ended. Raises StandingOrderNotFound."""
    rows = db.session.execute(_owned(actor).where(StandingOrder.id == standing_order_id)).all()
    if not rows:
        raise StandingOrderNotFound
    return _views(rows)[0]


def page_results(actor: Actor, standing_order_id: int, *, page: int, page_size: int) -> Page:
    """What became of one of the actor's standing orders, ended ones too, the latest meal first.

    Raises StandingOrderNotFound.
    """
    owner = db.session.scalar(select(StandingOrder.staff_id).where(StandingOrder.id == standing_order_id))
    if owner != actor.staff_id:
        raise StandingOrderNotFound
    statement: Any = (
        select(StandingOrderResult, Meal.served_on, Meal.period, Order.state)
        .join(Meal, Meal.id == StandingOrderResult.meal_id)
        .outerjoin(Order, Order.id == StandingOrderResult.order_id)
        .where(StandingOrderResult.standing_order_id == standing_order_id)
        .order_by(Meal.served_on.desc(), StandingOrderResult.id.desc())
        .execution_options(populate_existing=True)
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    views = [
        ResultView(
            id=result.id,
            date=served_on,
            period=period,
            outcome=result.outcome,
            outcome_name=policies.OUTCOME_NAMES[Outcome(result.outcome)],
            detail=result.detail,
            choice=result.choice,
            order_id=result.order_id,
            order_number=order_number(result.order_id, served_on) if result.order_id else None,
            order_state=state,
            decided_at=result.decided_at,
        )
        for result, served_on, period, state in found.rows
    ]
    return Page(views, found.total, page, page_size)


def sold_at(canteen_id: int, dish_ids: Collection[int]) -> set[tuple[int, str]]:
    """Which of these dishes, in which portions, a canteen has in its library."""
    rows = db.session.execute(
        select(Dish.id, DishPortion.portion)
        .join(DishPortion, DishPortion.dish_id == Dish.id)
        .where(Dish.canteen_id == canteen_id, Dish.is_active, Dish.id.in_(dish_ids))
    )
    return {(dish_id, portion) for dish_id, portion in rows}


@dataclass(frozen=True, slots=True)
class OpenMeal:
    """A published meal that can be ordered."""

    id: int
    canteen_id: int
    served_on: date
    period: str
    revision: int
    serves_from: datetime
    serves_until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A standing order that a meal has no result for, or one that may be tried anew.

    `has_order` says that its holder has an order for that day and period, or has cancelled one: whoever has
    decided by hand is not overruled.
    """

    id: int
    staff_id: int
    department_id: int
    weekdays: int
    workdays_only: bool
    choices: Sequence[Choice]
    dining: str
    revision: int
    has_order: bool


def open_meals(now: datetime, *, settles: timedelta, hurry: timedelta) -> list[OpenMeal]:
    """The meals that can be ordered now and were published `settles` ago, or close within `hurry`.

    The earliest cutoff first.
    """
    rows: Any = db.session.execute(
        select(
            *(Meal.id, Meal.canteen_id, Meal.served_on, Meal.period, Meal.revision),
            *(Meal.serves_from, Meal.serves_until),
        )
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(
            Meal.state == MealState.PUBLISHED.value,
            Meal.order_closes_at > now,
            or_(
                Meal.published_at.is_(None),
                Meal.published_at <= now - settles,
                Meal.order_closes_at <= now + hurry,
            ),
            Canteen.is_active,
        )
        .order_by(Meal.order_closes_at, Meal.id)
    )
    return [OpenMeal(*row) for row in rows]


def waiting_for(meal: OpenMeal) -> list[Waiting]:
    """The standing orders that a meal may be ordered for, the oldest first; one statement.

    Whether the day is theirs is a question of the calendar (`policies.takes`).
    """
    has_order = exists().where(
        Order.staff_id == StandingOrder.staff_id,
        Order.served_on == meal.served_on,
        Order.period == meal.period,
    )
    result = StandingOrderResult
    has_changed = or_(result.meal_revision < meal.revision, result.standing_revision < StandingOrder.revision)
    may_retry = or_(
        result.outcome == Outcome.HELD_UP.value, and_(result.outcome.in_(RETRYABLE_VALUES), has_changed)
    )
    rows: Any = db.session.execute(
        select(
            *(StandingOrder.id, StandingOrder.staff_id, Posting.department_id),
            *(StandingOrder.weekdays, StandingOrder.workdays_only, StandingOrder.choices),
            *(StandingOrder.dining, StandingOrder.revision, has_order.label("has_order")),
        )
        .join(Staff, and_(Staff.id == StandingOrder.staff_id, Staff.status == StaffStatus.ACTIVE.value))
        .join(Posting, and_(Posting.staff_id == Staff.id, Posting.is_primary))
        .outerjoin(result, and_(result.standing_order_id == StandingOrder.id, result.meal_id == meal.id))
        .where(
            StandingOrder.canteen_id == meal.canteen_id,
            StandingOrder.period == meal.period,
            StandingOrder.ended_at.is_(None),
            StandingOrder.is_paused.is_(False),
            StandingOrder.from_on <= meal.served_on,
            or_(StandingOrder.until_on.is_(None), StandingOrder.until_on >= meal.served_on),
            or_(result.id.is_(None), may_retry),
        )
        .order_by(StandingOrder.id)
    )
    return [
        Waiting(
            id=row[0],
            staff_id=row[1],
            department_id=row[2],
            weekdays=row[3],
            workdays_only=row[4],
            choices=policies.parse(row[5]),
            dining=row[6],
            revision=row[7],
            has_order=row[8],
        )
        for row in rows
    ]


def offer_of(meal_id: int) -> dict[int, OfferedDish]:
    """What a meal offers and how much of it is left, by dish; one statement."""
    rows = db.session.execute(
        select(MealDish.dish_id, MealDish.cap, MealDish.taken, DishPortion.portion, DishPortion.share)
        .join(DishPortion, DishPortion.dish_id == MealDish.dish_id)
        .where(MealDish.meal_id == meal_id, MealDish.is_open)
    ).all()
    shares: dict[int, dict[str, int]] = {}
    for dish_id, _, _, portion, share in rows:
        shares.setdefault(dish_id, {})[portion] = share
    return {
        dish_id: OfferedDish(None if cap is None else cap * FULL_PORTION - taken, shares[dish_id])
        for dish_id, cap, taken, _, _ in rows
    }


@dataclass(frozen=True, slots=True)
class Untold:
    """A result that its person has not been told of."""

    id: int
    staff_id: int
    served_on: date
    period: str
    outcome: Outcome
    detail: str
    choice: int | None
    total_fen: int


def untold(most: int, *, closes_before: datetime) -> list[Untold]:
    """Results that nobody was told of, by person and meal.

    What is held up is told when the meal's cutoff lies before `closes_before`, and the standing order has not
    ended meanwhile.
    """
    rows: Any = db.session.execute(
        select(
            *(StandingOrderResult.id, StandingOrder.staff_id, Meal.served_on, Meal.period),
            *(StandingOrderResult.outcome, StandingOrderResult.detail, StandingOrderResult.choice),
            Order.total_fen,
        )
        .join(StandingOrder, StandingOrder.id == StandingOrderResult.standing_order_id)
        .join(Meal, Meal.id == StandingOrderResult.meal_id)
        .outerjoin(Order, Order.id == StandingOrderResult.order_id)
        .where(
            StandingOrderResult.told_at.is_(None),
            or_(
                StandingOrderResult.outcome != Outcome.HELD_UP.value,
                and_(Meal.order_closes_at <= closes_before, StandingOrder.ended_at.is_(None)),
            ),
        )
        .order_by(StandingOrder.staff_id, Meal.served_on, Meal.serves_from, StandingOrderResult.id)
        .limit(most)
    )
    return [
        Untold(
            id=row[0],
            staff_id=row[1],
            served_on=row[2],
            period=row[3],
            outcome=Outcome(row[4]),
            detail=row[5],
            choice=row[6],
            total_fen=row[7] or 0,
        )
        for row in rows
    ]


def _owned(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(StandingOrder, Canteen.name)
        .join(Canteen, Canteen.id == StandingOrder.canteen_id)
        .where(StandingOrder.staff_id == actor.staff_id, StandingOrder.ended_at.is_(None))
        # A change is an UPDATE past the session, whose entities would be stale after it.
        .execution_options(populate_existing=True)
    )


def _views(rows: Sequence[Any]) -> list[StandingOrderView]:
    choices = {row.id: policies.parse(row.choices) for row, _ in rows}
    wanted = {wish.dish_id for each in choices.values() for choice in each for wish in choice}
    names, prices = _dishes(wanted)
    return [
        StandingOrderView(
            id=row.id,
            canteen_id=row.canteen_id,
            canteen=canteen,
            period=row.period,
            weekdays=policies.weekdays_of(row.weekdays),
            workdays_only=row.workdays_only,
            choices=[_choice_view(choice, names, prices) for choice in choices[row.id]],
            dining=row.dining,
            from_on=row.from_on,
            until_on=row.until_on,
            is_paused=row.is_paused,
            created_at=row.created_at,
            changed_at=row.changed_at,
        )
        for row, canteen in rows
    ]


def _choice_view(
    choice: Choice, names: Mapping[int, str], prices: Mapping[tuple[int, str], int]
) -> ChoiceView:
    items = [
        LineView(
            wish.dish_id,
            names.get(wish.dish_id, ""),
            wish.portion.value,
            wish.quantity,
            prices.get((wish.dish_id, wish.portion.value)),
        )
        for wish in choice
    ]
    total_fen = 0
    for item in items:
        if item.price_fen is None:
            return ChoiceView(items, None)
        total_fen += item.price_fen * item.quantity
    return ChoiceView(items, total_fen)


def _dishes(dish_ids: Collection[int]) -> tuple[dict[int, str], dict[tuple[int, str], int]]:
    """Names by dish, and prices of what is sold by dish and portion; one statement."""
    rows = db.session.execute(
        select(Dish.id, Dish.name, Dish.is_active, DishPortion.portion, DishPortion.price_fen)
        .outerjoin(DishPortion, DishPortion.dish_id == Dish.id)
        .where(Dish.id.in_(dish_ids))
    ).all()
    names = {dish_id: name for dish_id, name, *_ in rows}
    prices = {
        (dish_id, portion): price_fen
        for dish_id, _, is_active, portion, price_fen in rows
        if is_active and portion is not None
    }
    return names, prices

"""Reads of what diners say of their meals: one's own rating, and the figures for a canteen's managers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import exists, func, or_, select, text

from backend import clock
from backend.actor import Actor, Permission
from backend.db import db
from backend.paging import Page
from backend.ratings import queries as rating_queries
from backend.ratings.models import Rating
from backend.ratings.policies import SCORES, Dimension, Figures, add_up, figures_of
from backend.ratings.queries import OwnRating
from backend.rules import queries as rule_queries
from canteen.menu import policies as menu_policies
from canteen.menu.errors import CanteenNotFound, InvalidDateRange
from canteen.menu.models import Canteen
from canteen.ordering.errors import OrderNotFound
from canteen.ordering.models import Order, OrderLine, OrderState
from canteen.pickups import policies
from canteen.pickups.errors import NotPickedUp, RatingClosed
from canteen.pickups.ratings import CANTEEN, DISH_OF_MEAL, MEAL
from canteen.pickups.rules import RATING_DAYS

# The days that one request may span: a year with what is needed to compare.
MOST_DAYS: Final = 400
# By these words the databases know the partial index of a person's orders.
_NOT_CANCELLED = text("orders.state <> 'cancelled'")


@dataclass(frozen=True, slots=True)
class ServedOrder:
    """One's own order, as rating needs it; `rating_days` is what the rule said when it was handed out."""

    id: int
    canteen_id: int
    served_on: date
    picked_up_at: datetime | None
    picked_up_by: int | None
    rating_days: int

    @property
    def closes_at(self) -> datetime | None:
        """The first instant at which it is too late to rate; None before it was handed out."""
        return self.picked_up_at + timedelta(days=self.rating_days) if self.picked_up_at is not None else None


@dataclass(frozen=True, slots=True)
class OrderRating:
    """Whether one's own order can be rated now, until when, in what, and how it was."""

    can_rate: bool
    closes_at: datetime | None
    dimensions: Sequence[Dimension]
    rating: OwnRating | None
    dishes: Sequence["RatedDish"]


@dataclass(frozen=True, slots=True)
class EatenDish:
    """A dish of an order; `line_id` is the first line that holds it."""

    dish_id: int
    line_id: int
    name: str


@dataclass(frozen=True, slots=True)
class RatedDish:
    """A dish of one's own order, with the score that one gave it, if any."""

    dish_id: int
    name: str
    score: int | None


@dataclass(frozen=True, slots=True)
class CanteenFigures:
    """What was said of one canteen."""

    canteen_id: int
    canteen_name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class SpanFigures:
    """What was said of a canteen for the meals of a week or month, or what of it was asked for."""

    begins_on: date
    ends_on: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class RatingReport:
    """What was said of canteens for the meals of [from_on, until_on]: of each, and of all together."""

    from_on: date
    until_on: date
    canteens: Sequence[CanteenFigures]
    total: Figures


def find_served(actor: Actor, order_id: int) -> ServedOrder:
    """The actor's own order. Raises OrderNotFound for anybody else's."""
    row = db.session.execute(
        select(Order.id, Order.canteen_id, Order.served_on, Order.picked_up_at, Order.picked_up_by).where(
            Order.id == order_id, Order.staff_id == actor.staff_id
        )
    ).one_or_none()
    if row is None:
        raise OrderNotFound
    return ServedOrder(*row, rule_queries.value(RATING_DAYS, row.canteen_id, at=row.picked_up_at))


def get_order_rating(actor: Actor, order_id: int) -> OrderRating:
    """How the actor rated their own order, or whether they may. Raises OrderNotFound."""
    order = find_served(actor, order_id)
    rating = rating_queries.find_own(actor, service=MEAL.key, subject_id=order_id)
    is_open = order.picked_up_by != actor.staff_id
    try:
        policies.ensure_can_rate(order.picked_up_at, order.rating_days, clock.now())
    except (NotPickedUp, RatingClosed):
        is_open = False
    return OrderRating(
        is_open and rating is None, order.closes_at, MEAL.dimensions, rating, _rated_dishes(actor, order_id)
    )


def dishes_of(order_id: int) -> list[EatenDish]:
    """The dishes of an order, in the order of its lines; one statement."""
    rows = db.session.execute(
        select(OrderLine.dish_id, OrderLine.id, OrderLine.dish_name)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.id)
    )
    found: dict[int, EatenDish] = {}
    for dish_id, line_id, name in rows:
        found.setdefault(dish_id, EatenDish(dish_id, line_id, name))
    return list(found.values())


def _rated_dishes(actor: Actor, order_id: int) -> list[RatedDish]:
    dishes = dishes_of(order_id)
    lines = [each.line_id for each in dishes]
    rows: Any = db.session.execute(
        select(Rating.subject_id, Rating.grade).where(
            Rating.service == DISH_OF_MEAL.key,
            Rating.subject_id.in_(lines),
            Rating.rater_id == actor.staff_id,
        )
    )
    grades = dict(rows.all())
    return [RatedDish(each.dish_id, each.name, grades.get(each.line_id)) for each in dishes]


@dataclass(frozen=True, slots=True)
class ToRate:
    """One's own meal that can be rated still, until `closes_at`."""

    order_id: int
    served_on: date
    period: str
    closes_at: datetime


def to_rate(staff_id: int, now: datetime) -> list[ToRate]:
    """A person's meals that wait for their rating, the one that closes first coming first; one statement."""
    longest = timedelta(days=RATING_DAYS.kind.bounds[1] if RATING_DAYS.kind.bounds else RATING_DAYS.default)
    rated_already = exists().where(
        Rating.service == MEAL.key, Rating.subject_id == Order.id, Rating.rater_id == staff_id
    )
    rows: Any = db.session.execute(
        select(Order.id, Order.canteen_id, Order.served_on, Order.period, Order.picked_up_at)
        .where(
            Order.staff_id == staff_id,
            # A meal is handed out on its day, or in the night after it.
            Order.served_on >= clock.local(now - longest).date() - timedelta(days=1),
            _NOT_CANCELLED,
            Order.state == OrderState.PICKED_UP.value,
            Order.picked_up_at > now - longest,
            or_(Order.picked_up_by.is_(None), Order.picked_up_by != staff_id),
            ~rated_already,
        )
        .order_by(Order.picked_up_at)
    )
    found = [
        ToRate(
            order_id,
            served_on,
            period,
            picked_up_at + timedelta(days=rule_queries.value(RATING_DAYS, canteen_id, at=picked_up_at)),
        )
        for order_id, canteen_id, served_on, period, picked_up_at in rows
    ]
    return sorted((each for each in found if each.closes_at > now), key=lambda each: each.closes_at)


def report(actor: Actor, *, from_on: date, until_on: date, canteen_id: int | None = None) -> RatingReport:
    """What diners said of one canteen, or of all within the actor's reach.

    The days are those of the meals, both included. Raises CanteenNotFound or InvalidDateRange.
    """
    _ensure_range(from_on, until_on)
    canteens = _canteens(actor, canteen_id)
    served = _served(list(canteens), from_on, until_on)
    figures = rating_queries.summary(
        MEAL.key,
        provider_kind=CANTEEN,
        provider_ids=list(canteens),
        from_on=from_on,
        until_on=until_on,
        served=served,
    )
    total = rating_queries.summary_of_all(
        MEAL.key,
        provider_kind=CANTEEN,
        provider_ids=list(canteens),
        from_on=from_on,
        until_on=until_on,
        served=sum(served.values()),
    )
    each = [CanteenFigures(one, name, figures[one]) for one, name in canteens.items()]
    return RatingReport(from_on, until_on, each, total)


def over_time(actor: Actor, *, from_on: date, until_on: date, canteen_id: int) -> list[SpanFigures]:
    """What diners said of one canteen, week by week or, of a long time, month by month.

    Every span is there, also one without any meal. Raises CanteenNotFound or InvalidDateRange.
    """
    _ensure_range(from_on, until_on)
    _canteens(actor, canteen_id)
    by_day = rating_queries.tallies_by_day(
        MEAL.key, provider_kind=CANTEEN, provider_id=canteen_id, from_on=from_on, until_on=until_on
    )
    served = _served_by_day(canteen_id, from_on, until_on)
    found = []
    for begins_on, ends_on in policies.spans_of(from_on, until_on):
        tallies = add_up(tally for day, tally in by_day.items() if begins_on <= day <= ends_on)
        count = sum(orders for day, orders in served.items() if begins_on <= day <= ends_on)
        found.append(SpanFigures(begins_on, ends_on, figures_of(MEAL, tallies, count)))
    return found


def list_given(
    actor: Actor,
    *,
    from_on: date,
    until_on: date,
    canteen_id: int | None = None,
    only_with_text: bool = False,
    grade: int | None = None,
    page: int,
    page_size: int,
) -> Page:
    """The single ratings behind the figures, without names. Raises CanteenNotFound or InvalidDateRange."""
    _ensure_range(from_on, until_on)
    return rating_queries.list_ratings(
        MEAL.key,
        provider_kind=CANTEEN,
        provider_ids=list(_canteens(actor, canteen_id)),
        from_on=from_on,
        until_on=until_on,
        only_with_text=only_with_text,
        grades=SCORES if grade is None else [grade],
        page=page,
        page_size=page_size,
    )


def _ensure_range(from_on: date, until_on: date) -> None:
    if not timedelta() <= until_on - from_on < timedelta(days=MOST_DAYS):
        raise InvalidDateRange(days=MOST_DAYS)


def _canteens(actor: Actor, canteen_id: int | None) -> dict[int, str]:
    """The names of the canteens within reach, closed ones too; or of the one that is asked for."""
    statement = select(Canteen).order_by(Canteen.campus_id, Canteen.id)
    if canteen_id is not None:
        statement = statement.where(Canteen.id == canteen_id)
    found = {
        canteen.id: canteen.name
        for canteen in db.session.scalars(statement)
        if menu_policies.covers(actor, Permission.CANTEEN_READ, canteen)
    }
    if canteen_id is not None and not found:
        raise CanteenNotFound
    return found


def _served_by_day(canteen_id: int, from_on: date, until_on: date) -> dict[date, int]:
    """How many orders a canteen handed out for the meals of each day."""
    rows = db.session.execute(
        select(Order.served_on, func.count())
        .where(
            Order.canteen_id == canteen_id,
            Order.served_on.between(from_on, until_on),
            Order.state == OrderState.PICKED_UP.value,
        )
        .group_by(Order.served_on)
    )
    return {row[0]: row[1] for row in rows}


def _served(canteen_ids: Collection[int], from_on: date, until_on: date) -> dict[int, int]:
    """How many orders each canteen handed out for the meals of these days."""
    rows = db.session.execute(
        select(Order.canteen_id, func.count())
        .where(
            Order.canteen_id.in_(canteen_ids),
            Order.served_on.between(from_on, until_on),
            Order.state == OrderState.PICKED_UP.value,
        )
        .group_by(Order.canteen_id)
    )
    return {row[0]: row[1] for row in rows}

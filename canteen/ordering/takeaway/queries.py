"""Reads of takeaways. An order that is eaten in the canteen asks nothing here of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from backend import clock
from backend.db import reader, table
from backend.rules import queries as rule_queries
from backend.statements import Statement
from canteen.menu import queries as menu_queries
from canteen.menu.errors import MealNotFound
from canteen.menu.models import Meal, MealState, Period
from canteen.ordering.models import Dining, Origin
from canteen.ordering.takeaway import policies
from canteen.ordering.takeaway.errors import TakeawayNotOffered, WindowForTakeaway, WindowRequired
from canteen.ordering.takeaway.models import TakeawayWindow
from canteen.ordering.takeaway.policies import Packing, Terms, Window
from canteen.ordering.takeaway.rules import OFFERED, PACKAGING_FEN, WINDOW_MINUTES, WINDOW_ORDERS

_MEAL, _WINDOW = table(Meal), table(TakeawayWindow)

FIND_HOURS = Statement(
    select(_MEAL.c.serves_from, _MEAL.c.serves_until).where(_MEAL.c.id == bindparam("meal_id"))
)
FIND_TAKEN = Statement(
    select(_WINDOW.c.collect_from, _WINDOW.c.taken).where(_WINDOW.c.meal_id == bindparam("meal_id"))
)


@dataclass(frozen=True, slots=True)
class FreeWindow:
    """A window with how many places are left; None for any number."""

    collect_from: datetime
    collect_until: datetime
    free: int | None


@dataclass(frozen=True, slots=True)
class TakeawayOffer:
    """What a canteen offers to who takes a meal away. The windows are those that are not over."""

    is_offered: bool
    is_window_required: bool
    packaging_fee_fen: int
    windows: Sequence[FreeWindow]


def terms_of(canteen_id: int, at: datetime) -> Terms:
    """The canteen's terms at an instant."""
    return Terms(
        is_offered=rule_queries.value(OFFERED, canteen_id, at=at),
        minutes=rule_queries.value(WINDOW_MINUTES, canteen_id, at=at),
        limit=rule_queries.value(WINDOW_ORDERS, canteen_id, at=at),
        packaging_fen=rule_queries.value(PACKAGING_FEN, canteen_id, at=at),
    )


def get_offer(*, canteen_id: int, served_on: date, period: Period) -> TakeawayOffer:
    """The windows of a published meal. Raises CanteenNotFound or MealNotFound."""
    menu_queries.get_canteen(canteen_id)
    meal = menu_queries.find_meal(canteen_id, served_on, period)
    if meal is None or meal.state == MealState.DRAFT or meal.serves_from is None or meal.serves_until is None:
        raise MealNotFound
    now = clock.now()
    terms = terms_of(canteen_id, now)
    windows = policies.windows_of(meal.serves_from, meal.serves_until, terms.minutes, now)
    taken = _taken(meal.id)
    return TakeawayOffer(
        is_offered=terms.is_offered,
        is_window_required=terms.limit > 0,
        packaging_fee_fen=terms.packaging_fen,
        windows=[
            FreeWindow(
                window.collect_from,
                window.collect_until,
                policies.free_places(taken.get(window.collect_from, 0), terms.limit),
            )
            for window in windows
            if terms.is_offered
        ],
    )


def packing_of(
    *,
    canteen_id: int,
    meal_id: int,
    dining: Dining,
    collect_from: datetime | None,
    origin: Origin,
    at: datetime,
) -> Packing:
    """How a new order is packed, by the rules of the instant; of a meal that is published.

    A standing order, which can name no window, gets the first with a place where windows are limited; what
    is handed out at the counter at once needs none. Raises TakeawayNotOffered, WindowRequired,
    WindowNotOffered, WindowForTakeaway, or WindowFull for a standing order.
    """
    if dining is Dining.DINE_IN:
        if collect_from is not None:
            raise WindowForTakeaway
        return Packing()
    terms = terms_of(canteen_id, at)
    if not terms.is_offered:
        raise TakeawayNotOffered
    window = _window(meal_id, terms, collect_from, origin, at)
    return Packing(window, terms.limit, terms.packaging_fen)


def _window(
    meal_id: int, terms: Terms, collect_from: datetime | None, origin: Origin, at: datetime
) -> Window | None:
    if collect_from is None and (not terms.limit or origin is Origin.WALK_IN):
        return None
    hours = FIND_HOURS.row(reader(), {"meal_id": meal_id})
    windows = policies.windows_of(hours[0], hours[1], terms.minutes, at) if hours is not None else []
    if collect_from is not None:
        return policies.choose(windows, collect_from)
    if origin is Origin.STANDING:
        return policies.first_free(windows, _taken(meal_id), terms.limit)
    raise WindowRequired


def _taken(meal_id: int) -> dict[datetime, int]:
    return {row[0]: row[1] for row in FIND_TAKEN.rows(reader(), {"meal_id": meal_id})}

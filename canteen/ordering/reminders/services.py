"""Use cases of the jobs that tell people."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final, TypeVar

import structlog

from backend import clock
from backend.dates import day_text, full_moment_text
from backend.db import atomic
from backend.notifications import operations as notifications
from backend.notifications.operations import Message
from backend.rules import queries as rule_queries
from canteen.ordering import policies
from canteen.ordering.messages import MENU_PUBLISHED, PICKUP_REMINDER
from canteen.ordering.reminders import queries
from canteen.ordering.reminders.queries import MealAhead, NewMenu, ToRemind
from canteen.ordering.rules import MOST_REMINDER_MINUTES, REMINDER_MINUTES

log = structlog.get_logger(__name__)

# Who publishes a week day by day is waited for, so that one message tells of all.
SETTLES_AFTER: Final = timedelta(minutes=5)
# An announcement that could not be made for so long is not made any more.
NEWS_FOR: Final = timedelta(hours=2)
# Who has eaten there within so long is told of a new menu, nobody else.
REGULAR_FOR: Final = timedelta(days=30)

T = TypeVar("T")


def remind_of_pickups() -> int:
    """Remind the holders of booked orders before their meal begins; returns how many. A unit per meal."""
    now = clock.now()
    soon = [
        meal
        for meal in queries.meals_ahead(now, timedelta(minutes=MOST_REMINDER_MINUTES))
        if meal.serves_from - timedelta(minutes=rule_queries.value(REMINDER_MINUTES, meal.canteen_id)) <= now
    ]
    return _each(soon, _remind)


def announce_menus() -> int:
    """Tell the regulars of a canteen of a week's menu, once; returns how many. A unit per menu."""
    now = clock.now()
    return _each(queries.new_menus(now - NEWS_FOR, now - SETTLES_AFTER, now), _announce)


def _each(things: Iterable[T], tell: Callable[[T], int]) -> int:
    """One that fails keeps no other from its turn, and is raised at the end."""
    failures: list[Exception] = []
    told = 0
    for thing in things:
        try:
            told += tell(thing)
        except Exception as failure:
            log.exception("people not told")
            failures.append(failure)
    if failures:
        raise failures[0]
    return told


@atomic
def _remind(meal: MealAhead) -> int:
    messages = [_reminder(meal, order) for order in queries.to_remind(meal.id)]
    return len(notifications.notify_each(PICKUP_REMINDER, messages))


def _reminder(meal: MealAhead, order: ToRemind) -> Message:
    first = "、".join(order.dishes[:2])
    dishes = first if len(order.dishes) <= 2 else f"{first}等{order.portions}份"
    return Message(
        order.staff_id,
        {
            "canteen": meal.canteen,
            "meal": policies.meal_name(meal.served_on, meal.period),
            "time": full_moment_text(meal.serves_from),
            "number": str(order.pickup_no) if order.pickup_no is not None else "见取餐码",
            "dishes": dishes,
        },
        dedupe=str(order.order_id),
        page=policies.order_page(order.order_id),
        expires_at=meal.serves_until,
    )


@atomic
def _announce(menu: NewMenu) -> int:
    regulars = queries.regulars_of(menu.canteen_id, clock.today() - REGULAR_FOR)
    fields = {"canteen": menu.canteen, "days": _days(menu.first_on, menu.last_on)}
    written = notifications.notify(
        MENU_PUBLISHED,
        regulars,
        fields,
        page=f"pages/canteen/menu?canteen_id={menu.canteen_id}&date={menu.first_on.isoformat()}",
        dedupe=queries.announcement_key(menu.canteen_id, menu.monday),
    )
    return len(written)


def _days(first_on: date, last_on: date) -> str:
    if first_on == last_on:
        return day_text(first_on)
    return f"{day_text(first_on)}至{day_text(last_on)}"

"""The phone's first page in one call. Each part is a small function over one module's query.

A module that has something to say on the first page adds a function to PARTS, or to WAITING if it is
something that waits for the person, and nothing else changes: the phone shows whatever waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from backend import clock
from backend.actor import Actor
from backend.identity.privacy import queries as privacy_queries
from backend.notifications import queries as notification_queries
from backend.notifications.queries import Digest
from backend.suggestions.messages import REPLIED
from canteen.accounts import queries as account_queries
from canteen.ordering import open_meals
from canteen.ordering.colleagues import waiting as colleagues
from canteen.ordering.colleagues.services import TRANSFERS_PAGE
from canteen.ordering.policies import meal_name
from canteen.pickups import rated, upcoming
from canteen.pickups.no_shows import policies as no_show_policies
from canteen.pickups.no_shows import queries as no_show_queries

MESSAGES: Final = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for the person: `count` of a kind, told in words; `page` is where to do it."""

    kind: str
    title: str
    text: str
    count: int
    page: str


@dataclass(frozen=True, slots=True)
class Home:
    """The first page: `parts` by name, and what waits, the most urgent first."""

    date: date
    now: datetime
    parts: dict[str, Any]
    waiting: list[Waiting]


# What waits


def _transfer_offers(actor: Actor, now: datetime, _digest: Digest) -> Waiting | None:
    offers = colleagues.offers_to(actor.staff_id, now)
    if not offers:
        return None
    first = offers[0]
    words = f"{first.giver}想把{meal_name(first.served_on, first.period)}转让给您"
    return Waiting("transfer_offer", "同事转让", _and_more(words, len(offers)), len(offers), TRANSFERS_PAGE)


def _no_shows(actor: Actor, _now: datetime, _digest: Digest) -> Waiting | None:
    missed = no_show_queries.open_to_appeal(actor.staff_id)
    if not missed:
        return None
    first = missed[0]
    words = f"{meal_name(first.date, first.period)}未取餐，如有原因可以申诉"
    page = no_show_policies.page_of(first.order_id)
    return Waiting("no_show", "未取餐", _and_more(words, len(missed)), len(missed), page)


def _ratings(actor: Actor, now: datetime, _digest: Digest) -> Waiting | None:
    meals = rated.to_rate(actor.staff_id, now)
    if not meals:
        return None
    first = meals[0]
    words = f"{meal_name(first.served_on, first.period)}吃得怎么样？"
    page = f"pages/canteen/rate?order_id={first.order_id}"
    return Waiting("rate_order", "待评价", _and_more(words, len(meals)), len(meals), page)


def _replies(_actor: Actor, _now: datetime, digest: Digest) -> Waiting | None:
    unread = digest.unread_by_kind.get(REPLIED.key)
    if unread is None:
        return None
    words = _and_more("您的投诉建议有新答复", unread.count)
    return Waiting("suggestion_replied", "新答复", words, unread.count, unread.page)


def _and_more(words: str, count: int) -> str:
    return f"{words}（共 {count} 件）" if count > 1 else words


WAITING: Final[tuple[Callable[[Actor, datetime, Digest], Waiting | None], ...]] = (
    _transfer_offers,
    _no_shows,
    _ratings,
    _replies,
)


# What is shown


def _orders(actor: Actor, now: datetime, _digest: Digest) -> list[upcoming.Upcoming]:
    return upcoming.upcoming_of(actor.staff_id, now)


def _next_meal(actor: Actor, now: datetime, _digest: Digest) -> open_meals.OpenMeal | None:
    return open_meals.next_open(actor.staff_id, now)


def _messages(_actor: Actor, _now: datetime, digest: Digest) -> Digest:
    return digest


def _account(actor: Actor, _now: datetime, _digest: Digest) -> account_queries.Account:
    return account_queries.get_account(actor)


def _privacy(actor: Actor, _now: datetime, _digest: Digest) -> privacy_queries.ConsentState:
    return privacy_queries.state_of(actor.staff_id)


PARTS: Final[dict[str, Callable[[Actor, datetime, Digest], Any]]] = {
    "orders": _orders,
    "next_meal": _next_meal,
    "messages": _messages,
    "account": _account,
    "privacy": _privacy,
}


def home(actor: Actor) -> Home:
    """The actor's first page. At most eleven statements, however long they have been here."""
    now = clock.now()
    digest = notification_queries.digest_of(actor.staff_id, MESSAGES)
    waiting = (find(actor, now, digest) for find in WAITING)
    return Home(
        clock.local(now).date(),
        now,
        {name: read(actor, now, digest) for name, read in PARTS.items()},
        [each for each in waiting if each is not None],
    )

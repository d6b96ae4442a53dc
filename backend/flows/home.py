"""The phone's first page in one call. Each part is a small function over one module's query.

A module that has something to say on the first page adds a function to PARTS, or to WAITING if it is
something that waits for the person, and nothing else changes: the phone shows whatever waits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import number
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
from feedback.notices import queries as notice_queries
from feedback.reports import waiting as reports
from meeting.bookings import waiting as meetings
from property.inspections.rounds import queries as round_queries
from property.work_orders import waiting as repairs

MESSAGES: Final = 3
NOTICES: Final = 3


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


def _transfer_offers(actor: Actor, now: datetime, _digest: Digest) -> Iterator[Waiting]:
    offers = colleagues.offers_to(actor.staff_id, now)
    if not offers:
        return
    first = offers[0]
    words = f"{first.giver}想把{meal_name(first.served_on, first.period)}转让给您"
    yield Waiting("transfer_offer", "同事转让", _and_more(words, len(offers)), len(offers), TRANSFERS_PAGE)


def _no_shows(actor: Actor, _now: datetime, _digest: Digest) -> Iterator[Waiting]:
    missed = no_show_queries.open_to_appeal(actor.staff_id)
    if not missed:
        return
    first = missed[0]
    words = f"{meal_name(first.date, first.period)}未取餐，如有原因可以申诉"
    page = no_show_policies.page_of(first.order_id)
    yield Waiting("no_show", "未取餐", _and_more(words, len(missed)), len(missed), page)


def _ratings(actor: Actor, now: datetime, _digest: Digest) -> Iterator[Waiting]:
    meals = rated.to_rate(actor.staff_id, now)
    if not meals:
        return
    first = meals[0]
    words = f"{meal_name(first.served_on, first.period)}吃得怎么样？"
    page = f"pages/canteen/rate?order_id={first.order_id}"
    yield Waiting("rate_order", "待评价", _and_more(words, len(meals)), len(meals), page)


def _replies(_actor: Actor, _now: datetime, digest: Digest) -> Iterator[Waiting]:
    unread = digest.unread_by_kind.get(REPLIED.key)
    if unread is None:
        return
    words = _and_more("您的投诉建议有新答复", unread.count)
    yield Waiting("suggestion_replied", "新答复", words, unread.count, unread.page)


def _repairs(actor: Actor, _now: datetime, _digest: Digest) -> Iterator[Waiting]:
    found = repairs.on_first_page(actor)
    if found.offered:
        words = _and_more("有派给您的工单，请接单", found.offered)
        page = "pages/repairs/tasks"
        yield Waiting("repair_offered", "待接单", words, found.offered, page)
    if found.holds:
        words = _and_more("维修人员申请挂起工单，请审批", found.holds)
        yield Waiting("repair_hold", "挂起待审批", words, found.holds, "pages/repairs/holds")
    if found.to_accept:
        words = _and_more("您报修的问题已处理完，请验收", found.to_accept)
        page = _repair_page(found.to_accept, found.first_to_accept)
        yield Waiting("repair_to_accept", "待验收", words, found.to_accept, page)
    if found.to_rate:
        words = _and_more("您报修的问题处理得怎么样？", found.to_rate)
        page = _repair_page(found.to_rate, found.first_to_rate)
        yield Waiting("repair_to_rate", "维修待评价", words, found.to_rate, page)


def _repair_page(count: int, order_id: int | None) -> str:
    return f"pages/repairs/order?id={order_id}" if count == 1 else "pages/repairs/list"


def _rounds(actor: Actor, _now: datetime, _digest: Digest) -> Iterator[Waiting]:
    if not actor.can(Permission.INSPECTIONS_PERFORM):
        return
    count = round_queries.count_mine(actor).now
    if count:
        words = _and_more("有现在可以做的巡检", count)
        yield Waiting("inspection_round", "待巡检", words, count, "pages/inspections/rounds")


def _reports(actor: Actor, _now: datetime, _digest: Digest) -> Iterator[Waiting]:
    found = reports.on_first_page(actor)
    if found.pending:
        words = _and_more("有新的诉求，请审核", found.pending)
        yield Waiting("report_pending", "诉求待审核", words, found.pending, "pages/feedback/cases?scope=desk")
    if found.office:
        words = _and_more("有转来的诉求，请办理", found.office)
        yield Waiting("report_assigned", "诉求待办理", words, found.office, "pages/feedback/cases")
    if found.to_rate:
        words = _and_more("您反映的问题解决了吗？", found.to_rate)
        is_one = found.to_rate == 1
        page = f"pages/feedback/report?id={found.first_to_rate}" if is_one else "pages/feedback/mine"
        yield Waiting("report_to_rate", "诉求待评价", words, found.to_rate, page)


def _meetings_to_decide(actor: Actor, _now: datetime, _digest: Digest) -> Iterator[Waiting]:
    count = number(meetings.to_decide(actor)) if meetings.decides(actor) else 0
    if count:
        words = _and_more("有会议室预订，请审批", count)
        yield Waiting("meeting_approval", "会议待审批", words, count, "pages/meeting/approvals")


def _and_more(words: str, count: int) -> str:
    return f"{words}（共 {count} 件）" if count > 1 else words


WAITING: Final[tuple[Callable[[Actor, datetime, Digest], Iterator[Waiting]], ...]] = (
    _rounds,
    _repairs,
    _reports,
    _meetings_to_decide,
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


def _notices(actor: Actor, _now: datetime, _digest: Digest) -> list[notice_queries.HomeNotice]:
    return notice_queries.newest_for(actor, NOTICES)


def _meetings(actor: Actor, now: datetime, _digest: Digest) -> list[meetings.Coming]:
    return meetings.coming(actor, now)


PARTS: Final[dict[str, Callable[[Actor, datetime, Digest], Any]]] = {
    "orders": _orders,
    "next_meal": _next_meal,
    "messages": _messages,
    "account": _account,
    "privacy": _privacy,
    "notices": _notices,
    "meetings": _meetings,
}


def home(actor: Actor) -> Home:
    """The actor's first page. At most fifteen statements, however long they have been here; three more for a
    worker, one more for a member of a handling office."""
    now = clock.now()
    digest = notification_queries.digest_of(actor.staff_id, MESSAGES)
    return Home(
        clock.local(now).date(),
        now,
        {name: read(actor, now, digest) for name, read in PARTS.items()},
        [each for find in WAITING for each in find(actor, now, digest)],
    )

"""The phone's first page, and the leader's figures of the day."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.flows import figures as figure_flows
from backend.flows import home as home_flows
from backend.http import endpoint
from backend.wire import Bool, Date, Id, Instant, Int, Many, Out, Part, Str, Tenths
from canteen.accounts.schemas import AccountOut

blueprint = Blueprint("home", __name__, description="首页与今日概览")


class UpcomingOut(Out):
    """An order to come, with its meal's times and what can be done with it now."""

    id = Id()
    number = Str()
    date = Date()
    period = Str()
    period_name = Str()
    canteen_id = Id()
    canteen_name = Str()
    state = Str()
    state_name = Str()
    dining = Str()
    origin = Str()
    total_fen = Int()
    dishes = Many(Str())
    pickup_no = Int(allow_none=True)
    pickup_from = Instant(allow_none=True)
    serves_from = Instant(allow_none=True)
    serves_until = Instant(allow_none=True)
    collect_from = Instant(allow_none=True)
    collect_until = Instant(allow_none=True)
    can_show_code = Bool()
    can_change = Bool()
    changes_until = Instant(allow_none=True)
    can_cancel = Bool()
    cancels_until = Instant(allow_none=True)


class OpenMealOut(Out):
    """A meal that can be ordered, until `order_closes_at`."""

    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    period = Str()
    period_name = Str()
    order_closes_at = Instant()
    serves_from = Instant()


class NewestMessageOut(Out):
    """One of the newest messages."""

    id = Id()
    title = Str()
    text = Str(max_length=500)
    page = Str()
    is_urgent = Bool()
    created_at = Instant()
    read_at = Instant(allow_none=True)


class DigestOut(Out):
    """How many messages are unread, and the newest."""

    unread = Int()
    latest = Many(Part(NewestMessageOut))


class WaitingOut(Out):
    """Something that waits for the person, told in words."""

    kind = Str()
    title = Str()
    text = Str()
    count = Int()
    page = Str()


class ConsentStateOut(Out):
    """The privacy policy that holds; null if the person was not asked about it."""

    version = Str()
    is_agreed = Bool(allow_none=True)


class HomeNoticeOut(Out):
    """One of the notices that are pinned or not opened yet."""

    id = Id()
    kind = Str()
    kind_name = Str()
    title = Str()
    published_at = Instant()
    is_pinned = Bool()
    is_unread = Bool()


class ComingMeetingOut(Out):
    """A meeting of today that one organises or attends."""

    booking_id = Id()
    occurrence_id = Id()
    subject = Str()
    room = Str()
    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")


class HomeOut(Out):
    """The first page."""

    date = Date()
    now = Instant()
    orders = Many(Part(UpcomingOut), attribute="parts.orders")
    next_meal = Part(OpenMealOut, attribute="parts.next_meal", allow_none=True)
    messages = Part(DigestOut, attribute="parts.messages")
    waiting = Many(Part(WaitingOut))
    account = Part(AccountOut, attribute="parts.account")
    privacy = Part(ConsentStateOut, attribute="parts.privacy")
    notices = Many(Part(HomeNoticeOut), attribute="parts.notices")
    meetings = Many(Part(ComingMeetingOut), attribute="parts.meetings")


class PeriodFiguresOut(Out):
    """One period of today."""

    period = Str()
    period_name = Str()
    ordered = Int()
    picked_up = Int()
    portions = Tenths()


class SatisfactionOut(Out):
    """What diners said; rates are fractions of 1 with three decimals, null where there is nothing to tell."""

    rate = Str(attribute="satisfied_rate", allow_none=True)
    average = Str(allow_none=True)
    count = Int()
    served = Int()
    coverage = Str(allow_none=True)
    is_withheld = Bool()


class DayFiguresOut(Out):
    """The figures of one canteen, or of all together."""

    periods = Many(Part(PeriodFiguresOut))
    ordered = Int()
    picked_up = Int()
    portions = Tenths()
    ordered_last_week = Int(allow_none=True)
    ordered_change = Str(allow_none=True)
    yesterday_ordered = Int()
    yesterday_picked_up = Int()
    attendance_rate = Str(allow_none=True)
    no_show_count = Int()
    no_show_rate = Str(allow_none=True)
    satisfaction = Part(SatisfactionOut)


class CanteenTodayOut(Out):
    """One canteen."""

    canteen_id = Id()
    canteen_name = Str()
    figures = Part(DayFiguresOut)


class TodayOut(Out):
    """How today stands, of each canteen within reach and of all together."""

    date = Date(attribute="day")
    compared_on = Date()
    yesterday = Date()
    rated_from = Date()
    rated_until = Date()
    canteens = Many(Part(CanteenTodayOut))
    total = Part(DayFiguresOut)


@endpoint(blueprint, "GET", "/home", permission=Permission.SELF, out=HomeOut)
def get_home(actor: Actor) -> Any:
    """The phone's first page: orders to come, what waits, messages, the balance"""
    return home_flows.home(actor)


@endpoint(blueprint, "GET", "/figures/today", permission=Permission.FIGURES_READ, out=TodayOut)
def get_figures(actor: Actor) -> Any:
    """How today stands in the canteens within reach, without anybody's name"""
    return figure_flows.today(actor)

"""What became of messages to people: sends, urgent calls, and how the channels are set up."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.notifications import policies, queries, templates
from backend.notifications.calls import queries as call_queries
from backend.notifications.delivery import reasons
from backend.notifications.kinds import Channel, all_kinds
from backend.notifications.models import CallState, SendState
from backend.notifications.queries import CHANNEL_NAMES
from backend.notifications.subscriptions import queries as subscription_queries
from backend.wire import Choice, Date, PageQuery, Query, Str
from console.pages import page, pages, render

blueprint = pages("console_notifications", __name__)

SEND_TONES = {
    SendState.WAITING: "blue",
    SendState.LEASED: "blue",
    SendState.SENT: "green",
    SendState.FAILED: "red",
    SendState.NO_QUOTA: "yellow",
    SendState.SKIPPED: "gray",
    SendState.EXPIRED: "gray",
}
CALL_STATES = {
    CallState.OPEN: "等待确认",
    CallState.ACKNOWLEDGED: "已确认",
    CallState.EXHAUSTED: "无人应答",
}
CALL_TONES = {CallState.OPEN: "red", CallState.ACKNOWLEDGED: "green", CallState.EXHAUSTED: "yellow"}
ACKNOWLEDGED_VIA: dict[Any, str] = {"app": "小程序", **CHANNEL_NAMES}


class Shown(StrEnum):
    """What one looks for: several states together, or one of the ends."""

    TROUBLE = "trouble"
    PENDING = "pending"
    FAILED = "failed"
    NO_QUOTA = "no_quota"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    SENT = "sent"
    ALL = "all"


_PENDING = (SendState.WAITING, SendState.LEASED)
_TOGETHER = {
    Shown.TROUBLE: ("所有未送达", tuple(policies.RETRYABLE)),
    Shown.PENDING: ("等待与发送中", _PENDING),
    Shown.ALL: ("全部", tuple(SendState)),
}


class SendsQuery(PageQuery):
    """Which sends; the days are those on which they were put into the outbox."""

    show = Choice(Shown, load_default=Shown.TROUBLE)
    kind = Str(max_length=60, load_default="")
    channel = Choice(Channel)
    from_date = Date()
    until_date = Date()


class CallsQuery(PageQuery):
    """Which urgent calls."""

    state = Choice(CallState)


@page(blueprint, "/notifications", permission=Permission.NOTIFICATIONS_MANAGE, query=SendsQuery)
def sends(actor: Actor, query: dict[str, Any]) -> str:
    """What was not delivered, and what waits."""
    from_on = query.get("from_date") or clock.today() - queries.RECENT
    until_on = query.get("until_date")
    found = queries.failed(
        actor,
        page=query["page"],
        page_size=query["page_size"],
        states=_states(query["show"]),
        channel=query.get("channel"),
        kind=query["kind"],
        since=_midnight(from_on),
        until=_midnight(until_on + timedelta(days=1)) if until_on else None,
    )
    return render(
        "notifications/sends.html",
        found=found,
        counts=queries.counts(),
        query=query,
        from_on=from_on,
        until_on=until_on,
        shown={each: _title(each) for each in Shown},
        states=reasons.STATE_NAMES,
        tones=SEND_TONES,
        kinds={kind.key: kind.title for kind in all_kinds() if kind.channels},
        channels=CHANNEL_NAMES,
        reason_of=reasons.in_words,
        most_attempts=policies.MOST_ATTEMPTS,
        pending=_PENDING,
    )


@page(blueprint, "/notifications/calls", permission=Permission.NOTIFICATIONS_MANAGE, query=CallsQuery)
def calls(actor: Actor, query: dict[str, Any]) -> str:
    """Urgent calls: who was called when, and who acknowledged."""
    return render(
        "notifications/calls.html",
        found=call_queries.page_calls(
            actor, state=query.get("state"), page=query["page"], page_size=query["page_size"]
        ),
        query=query,
        states=CALL_STATES,
        tones=CALL_TONES,
        via=ACKNOWLEDGED_VIA,
        State=CallState,
    )


@page(blueprint, "/notifications/channels", permission=Permission.NOTIFICATIONS_MANAGE, query=Query)
def channels(actor: Actor, query: dict[str, Any]) -> str:
    """How each channel is set up, and which WeChat template carries what."""
    return render(
        "notifications/channels.html",
        channels=queries.channel_status(),
        problems=templates.mapped().problems,
        standing=subscription_queries.standing(actor),
        quiet=queries.quiet_hours(),
    )


def _title(shown: Shown) -> str:
    return _TOGETHER[shown][0] if shown in _TOGETHER else reasons.STATE_NAMES[SendState(shown)]


def _states(shown: Shown) -> tuple[SendState, ...]:
    return _TOGETHER[shown][1] if shown in _TOGETHER else (SendState(shown),)


def _midnight(day: date) -> datetime:
    return clock.at_local(day, time.min)

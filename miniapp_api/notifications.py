"""The inbox, acknowledgements, subscriptions and what became of messages, over HTTP."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.notifications import queries, services
from backend.notifications.calls import services as call_services
from backend.notifications.schemas import InboxOut, InboxQuery, MarkedOut, MessageOut, ReadIn
from backend.notifications.subscriptions import queries as subscription_queries
from backend.notifications.subscriptions import services as subscription_services
from backend.notifications.subscriptions.schemas import SubscriptionsIn, SubscriptionsQuery, WantedOut

blueprint = Blueprint("notifications", __name__, description="消息与订阅")


@endpoint(blueprint, "GET", "/inbox", permission=Permission.SELF, query=InboxQuery, out=InboxOut)
def read_inbox(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own messages, the newest first"""
    return queries.read_inbox(actor, **query)


@endpoint(blueprint, "POST", "/inbox/read", permission=Permission.SELF, body=ReadIn, out=MarkedOut)
def mark_read(actor: Actor, body: dict[str, Any]) -> Any:
    """Mark messages as read, or all of them"""
    return services.mark_read(actor, message_ids=body.get("ids"))


@endpoint(
    blueprint,
    "POST",
    "/inbox/<id:message_id>/acknowledge",
    permission=Permission.SELF,
    out=MessageOut,
)
def acknowledge(actor: Actor, message_id: int) -> Any:
    """Acknowledge an urgent call, so that nobody else is called"""
    return call_services.acknowledge(actor, message_id=message_id)


@endpoint(
    blueprint,
    "GET",
    "/subscriptions",
    permission=Permission.SELF,
    query=SubscriptionsQuery,
    out=WantedOut,
    many=True,
)
def list_wanted_subscriptions(actor: Actor, query: dict[str, Any]) -> Any:
    """Which WeChat templates to ask for at the next tap"""
    return subscription_queries.to_ask(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/subscriptions",
    permission=Permission.SELF,
    body=SubscriptionsIn,
    out=WantedOut,
    many=True,
)
def report_subscriptions(actor: Actor, body: dict[str, Any]) -> Any:
    """Tell what `wx.requestSubscribeMessage` answered"""
    return subscription_services.report(actor, app=body["app"], results=body["results"])


@endpoint(
    blueprint,
    "POST",
    "/admin/notifications/sends/<id:row_id>/retry",
    permission=Permission.NOTIFICATIONS_MANAGE,
)
def retry_send(actor: Actor, row_id: int) -> None:
    """Let a message that came to nothing over a channel be tried there again"""
    services.retry(actor, row_id=row_id)

"""Use cases of the ledger."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from backend import clock
from backend.actor import Actor
from backend.db import atomic
from backend.notifications import templates
from backend.notifications.subscriptions import operations, policies, queries
from backend.notifications.subscriptions.operations import Change
from backend.notifications.subscriptions.policies import Answered, Wanted, read_result
from backend.wechat import operations as wechat_operations
from backend.wechat.models import PushEvent

log = structlog.get_logger(__name__)

_BATCH: Final = 100
# WeChat tells within minutes what became of a message; its numbers are looked up no further back.
_TOLD_WITHIN: Final = timedelta(days=7)


@atomic
def report(actor: Actor, *, app: str, results: Sequence[Answered]) -> list[Wanted]:
    """Keep what the actor's phone tells of a request to subscribe; returns what to ask for next.

    Templates and words that we do not know are passed over. Raises NotBound.
    """
    identity_id = queries.own_identity(actor, app)
    long_term = _long_term_by_template(app)
    changes: dict[str, Change] = {}
    for each in results:
        result = read_result(each.result)
        if result is not None and each.template_id in long_term:
            changes[each.template_id] = partial(
                policies.reported, result=result, at=clock.now(), is_long_term=long_term[each.template_id]
            )
    operations.change(identity_id, changes)
    return queries.to_ask(actor, app=app)


def apply_events() -> int:
    """Apply what WeChat pushed about subscriptions, each event once; returns how many.

    An event that cannot be applied is put aside with its reason and keeps no other from its turn.
    """
    applied = 0
    while events := queries.waiting_events(_BATCH):
        for event in events:
            applied += _apply_or_put_aside(event)
    return applied


def _apply_or_put_aside(event: PushEvent) -> bool:
    try:
        return _apply(event)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        log.warning("wechat event not understood", event_id=event.id, kind=event.kind)
        return _put_aside(event.id, f"{type(error).__name__}: {error}")


@atomic
def _put_aside(event_id: int, reason: str) -> bool:
    return wechat_operations.mark_handled(event_id, error=reason)


@atomic
def _apply(event: PushEvent) -> bool:
    # Whoever marks the event applies it, in one unit of work: exactly once.
    if not wechat_operations.mark_handled(event.id):
        return False
    items: list[dict[str, Any]] = event.payload["List"]
    if event.kind == "subscribe_msg_sent_event":
        for item in items:
            _note_delivery(item)
        return True
    identity_id = queries.find_identity(event.app, openid=event.openid)
    if identity_id is None:
        return True
    at = datetime.fromtimestamp(int(event.payload["CreateTime"]), UTC)
    long_term = _long_term_by_template(event.app)
    for item in items:
        template_id, result = str(item["TemplateId"]), read_result(str(item["SubscribeStatusString"]))
        if result is None or template_id not in long_term:
            continue
        is_long_term = long_term[template_id]
        change: Change
        if event.kind == "subscribe_msg_popup_event":
            change = partial(policies.pushed, result=result, at=at, is_long_term=is_long_term)
        else:
            change = partial(policies.switched, result=result, is_long_term=is_long_term)
        operations.change(identity_id, {template_id: change})
    return True


def _note_delivery(item: dict[str, Any]) -> None:
    """What became of a message that WeChat took: its errcode 0 is a delivery, anything else is none."""
    errcode = str(item.get("ErrorCode", "0"))
    if errcode == "0":
        return
    message_id = str(item["MsgID"])
    known = operations.mark_undelivered(message_id, f"wechat:{errcode}"[:80], clock.now() - _TOLD_WITHIN)
    log.info("wechat did not deliver", errcode=errcode, known=known)


def _long_term_by_template(app: str) -> dict[str, bool]:
    return {each.template_id: each.is_long_term for each in templates.templates_of(app).values()}

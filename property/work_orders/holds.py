"""Holds of orders (挂起), within an open unit of work, with the order locked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import db
from backend.media import operations as media
from backend.rules import queries as rule_queries
from property.service_levels import operations as clocks
from property.service_levels.models import PauseKind
from property.work_orders import moving, policies, telling
from property.work_orders.errors import HoldWaits
from property.work_orders.messages import HELD, HOLD_ASKED
from property.work_orders.models import Hold, HoldState, WorkOrder
from property.work_orders.policies import Step
from property.work_orders.rules import HOLD_FREE_HOURS


def live(order_id: int) -> Hold | None:
    """The hold of an order that waits or runs."""
    return db.session.scalars(
        select(Hold)
        .where(
            Hold.order_id == order_id,
            Hold.state.in_([HoldState.WAITING.value, HoldState.RUNNING.value]),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def ask(
    actor: Actor,
    order: WorkOrder,
    *,
    reason: str,
    expected_until: datetime,
    photo_ids: Sequence[int],
    at: datetime,
    is_late: bool,
) -> None:
    """Hold the order at once, or ask for it if it is to be held for longer than is free.

    Raises OrderState, HoldWaits, HoldUntilInvalid or PhotoNotFound.
    """
    policies.state_after(order.state, Step.HOLD)
    policies.ensure_hold_until(expected_until, at)
    if live(order.id) is not None:
        raise HoldWaits
    hold = Hold(
        order_id=order.id,
        cycle=order.cycle,
        state=HoldState.WAITING.value,
        reason=reason,
        expected_until=expected_until,
        asked_at=at,
        asked_by=actor.staff_id,
    )
    db.session.add(hold)
    db.session.flush()  # Its photos name it.
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        media.attach(actor, photo_id, policies.PHOTOS_HOLD, hold.id, position=position)
    free = timedelta(hours=rule_queries.value(HOLD_FREE_HOURS))
    if not policies.hold_needs_approval(at, expected_until, free):
        begin(actor, order, hold, text=reason, at=at, is_late=is_late)
        return
    moving.note(actor, order, Step.ASK_HOLD, text=reason, at=at, until=_said(expected_until), is_late=is_late)
    record(actor, "property.hold_asked", "work_order", order.id, number=order.number, reason=reason)
    telling.tell_holders(
        order,
        HOLD_ASKED,
        Permission.ORDERS_APPROVE,
        event="hold asked",
        but=actor.staff_id,
        who=actor.name,
        until=shown(expected_until),
        why=reason,
    )


def begin(
    actor: Actor, order: WorkOrder, hold: Hold, *, text: str, at: datetime, is_late: bool = False
) -> None:
    """Let a hold run from now on. Raises OrderState."""
    moving.move(actor, order, Step.HOLD, text=text, at=at, until=_said(hold.expected_until), is_late=is_late)
    hold.state = HoldState.RUNNING.value
    hold.from_at = at
    clocks.pause(order.id, order.cycle, PauseKind.HOLD, at)
    record(actor, "property.order_held", "work_order", order.id, number=order.number, reason=hold.reason)
    telling.tell_reporter(order, HELD, event="held", why=hold.reason, until=shown(hold.expected_until))


def end(actor: Actor, order: WorkOrder, *, at: datetime, is_late: bool = False) -> datetime:
    """Go on with a held order: at `at`, or at the expected end if that has come before; returns when.

    Raises OrderState.
    """
    hold = live(order.id)
    ended_at = min(at, hold.expected_until) if hold is not None else at
    moving.move(actor, order, Step.RESUME, at=ended_at, is_late=is_late)
    if hold is not None:
        hold.state = HoldState.ENDED.value
        hold.ended_at = ended_at
    clocks.resume(order.id, order.cycle, ended_at)
    return ended_at


def refuse(actor: Actor, order: WorkOrder, hold: Hold, *, text: str, at: datetime) -> None:
    """Say no to a hold that waits."""
    hold.state = HoldState.REFUSED.value
    hold.decided_at = at
    hold.decided_by = actor.staff_id
    hold.decision = text
    moving.note(actor, order, Step.REFUSE_HOLD, text=text, at=at)


def drop(actor: Actor, order: WorkOrder, *, at: datetime) -> None:
    """Let go of a hold that waits: the order has moved on."""
    hold = live(order.id)
    if hold is not None and hold.state == HoldState.WAITING:
        hold.state = HoldState.REFUSED.value
        hold.decided_at = at
        hold.decided_by = actor.staff_id
        hold.decision = "工单已继续办理，申请自动作废"


def shown(instant: datetime) -> str:
    """An instant as messages say it: `11-23 14:30`."""
    return clock.local(instant).strftime("%m-%d %H:%M")


def _said(instant: datetime) -> str:
    return clock.local(instant).isoformat(timespec="seconds")

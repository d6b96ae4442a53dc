"""Use cases whose refusals leave a trace."""

from collections.abc import Callable
from typing import TypeVar

from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.errors import AppError
from backend.refusals import recording
from property.work_orders.errors import OrderNotYours, OrderState, OwnWork
from property.work_orders.policies import Verb

R = TypeVar("R")


def leaving_trace(verb: Verb) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case that takes (actor, order_id, …); its refusal by state or right is recorded."""

    def note(actor: Actor, order_id: int, refused: AppError) -> None:
        record(
            actor,
            "property.order_step_refused",
            "work_order",
            order_id,
            result=Result.REFUSED,
            verb=verb.value,
            code=refused.code,
        )

    return recording(note, OrderState, OrderNotYours, OwnWork)

"""Use cases whose refusals leave a trace, in a unit of work of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import aside, atomic
from meeting.bookings.changing_errors import OwnApproval
from meeting.bookings.errors import BookingState, NotYours
from meeting.bookings.policies import Verb

R = TypeVar("R")


def leaving_trace(verb: Verb) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case of (actor, booking_id, …); its refusal by state or right is recorded."""

    def decorate(use_case: Callable[..., R]) -> Callable[..., R]:
        run_atomic = atomic(use_case)

        @wraps(use_case)
        def run(actor: Actor, booking_id: int, **given: Any) -> R:
            try:
                return run_atomic(actor, booking_id, **given)
            except (BookingState, NotYours, OwnApproval) as refused:
                _record(actor, booking_id, verb, refused.code)
                raise

        return run

    return decorate


@aside
def _record(actor: Actor, booking_id: int, verb: Verb, code: str) -> None:
    # In a unit of its own: the refusal has rolled the other one back.
    record(
        actor,
        "meeting.step_refused",
        "meeting_booking",
        booking_id,
        result=Result.REFUSED,
        verb=verb.value,
        code=code,
    )

"""Use cases whose refusals leave a trace."""

from collections.abc import Callable
from typing import TypeVar

from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.errors import AppError
from backend.refusals import recording
from meeting.bookings.changing_errors import OwnApproval
from meeting.bookings.errors import BookingState, NotYours
from meeting.bookings.policies import Verb

R = TypeVar("R")


def leaving_trace(verb: Verb) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case of (actor, booking_id, …); its refusal by state or right is recorded."""

    def note(actor: Actor, booking_id: int, refused: AppError) -> None:
        record(
            actor,
            "meeting.step_refused",
            "meeting_booking",
            booking_id,
            result=Result.REFUSED,
            verb=verb.value,
            code=refused.code,
        )

    return recording(note, BookingState, NotYours, OwnApproval)

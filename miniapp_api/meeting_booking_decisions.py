"""Meeting bookings after they were made: changing, deciding, cancelling, handing over, overriding.

Whoever works here may call each of these; what they may do with which booking, the use cases say.
"""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import In, PageQuery
from meeting.bookings import cancelling, deciding, editing, restoring, running, services, transferring
from meeting.bookings.changing_schemas import (
    BookingAnswerIn,
    BookingApproveIn,
    BookingCancelIn,
    BookingChangeIn,
    BookingDateIn,
    BookingEndIn,
    BookingExtendIn,
    BookingQuestionIn,
    BookingRejectIn,
    BookingRestoreIn,
    BookingTransferIn,
)
from meeting.bookings.listing import Scope
from meeting.bookings.overrides import queries as override_queries
from meeting.bookings.overrides import services as overrides
from meeting.bookings.overrides.schemas import (
    MeetingOverrideOut,
    MeetingOverridesQuery,
    OverrideApproveIn,
    OverrideRejectIn,
    OverrideWithdrawIn,
)
from meeting.bookings.schemas import BookingOut, BookingRowOut

blueprint = Blueprint("meeting_booking_decisions", __name__, description="会议预订的变更与审批")

SELF = Permission.SELF
BOOKING = "/meeting/bookings/<id:booking_id>"
OVERRIDES = "/meeting/overrides"


def verb(name: str, body: type[In]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One verb on a booking, answered with the booking as it is then."""
    return endpoint(blueprint, "POST", f"{BOOKING}/{name}", permission=SELF, body=body, out=BookingOut)


@endpoint(blueprint, "PUT", BOOKING, permission=SELF, body=BookingChangeIn, out=BookingOut)
def change_booking(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Change meetings that have not begun: one, it and those after it, or all"""
    return editing.change(actor, booking_id, **body)


@verb("cancel", BookingCancelIn)
def cancel_booking(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Cancel meetings that have not begun"""
    return cancelling.cancel(actor, booking_id, **body)


@verb("approve", BookingApproveIn)
def approve_booking(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Approve meetings that wait"""
    return deciding.approve(actor, booking_id, **body)


@verb("reject", BookingRejectIn)
def reject_booking(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Refuse meetings that wait"""
    return deciding.reject(actor, booking_id, **body)


@verb("enquire", BookingQuestionIn)
def enquire_about_booking(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Ask for more before deciding"""
    return deciding.enquire(actor, booking_id, **body)


@verb("answer", BookingAnswerIn)
def answer_about_booking(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Say what who approves wants to know"""
    return deciding.answer(actor, booking_id, **body)


@verb("extend", BookingExtendIn)
def extend_meeting(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Let the meeting under way end later"""
    return running.extend(actor, booking_id, **body)


@verb("end", BookingEndIn)
def end_meeting(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """End the meeting under way"""
    return running.end(actor, booking_id, **body)


@verb("transfer", BookingTransferIn)
def transfer_booking(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Let somebody else organise it"""
    return transferring.transfer(actor, booking_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{BOOKING}/occurrences",
    permission=SELF,
    body=BookingDateIn,
    out=BookingOut,
    status=201,
)
def add_date(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Add one more date"""
    return restoring.add_date(actor, booking_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{BOOKING}/occurrences/<id:occurrence_id>/restore",
    permission=SELF,
    body=BookingRestoreIn,
    out=BookingOut,
)
def restore_date(actor: Actor, booking_id: int, occurrence_id: int, body: dict[str, Any]) -> Any:
    """Try a date again that was lost"""
    return restoring.restore(actor, booking_id, occurrence_id=occurrence_id)


@endpoint(
    blueprint,
    "GET",
    "/meeting/approvals",
    permission=SELF,
    query=PageQuery,
    out=BookingRowOut,
    many=True,
)
def list_approvals(actor: Actor, query: dict[str, Any]) -> Any:
    """Bookings that wait for the reader's decision"""
    return services.page_bookings(actor, scope=Scope.APPROVALS, **query)


@endpoint(
    blueprint,
    "GET",
    OVERRIDES,
    permission=SELF,
    query=MeetingOverridesQuery,
    out=MeetingOverrideOut,
    many=True,
)
def list_overrides(actor: Actor, query: dict[str, Any]) -> Any:
    """Requests to displace others: one's own, and those that one decides on"""
    return override_queries.page(actor, **query)


@endpoint(blueprint, "GET", f"{OVERRIDES}/<id:override_id>", permission=SELF, out=MeetingOverrideOut)
def get_override(actor: Actor, override_id: int) -> Any:
    """One request to displace others"""
    return override_queries.get_view(actor, override_id)


@endpoint(
    blueprint,
    "POST",
    f"{OVERRIDES}/<id:override_id>/approve",
    permission=SELF,
    body=OverrideApproveIn,
    out=MeetingOverrideOut,
)
def approve_override(actor: Actor, override_id: int, body: dict[str, Any]) -> Any:
    """Let a meeting displace others"""
    return overrides.approve(actor, override_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{OVERRIDES}/<id:override_id>/reject",
    permission=SELF,
    body=OverrideRejectIn,
    out=MeetingOverrideOut,
)
def reject_override(actor: Actor, override_id: int, body: dict[str, Any]) -> Any:
    """Let those stay who have the room"""
    return overrides.reject(actor, override_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{OVERRIDES}/<id:override_id>/withdraw",
    permission=SELF,
    body=OverrideWithdrawIn,
    out=MeetingOverrideOut,
)
def withdraw_override(actor: Actor, override_id: int, body: dict[str, Any]) -> Any:
    """Take a request back"""
    return overrides.withdraw(actor, override_id)

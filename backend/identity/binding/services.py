"""Use cases of binding."""

from dataclasses import dataclass
from typing import Final

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import atomic
from backend.errors import AppError, Unavailable
from backend.identity import operations as identity_operations
from backend.identity import policies as identity_policies
from backend.identity import queries as identity_queries
from backend.identity.binding import operations, queries
from backend.identity.binding.errors import NoPhoneCode, PhoneAmbiguous, PhoneNotOnRoster
from backend.identity.binding.policies import Ticket
from backend.identity.binding.queries import BindRequestView
from backend.identity.models import BindRequestState
from backend.identity.operations import LoggedIn
from backend.identity.providers import find_provider

_REASON_NO_MATCH: Final = "no_match"


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to whoever asks by staff number and name, whether or not they match anything."""

    request_id: str
    state: BindRequestState = BindRequestState.PENDING


def bind_by_phone(*, bind_ticket: str, phone_code: str, device: str = "") -> LoggedIn:
    """Bind the ticket's account to the one active member of staff with the person's phone, and log in.

    An attempt is counted whatever comes of it; the ticket is used up by success alone. Another account
    of the same member of staff, and its sessions, end. Raises BindTicketExpired, TooManyBindAttempts,
    PhoneNotOnRoster, PhoneAmbiguous, AccountTaken, or what the provider refuses.
    """
    ticket = _take_attempt(bind_ticket)
    try:
        phone = find_provider(ticket.subject.provider).phone(ticket.app, phone_code, ticket.subject.subject)
        if phone is None:
            raise NoPhoneCode
        return _bind(bind_ticket, ticket, phone, device)
    except Unavailable:
        raise
    except AppError as refusal:
        _record_refusal(ticket.subject.provider, refusal.code)
        raise


def ask_to_bind(*, bind_ticket: str, staff_no: str, name: str) -> Asked:
    """Ask an administrator to bind the ticket's account to who has this staff number and this name.

    The answer is the same whether or not they match; only a true match of an active member of staff makes
    a request. The ticket may be tried again. Raises BindTicketExpired or TooManyBindAttempts.
    """
    ticket = _take_attempt(bind_ticket)
    _ask(ticket, identity_policies.plain(staff_no), name)
    return Asked(queries.reference_of(ticket.subject))


@atomic
def approve_request(actor: Actor, *, request_id: int) -> BindRequestView:
    """Bind the account of a pending request, after checking again that it may be bound.

    Raises Forbidden, BindRequestNotFound, BindRequestDecided, StaffNotActive or AccountTaken.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    request = operations.decide(actor, request_id, BindRequestState.APPROVED)
    identity_operations.bind_identity(
        actor,
        staff_id=request.staff_id,
        provider=request.provider,
        tenant=request.tenant,
        subject=request.subject,
    )
    return queries.request_view(request_id)


@atomic
def reject_request(actor: Actor, *, request_id: int) -> BindRequestView:
    """Turn a pending request down. Raises Forbidden, BindRequestNotFound or BindRequestDecided."""
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    operations.decide(actor, request_id, BindRequestState.REJECTED)
    return queries.request_view(request_id)


@atomic
def _take_attempt(bind_ticket: str) -> Ticket:
    return operations.take_attempt(bind_ticket)


@atomic
def _bind(bind_ticket: str, ticket: Ticket, phone: str, device: str) -> LoggedIn:
    holders = queries.active_with_phone(phone)
    if not holders:
        raise PhoneNotOnRoster
    if len(holders) > 1:
        raise PhoneAmbiguous
    staff = identity_queries.lock_staff(holders[0])
    operations.use_ticket(bind_ticket)
    identity_operations.bind(identity_policies.ANONYMOUS, staff, ticket.subject)
    return identity_operations.log_in(staff, provider=ticket.subject.provider, device=device)


@atomic
def _ask(ticket: Ticket, staff_no: str, name: str) -> None:
    staff_id = queries.active_with_number_and_name(staff_no, name)
    if staff_id is None:
        operations.record_refusal(ticket.subject.provider, _REASON_NO_MATCH)
    else:
        operations.ask(ticket.subject, staff_id)


@atomic
def _record_refusal(provider: str, reason: str) -> None:
    operations.record_refusal(provider, reason)

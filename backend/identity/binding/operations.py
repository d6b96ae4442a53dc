"""Writes of binding, within an open unit of work."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from backend import clock
from backend.actor import Actor
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import db, unit
from backend.identity.binding import policies
from backend.identity.binding.errors import BindRequestDecided, BindRequestNotFound
from backend.identity.binding.policies import Ticket
from backend.identity.binding.rules import BIND_ATTEMPTS, TICKET_MINUTES
from backend.identity.errors import BindTicketExpired, TooManyBindAttempts
from backend.identity.models import BindRequest, BindRequestState, BindTicket
from backend.identity.operations import INSERT
from backend.identity.policies import ANONYMOUS, ExternalSubject, hash_token
from backend.rules import queries as rule_queries


@dataclass(frozen=True, slots=True)
class Unbound:
    """The answer to an account that is bound to nobody. The ticket is kept nowhere else."""

    bind_ticket: str
    expires_at: datetime


def issue_ticket(subject: ExternalSubject, *, app: str) -> Unbound:
    """A ticket with which this account may bind itself once."""
    unit()
    lasts = timedelta(minutes=rule_queries.value(TICKET_MINUTES))
    ticket, expires_at = secrets.token_urlsafe(32), clock.now() + lasts
    db.session.add(
        BindTicket(
            ticket_hash=hash_token(ticket),
            provider=subject.provider,
            app=app,
            tenant=subject.tenant,
            subject=subject.subject,
            expires_at=expires_at,
        )
    )
    return Unbound(ticket, expires_at)


def take_attempt(ticket: str) -> Ticket:
    """Count one attempt with a ticket; parallel ones are all counted.

    Raises BindTicketExpired (unknown, used, too old) or TooManyBindAttempts.
    """
    table, now = BindTicket, clock.now()
    row = (
        unit()
        .execute(
            update(table)
            .where(
                table.ticket_hash == hash_token(ticket),
                table.used_at.is_(None),
                table.expires_at > now,
                table.attempts < rule_queries.value(BIND_ATTEMPTS),
            )
            .values(attempts=table.attempts + 1)
            .returning(table.app, table.provider, table.tenant, table.subject)
        )
        .one_or_none()
    )
    if row is not None:
        return Ticket(row.app, ExternalSubject(row.provider, row.tenant, row.subject))
    kept = db.session.get(table, hash_token(ticket))
    if kept is not None and policies.is_usable(kept.used_at, kept.expires_at, now):
        raise TooManyBindAttempts
    raise BindTicketExpired


def use_ticket(ticket: str) -> None:
    """Use the ticket up; of parallel uses one succeeds. Raises BindTicketExpired."""
    table, now = BindTicket, clock.now()
    used = unit().execute(
        update(table)
        .where(table.ticket_hash == hash_token(ticket), table.used_at.is_(None), table.expires_at > now)
        .values(used_at=now)
    )
    if not used.rowcount:
        raise BindTicketExpired


def ask(subject: ExternalSubject, staff_id: int) -> None:
    """Ask the administrators to bind the account; a request that the account has pending stays as it is.

    It is never turned towards somebody else: an administrator would approve what they have not seen.
    """
    connection = unit()
    asked = connection.execute(
        INSERT[connection.dialect.name](BindRequest)
        .values(
            provider=subject.provider,
            tenant=subject.tenant,
            subject=subject.subject,
            staff_id=staff_id,
            state=BindRequestState.PENDING.value,
            asked_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(BindRequest.id)
    ).scalar_one_or_none()
    if asked is not None:
        record(ANONYMOUS, "identity.bind_requested", "bind_request", asked, staff_id=staff_id)


def decide(actor: Actor, request_id: int, state: BindRequestState) -> BindRequest:
    """Decide a pending request; of two administrators at once one succeeds.

    Raises BindRequestNotFound or BindRequestDecided.
    """
    table = BindRequest
    decided = unit().execute(
        update(table)
        .where(table.id == request_id, table.state == BindRequestState.PENDING.value)
        .values(state=state.value, decided_at=clock.now(), decided_by=actor.staff_id)
    )
    request = db.session.scalars(select(table).where(table.id == request_id)).one_or_none()
    if request is None:
        raise BindRequestNotFound
    if not decided.rowcount:
        raise BindRequestDecided
    record(actor, f"identity.bind_{state.value}", "bind_request", request_id, staff_id=request.staff_id)
    return request


def record_refusal(provider: str, reason: str) -> None:
    """Record that an account was not bound, and why; what was typed is not kept."""
    record(
        ANONYMOUS, "identity.bind_refused", "login_provider", provider, result=Result.REFUSED, reason=reason
    )

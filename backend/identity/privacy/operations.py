"""Writes of privacy, within an open unit of work."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.identity import operations as identity_operations
from backend.identity.absences.models import Absence
from backend.identity.models import (
    BindRequest,
    LoginSession,
    PasswordCredential,
    RecoveryCode,
    SecondFactor,
    Staff,
)
from backend.identity.privacy.errors import RequestOpen, VersionTaken
from backend.identity.privacy.models import (
    Consent,
    DataRequest,
    PrivacyPolicy,
    RequestKind,
    RequestState,
    Topic,
)
from backend.identity.privacy.rules import ANSWER_DAYS
from backend.refusals import refusing_clashes
from backend.rules import queries as rule_queries
from backend.workdays.queries import calendar_for


def publish(actor: Actor, *, version: str, summary: str, text: str) -> None:
    """Publish a version, which holds from now on and asks everybody again. Raises VersionTaken."""
    unit()
    with refusing_clashes(VersionTaken(version=version)):
        db.session.add(
            PrivacyPolicy(
                version=version,
                summary=summary,
                text=text,
                published_at=clock.now(),
                published_by=actor.staff_id,
            )
        )
    record(actor, "privacy.policy_published", "privacy_policy", version, summary=summary)


def add_decision(actor: Actor, *, topic: Topic, version: str, is_agreed: bool) -> Consent:
    """Note what the actor decided, and through which login."""
    unit()
    provider = db.session.scalar(select(LoginSession.provider).where(LoginSession.id == actor.session_id))
    decision = Consent(
        staff_id=actor.staff_id,
        topic=topic.value,
        version=version,
        is_agreed=is_agreed,
        channel=provider or "",
        decided_at=clock.now(),
    )
    db.session.add(decision)
    return decision


def add_request(actor: Actor, *, staff_id: int, kind: RequestKind, text: str) -> DataRequest:
    """Note a request of a person, due after the workdays that the rule gives. Raises RequestOpen."""
    unit()
    today = clock.today()
    row = DataRequest(
        staff_id=staff_id,
        kind=kind.value,
        text=text,
        state=RequestState.OPEN.value,
        entered_by=actor.staff_id,
        sent_at=clock.now(),
        due_on=calendar_for(today, today).add_workdays(today, rule_queries.value(ANSWER_DAYS)),
    )
    with refusing_clashes(RequestOpen()):
        db.session.add(row)
    record(actor, "privacy.requested", "data_request", row.id, kind=kind.value, staff_id=staff_id)
    return row


def answer(
    actor: Actor, row: DataRequest, *, state: RequestState, text: str, erased: dict[str, int] | None
) -> None:
    """Answer a locked request; `erased` is what an erasure took away."""
    unit()
    row.state, row.answer, row.erased = state.value, text, erased
    row.answered_at, row.answered_by = clock.now(), actor.staff_id
    details: dict[str, Any] = {"kind": row.kind, "staff_id": row.staff_id, "state": state.value}
    if erased is not None:
        details["erased"] = erased
    record(actor, "privacy.request_answered", "data_request", row.id, **details)


def erase_identity(staff: Staff) -> dict[str, int]:
    """Take from a locked row of the roster whatever no law asks to keep; how much of each there was.

    Staff number, name and posts stay: orders and accounts must lead to somebody.
    """
    numbers = {
        "phone": int(staff.phone_cipher is not None),
        "id_no": int(staff.id_no_cipher is not None),
        "card_no": int(staff.card_no is not None),
    }
    staff.phone_cipher = staff.phone_hash = staff.id_no_cipher = staff.id_no_hash = staff.card_no = None
    credentials = sum(_delete(table, staff.id) for table in (PasswordCredential, RecoveryCode, SecondFactor))
    reasons = update(Absence).where(
        Absence.staff_id == staff.id, or_(Absence.reason != "", Absence.answer != "")
    )
    return {
        **numbers,
        "absence_reasons": unit().execute(reasons.values(reason="", answer="")).rowcount,
        "bindings": len(identity_operations.unbind(staff.id)),
        "bind_requests": _delete(BindRequest, staff.id),
        "sessions": identity_operations.end_sessions(staff.id),
        "credentials": credentials,
    }


def _delete(table: Any, staff_id: int) -> int:
    return unit().execute(delete(table).where(table.staff_id == staff_id)).rowcount


def record_export(actor: Actor) -> None:
    """Note that the actor takes a copy."""
    record(actor, "privacy.exported", "staff", actor.staff_id)

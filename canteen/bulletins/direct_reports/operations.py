"""Writes of direct reports, within an open unit of work."""

from datetime import datetime

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db, unit
from canteen.bulletins.direct_reports import policies
from canteen.bulletins.direct_reports.client import Answer
from canteen.bulletins.direct_reports.models import DirectReport, ReceivedReport, ReportState


def queue(
    actor: Actor, *, bulletin_id: int, unit_code: str, period: str, version: int, payload: bytes, at: datetime
) -> DirectReport:
    """A report to be sent; one that was refused is sent again, one that is waiting or accepted stays."""
    unit()
    found = db.session.scalars(
        select(DirectReport).where(DirectReport.bulletin_id == bulletin_id).with_for_update()
    ).one_or_none()
    if found is None:
        found = DirectReport(
            bulletin_id=bulletin_id,
            unit_code=unit_code,
            period=period,
            version=version,
            payload=payload.decode(),
            payload_hash=policies.digest(payload),
            state=ReportState.WAITING.value,
            next_attempt_at=at,
            queued_at=at,
            queued_by_name=actor.name,
        )
        db.session.add(found)
    elif found.state == ReportState.REFUSED.value:
        found.state, found.settled_at, found.next_attempt_at = ReportState.WAITING.value, None, at
    db.session.flush()
    return found


def settle(report_id: int, answer: Answer, *, at: datetime) -> None:
    """Write down what the platform said."""
    found = _waiting(report_id)
    if found is None:
        return
    found.attempts += 1
    found.state = (ReportState.REFUSED if answer.refusal else ReportState.ACCEPTED).value
    found.last_error, found.receipt_no, found.settled_at = answer.refusal, answer.receipt_no, at
    db.session.flush()


def postpone(report_id: int, why: str, *, at: datetime) -> None:
    """Try again later."""
    found = _waiting(report_id)
    if found is None:
        return
    found.attempts += 1
    found.last_error = why[:200]
    found.next_attempt_at = at + policies.pause_after(found.attempts)
    db.session.flush()


def _waiting(report_id: int) -> DirectReport | None:
    unit()
    statement = (
        select(DirectReport)
        .where(DirectReport.id == report_id, DirectReport.state == ReportState.WAITING.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found: DirectReport | None = db.session.scalars(statement).one_or_none()
    return found


def receive(received: ReceivedReport) -> ReceivedReport:
    """Keep what was taken, with its receipt."""
    unit()
    db.session.add(received)
    db.session.flush()
    return received

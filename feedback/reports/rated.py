"""Reads of what reporters say of how their reports were handled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.ratings import queries as rating_queries
from backend.ratings.policies import Dimension
from backend.ratings.queries import OwnRating
from backend.rules import queries as rules
from backend.vault import keyed_hash
from feedback.reports import queries, sealing
from feedback.reports.models import Report, ReportEvent, State
from feedback.reports.policies import Step
from feedback.reports.ratings import HANDLING
from feedback.reports.rules import RATING_DAYS, REOPEN_DAYS

# Whoever took one of these steps for an office had the report in hand.
HANDLING_STEPS: Final = [
    step.value for step in (Step.REPLY, Step.NOTE, Step.RAISE_ORDER, Step.PROGRESS, Step.ASK, Step.ORDER_BACK)
]
_SUBJECT_BYTES: Final = 7  # Positive in a column of 64 bits.


@dataclass(frozen=True, slots=True)
class ReportRating:
    """Whether one's own report can be rated now, until when, in what, and how it was."""

    can_rate: bool
    can_reopen: bool
    closes_at: datetime | None
    reopens_until: datetime | None
    dimensions: Sequence[Dimension]
    rating: OwnRating | None
    outcome: str


def handlers_of(report: Report) -> set[int]:
    """Whoever has had the report in hand, in whichever cycle; one statement."""
    found = db.session.scalars(
        select(ReportEvent.actor_id)
        .where(ReportEvent.report_id == report.id, ReportEvent.step.in_(HANDLING_STEPS))
        .distinct()
    )
    return set(found) - {0}


def subject_of(report: Report) -> int:
    """Under which number the ledger of ratings knows a report.

    An unnamed one's leads back to it only with the key of the house: else the ledger, which knows who rated,
    would tell who reported.
    """
    if not report.is_anonymous:
        return report.id
    return int.from_bytes(keyed_hash(f"rating {report.id}")[:_SUBJECT_BYTES])


def closes_at(report: Report) -> datetime | None:
    """The first instant at which it is too late to rate; None before the reply."""
    if report.replied_at is None:
        return None
    return report.replied_at + timedelta(days=rules.value(RATING_DAYS))


def reopens_until(report: Report) -> datetime | None:
    """The first instant at which it is too late to have it handled again; None before the reply."""
    if report.replied_at is None:
        return None
    return report.replied_at + timedelta(days=rules.value(REOPEN_DAYS))


def find_own(actor: Actor, report: Report) -> OwnRating | None:
    """What the actor said of the present cycle."""
    return rating_queries.find_own(
        actor, service=HANDLING.key, subject_id=subject_of(report), cycle=report.cycle
    )


def get_rating(actor: Actor, *, report_id: int) -> ReportRating:
    """How the actor rated a report in its present cycle, or whether they may. Raises ReportNotFound."""
    report, now = queries.find(actor, report_id), clock.now()
    rating, is_own = find_own(actor, report), sealing.is_reporter(actor, report)
    ends_at, until = closes_at(report), reopens_until(report)
    can_rate = (
        is_own
        and rating is None
        and report.state == State.TO_RATE
        and ends_at is not None
        and now < ends_at
        and actor.staff_id not in handlers_of(report)
    )
    can_reopen = (
        is_own
        and report.state in (State.TO_RATE, State.REPLIED, State.CLOSED)
        and until is not None
        and now < until
    )
    return ReportRating(
        can_rate,
        can_reopen,
        ends_at,
        until,
        HANDLING.dimensions,
        rating,
        report.outcome if is_own else "",
    )

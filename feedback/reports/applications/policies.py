"""Rules of what offices ask for: pure functions."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from feedback.deadlines.errors import ExtensionInvalid
from feedback.reports.applications.errors import ExtensionTooLong, ReviewOnInvalid
from feedback.reports.applications.models import Application, ApplicationKind
from feedback.reports.models import Report, State
from feedback.reports.policies import Standing

# In which states a report may be for what to be asked, and still is for it to be approved.
STATES: Final[Mapping[ApplicationKind, frozenset[State]]] = {
    ApplicationKind.OBJECTION: frozenset({State.ASSIGNED}),
    ApplicationKind.EXTENSION: frozenset({State.ASSIGNED, State.IN_ORDER}),
    ApplicationKind.SUSPENSION: frozenset({State.ASSIGNED, State.ACCEPTED}),
}


def decides(who: Standing, kind: str) -> bool:
    """Who approves where the report is decides; about objections the desk does, too."""
    return who.approves or (kind == ApplicationKind.OBJECTION and who.triages)


def may_ask(who: Standing, kind: ApplicationKind, state: str) -> bool:
    """Whether it is the actor's to ask for: of the office that has it; of the desk what nobody has."""
    if state == State.ACCEPTED:
        return kind is ApplicationKind.SUSPENSION and who.triages
    return who.is_handler


def is_outdated(application: Application, report: Report) -> bool:
    """Whether the report has gone another way since: cycle, office or state."""
    return (
        application.cycle != report.cycle
        or application.office_id != report.office_id
        or report.state not in STATES[ApplicationKind(application.kind)]
    )


def ensure_extension(until_at: datetime, *, due_at: datetime, now: datetime, days: int) -> None:
    """A later due, and not too far from the present one. Raises ExtensionInvalid or ExtensionTooLong."""
    if until_at <= max(due_at, now):
        raise ExtensionInvalid
    if until_at > due_at + timedelta(days=days):
        raise ExtensionTooLong(days=days)


def ensure_review_on(review_on: date, *, today: date, days: int) -> None:
    """From tomorrow on, and within the rule's days. Raises ReviewOnInvalid."""
    if not today < review_on <= today + timedelta(days=days):
        raise ReviewOnInvalid(days=days)

"""Rules of the visits: pure functions."""

from enum import StrEnum

from feedback.reports.errors import OutcomeTextNeeded
from feedback.reports.models import Outcome
from feedback.reports.visits.errors import VisitInvalid


class Reason(StrEnum):
    """Why a report is to be visited: 未参评, or its time for the answer has run out."""

    LAPSED = "lapsed"
    OVERDUE = "overdue"


class Concern(StrEnum):
    """Why a report is on the supervision list."""

    OVERDUE = "overdue"
    SUPERVISED = "supervised"
    REOPENED = "reopened"
    REVIEW = "review"


def ensure_valid(*, is_reached: bool, outcome: Outcome | None, grade: int | None, text: str) -> None:
    """Raise VisitInvalid unless what was said fits, OutcomeTextNeeded for a complaint without words."""
    if is_reached != (outcome is not None) or (grade is not None and not is_reached):
        raise VisitInvalid
    if outcome in (Outcome.PARTLY, Outcome.UNRESOLVED) and not text.strip():
        raise OutcomeTextNeeded

"""Use cases of the escalations: the system's own."""

from typing import Final

from backend import clock
from backend.db import atomic
from backend.jobs import one_by_one
from feedback.deadlines import queries as deadlines
from feedback.reports.escalations import operations

# Reports per run; what is left has its turn a minute later.
_MOST: Final = 2000


def escalate_due() -> int:
    """Fire the steps that have come, each report in a unit of its own; returns how many are new.

    One that fails keeps no other from its turn, and is raised at the end.
    """
    return one_by_one(deadlines.due_subjects(clock.now(), _MOST), escalate)


@atomic
def escalate(report_id: int) -> int:
    """Fire the steps of one report that have come; returns how many are new. Again is harmless."""
    return len(operations.escalate(report_id, clock.now()))

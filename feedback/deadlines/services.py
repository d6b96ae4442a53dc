"""Use cases of the deadlines: the system's own."""

from backend.db import atomic
from feedback.deadlines import operations


@atomic
def recount() -> int:
    """Count every open clock by the calendar as it is now; returns how many are due otherwise."""
    return operations.recount_open()

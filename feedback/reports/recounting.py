"""Use cases that prove and mend the daily sums."""

from backend.db import atomic
from backend.rollups import Difference
from feedback.reports import rollups


def check() -> list[Difference]:
    """Where the daily sums are not what the reports add up to; one that moves meanwhile may show up."""
    return rollups.differences()


@atomic
def rebuild() -> list[Difference]:
    """Make the daily sums anew; returns what was not right. Whoever moves a report waits meanwhile."""
    rollups.DAYS.hold()
    found = rollups.differences()
    if found:
        rollups.rebuild()
    return found

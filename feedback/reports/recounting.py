"""Use cases that prove and mend the daily sums."""

from sqlalchemy import text

from backend.db import atomic, unit
from feedback.reports import rollups
from feedback.reports.rollups import Difference


def check() -> list[Difference]:
    """Where the daily sums are not what the reports add up to; one that moves meanwhile may show up."""
    return rollups.differences()


@atomic
def rebuild() -> list[Difference]:
    """Make the daily sums anew; returns what was not right. Whoever moves a report waits meanwhile."""
    connection = unit()
    if connection.dialect.name == "postgresql":
        # Who has written a delta is waited for, and who has not writes it after us.
        connection.execute(text("LOCK TABLE report_days IN EXCLUSIVE MODE"))
    found = rollups.differences()
    if found:
        rollups.rebuild()
    return found

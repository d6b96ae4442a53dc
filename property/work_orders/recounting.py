"""Use cases that prove and mend the daily sums."""

from backend.db import atomic
from backend.rollups import Difference
from property.work_orders import rollups


def check() -> list[Difference]:
    """Where the daily sums are not what the orders add up to; an order that moves meanwhile may show up."""
    return rollups.differences()


@atomic
def rebuild() -> list[Difference]:
    """Make the daily sums anew; returns what was not right. Whoever moves an order waits meanwhile."""
    rollups.DAYS.hold()
    found = rollups.differences()
    if found:
        rollups.rebuild()
    return found

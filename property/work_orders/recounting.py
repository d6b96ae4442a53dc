"""Use cases that prove and mend the daily sums."""

from sqlalchemy import text

from backend.db import atomic, unit
from property.work_orders import rollups
from property.work_orders.rollups import Difference


def check() -> list[Difference]:
    """Where the daily sums are not what the orders add up to; an order that moves meanwhile may show up."""
    return rollups.differences()


@atomic
def rebuild() -> list[Difference]:
    """Make the daily sums anew; returns what was not right. Whoever moves an order waits meanwhile."""
    connection = unit()
    if connection.dialect.name == "postgresql":
        # Who has written a delta is waited for, and who has not writes it after us.
        connection.execute(text("LOCK TABLE work_order_days IN EXCLUSIVE MODE"))
    found = rollups.differences()
    if found:
        rollups.rebuild()
    return found

"""When the months of the past were settled with the caterers: the last one before this is open still."""

from datetime import date, datetime, time

from backend import clock
from backend.dates import next_month, previous_month
from canteen.settlement.policies import first_of

_CLOSED_ON, _CLOSED_AT = 5, time(10)


def closings(started_on: date, today: date) -> dict[date, datetime]:
    """When each settled month (its first day) was closed, in order."""
    found, month, last = {}, first_of(started_on), previous_month(today)
    while month < last:
        found[month] = clock.at_local(next_month(month).replace(day=_CLOSED_ON), _CLOSED_AT)
        month = next_month(month)
    return found

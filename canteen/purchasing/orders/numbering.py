"""Numbers of requests and orders: they count up within a year, without a gap."""

from sqlalchemy import update

from backend import clock
from backend.db import table, unit
from backend.statements import insert_or_nothing
from canteen.purchasing.orders import policies
from canteen.purchasing.orders.models import NumberCounter

_COUNTERS = table(NumberCounter)
_BEGIN = insert_or_nothing(_COUNTERS, ["kind", "year", "last"], returning="last")


def next_number(kind: str) -> str:
    """The next number of this year, by the compound's clocks.

    Holds the kind's counter until the unit ends, so that units that take numbers follow one another; one that
    is rolled back gives its number back.
    """
    connection, year = unit(), clock.today().year
    take = (
        update(_COUNTERS)
        .where(_COUNTERS.c.kind == kind, _COUNTERS.c.year == year)
        .values(last=_COUNTERS.c.last + 1)
        .returning(_COUNTERS.c.last)
    )
    taken = connection.execute(take).scalar_one_or_none()
    if taken is None:
        _BEGIN.row(connection, {"kind": kind, "year": year, "last": 0})
        taken = connection.execute(take).scalar_one()
    return policies.number_of(kind, year, taken)

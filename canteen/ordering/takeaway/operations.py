"""Writes of takeaways, within an open unit of work.

A window's counter is locked after the portion counters and before the order; of several, the earlier first.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.db import table, unit
from backend.statements import Construct, Statement
from canteen.ordering.takeaway.errors import WindowFull
from canteen.ordering.takeaway.models import TakeawayWindow
from canteen.ordering.takeaway.policies import Packing, Window

_WINDOW = table(TakeawayWindow)
_LIMIT = bindparam("most", type_=Integer)


def _take_in(dialect: Any) -> Construct:
    row = dialect.insert(_WINDOW).values(
        meal_id=bindparam("of_meal"), collect_from=bindparam("from_at"), taken=1
    )
    taking: Construct = row.on_conflict_do_update(
        index_elements=[_WINDOW.c.meal_id, _WINDOW.c.collect_from],
        set_={"taken": _WINDOW.c.taken + 1},
        where=or_(_LIMIT == 0, _WINDOW.c.taken < _LIMIT),
    ).returning(_WINDOW.c.taken)
    return taking


# Takes one place; returns nothing where the window is full.
TAKE_PLACE = Statement({"sqlite": _take_in(sqlite), "postgresql": _take_in(postgresql)})
GIVE_BACK = Statement(
    update(_WINDOW)
    .where(_WINDOW.c.meal_id == bindparam("of_meal"), _WINDOW.c.collect_from == bindparam("from_at"))
    .values(taken=_WINDOW.c.taken - bindparam("places", type_=Integer))
)


def take(meal_id: int, packing: Packing) -> None:
    """Take a place of the packing's window, if it has one. Raises WindowFull."""
    if packing.window is not None:
        _take(meal_id, packing.window, packing.limit)


def move(meal_id: int, before: datetime | None, packing: Packing) -> None:
    """Give the place of one window back and take one of another. Raises WindowFull."""
    window = packing.window
    if window is None or (before is not None and before < window.collect_from):
        give_back(meal_id, [before])
        take(meal_id, packing)
    else:
        take(meal_id, packing)
        give_back(meal_id, [before])


def give_back(meal_id: int, collected_from: Iterable[datetime | None]) -> None:
    """Give back a place for each order that was to be collected from these instants on."""
    places = Counter(each for each in collected_from if each is not None)
    rows = [{"of_meal": meal_id, "from_at": each, "places": places[each]} for each in sorted(places)]
    if rows:
        GIVE_BACK.many(unit(), rows)


def _take(meal_id: int, window: Window, limit: int) -> None:
    values = {"of_meal": meal_id, "from_at": window.collect_from, "most": limit}
    if TAKE_PLACE.row(unit(), values) is None:
        raise WindowFull(window=str(window))

"""Lending equipment, within an open unit of work.

The rows of the stock are locked by rising item and campus, after the meetings and before the stewards: of two
that want the last one at once, the second sees what the first was promised.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, tuple_

from backend import clock
from backend.db import db, unit
from meeting.hospitality import policies
from meeting.hospitality.catalogue.models import ItemStock
from meeting.hospitality.models import Loan
from meeting.hospitality.policies import Interval

Key = tuple[int, int]  # item, campus


@dataclass(frozen=True, slots=True)
class Wanted:
    """Equipment that a line of a meeting takes."""

    line_id: int
    occurrence_id: int
    start_at: datetime
    item_id: int
    campus_id: int
    count: int
    span: Interval

    @property
    def key(self) -> Key:
        """Of which stock."""
        return self.item_id, self.campus_id


@dataclass(frozen=True, slots=True)
class Shortage:
    """What could not be promised, and how many could have been."""

    wanted: Wanted
    free: int


def stocks(keys: Collection[Key], *, locks: bool = False) -> dict[Key, int]:
    """How many of each item these campuses have; nothing where no stock was ever entered."""
    statement = (
        select(ItemStock.item_id, ItemStock.campus_id, ItemStock.count)
        .where(tuple_(ItemStock.item_id, ItemStock.campus_id).in_(sorted(keys)))
        .order_by(ItemStock.item_id, ItemStock.campus_id)
    )
    if locks:
        unit()
        statement = statement.with_for_update()
    if not keys:
        return {}
    return {(item_id, campus_id): count for item_id, campus_id, count in db.session.execute(statement)}


def lend(wanted: Sequence[Wanted]) -> list[Shortage]:
    """Promise what is there, the earliest meeting first; what is not there is left out and returned.

    What these lines were promised before has been given back.
    """
    if not wanted:
        return []
    held = stocks({each.key for each in wanted}, locks=True)
    taken = loans_between(held, (min(each.span[0] for each in wanted), max(each.span[1] for each in wanted)))
    rows: list[dict[str, Any]] = []
    short = []
    for each in sorted(wanted, key=lambda one: (one.span, one.line_id)):
        standing = taken.setdefault(each.key, [])
        free = held.get(each.key, 0) - policies.peak(standing, each.span)
        if free < each.count:
            short.append(Shortage(each, max(free, 0)))
            continue
        standing.append((*each.span, each.count))
        rows.append(
            {
                "line_id": each.line_id,
                "item_id": each.item_id,
                "campus_id": each.campus_id,
                "count": each.count,
                "from_at": each.span[0],
                "until_at": each.span[1],
            }
        )
    if rows:
        unit().execute(insert(Loan), rows)
    return short


def give_back(line_ids: Collection[int]) -> None:
    """What these lines were promised is free again."""
    if line_ids:
        unit().execute(delete(Loan).where(Loan.line_id.in_(sorted(line_ids))))


def loans_between(
    keys: Collection[Key] | Mapping[Key, int], within: Interval
) -> dict[Key, list[tuple[datetime, datetime, int]]]:
    """What of these stocks is promised at any time of an interval."""
    found: dict[Key, list[tuple[datetime, datetime, int]]] = {}
    if not keys:
        return found
    rows = db.session.execute(
        select(Loan.item_id, Loan.campus_id, Loan.from_at, Loan.until_at, Loan.count).where(
            tuple_(Loan.item_id, Loan.campus_id).in_(sorted(keys)),
            Loan.until_at > within[0],
            Loan.from_at < within[1],
        )
    )
    for item_id, campus_id, from_at, until_at, count in rows:
        found.setdefault((item_id, campus_id), []).append((from_at, until_at, count))
    return found


def set_stock(item_id: int, campus_id: int, count: int) -> int:
    """Let a campus have so many; returns the most that is promised from now on, of which it may not be less.

    Nothing is changed if it were.
    """
    unit()
    row = db.session.get(ItemStock, (item_id, campus_id), with_for_update=True, populate_existing=True)
    if row is None:
        row = ItemStock(item_id=item_id, campus_id=campus_id, count=0)
        db.session.add(row)
        db.session.flush()
    now = clock.now()
    coming = loans_between([(item_id, campus_id)], (now, datetime.max.replace(tzinfo=now.tzinfo)))
    standing = coming.get((item_id, campus_id), [])
    promised = policies.peak(standing, (now, max((until for _, until, _ in standing), default=now)))
    if promised <= count:
        row.count = count
    return promised

"""Writes of temperatures, within an open unit of work.

Locks are taken in one order: the device, then fridges by rising id. Whoever holds a fridge finds its
excursions anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.db import db, table, unit
from backend.errors import AppError
from canteen.food_safety.temperatures import intake, policies, queries
from canteen.food_safety.temperatures.errors import FridgeExists, ProbeTaken, ReadingConflict
from canteen.food_safety.temperatures.intake import Fact, Refused
from canteen.food_safety.temperatures.models import Fridge, TemperatureExcursion, TemperatureReading
from canteen.food_safety.temperatures.policies import Entered, Span


class Item(NamedTuple):
    """What became of one reading of a device."""

    seq: int | None
    result: str
    error: AppError | None = None


def save_fridge(fridge: Fridge) -> None:
    """Add a fridge, or write its changes. Raises FridgeExists or ProbeTaken."""
    unit()
    db.session.add(fridge)
    try:
        db.session.flush()  # The database finds a name or a probe that is taken.
    except IntegrityError as error:
        said = str(error.orig)
        raise (ProbeTaken if "probe" in said else FridgeExists) from error


def lock_fridges(fridge_ids: Collection[int]) -> dict[int, Fridge]:
    """Fridges, locked by rising id; unknown ids are left out."""
    unit()
    rows = db.session.scalars(
        select(Fridge)
        .where(Fridge.id.in_(fridge_ids))
        .order_by(Fridge.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {fridge.id: fridge for fridge in rows}


def enter(fridges: Mapping[int, Fridge], items: Sequence[Entered], *, by: int) -> list[TemperatureReading]:
    """Store what somebody read off locked fridges, and what follows from it."""
    now = clock.now()
    rows = []
    for item in items:
        fridge = fridges[item.fridge_id]
        rows.append(
            TemperatureReading(
                fridge_id=fridge.id,
                canteen_id=fridge.canteen_id,
                measured_at=item.measured_at or now,
                received_at=now,
                temperature_dc=item.temperature_dc,
                minimum_dc=fridge.minimum_dc,
                maximum_dc=fridge.maximum_dc,
                entered_by=by,
                note=item.note,
            )
        )
    db.session.add_all(rows)
    db.session.flush()  # What follows is found from the database.
    _recount_all((row.fridge_id, row.measured_at) for row in rows)
    return rows


def void(reading: TemperatureReading, *, reason: str, by: int) -> None:
    """Take back a reading of a locked fridge by a row that names it."""
    db.session.add(
        TemperatureReading(
            fridge_id=reading.fridge_id,
            canteen_id=reading.canteen_id,
            measured_at=reading.measured_at,
            received_at=clock.now(),
            temperature_dc=reading.temperature_dc,
            minimum_dc=reading.minimum_dc,
            maximum_dc=reading.maximum_dc,
            entered_by=by,
            note=reason,
            void_of=reading.id,
        )
    )
    db.session.flush()  # What follows is found from the database.
    recount(reading.fridge_id, reading.measured_at)


def take(*, device_id: int, received_at: datetime, skew: timedelta, readings: Sequence[Any]) -> list[Item]:
    """Store a batch of a locked device; each reading has an answer of its own, in their order."""
    probes = queries.probes_of(device_id)
    found = [intake.read(raw, probes, received_at, skew) for raw in readings]
    facts = [each for each in found if isinstance(each, Fact)]
    known = queries.stored_hashes(device_id, [fact.seq for fact in facts])
    items, fresh = _sift(found, known)
    if fresh:
        fridges = lock_fridges({fact.fridge.id for fact in fresh})
        rows = [_row(fact, fridges[fact.fridge.id], device_id, received_at) for fact in fresh]
        unit().execute(insert(table(TemperatureReading)), rows)
        _recount_all((fact.fridge.id, fact.measured_at) for fact in fresh)
    return items


def _sift(found: Sequence[Fact | Refused], known: dict[int, bytes]) -> tuple[list[Item], list[Fact]]:
    """The answers, and those readings that are new. What comes twice in one batch counts once."""
    items, fresh = [], []
    for each in found:
        if isinstance(each, Refused):
            items.append(Item(each.seq, "rejected", each.error))
        elif each.seq not in known:
            known[each.seq] = each.payload_hash
            fresh.append(each)
            items.append(Item(each.seq, "accepted"))
        elif known[each.seq] == each.payload_hash:
            items.append(Item(each.seq, "duplicate"))
        else:
            items.append(Item(each.seq, "conflict", ReadingConflict(seq=each.seq)))
    return items, fresh


def _row(fact: Fact, fridge: Fridge, device_id: int, received_at: datetime) -> dict[str, Any]:
    return {
        "fridge_id": fridge.id,
        "canteen_id": fridge.canteen_id,
        "measured_at": fact.measured_at,
        "received_at": received_at,
        "temperature_dc": fact.temperature_dc,
        "minimum_dc": fridge.minimum_dc,
        "maximum_dc": fridge.maximum_dc,
        "device_id": device_id,
        "seq": fact.seq,
        "payload_hash": fact.payload_hash,
        "note": "",
    }


def _recount_all(readings: Iterable[tuple[int, datetime]]) -> None:
    since: dict[int, datetime] = {}
    for fridge_id, at in readings:
        since[fridge_id] = min(at, since.get(fridge_id, at))
    for fridge_id in sorted(since):
        recount(fridge_id, since[fridge_id])


def recount(fridge_id: int, since: datetime) -> None:
    """Find a locked fridge's excursions anew from an instant on; what people wrote of them stays.

    One that ended before the instant is not touched by what was read after it.
    """
    standing = list(
        db.session.scalars(
            select(TemperatureExcursion)
            .where(
                TemperatureExcursion.fridge_id == fridge_id,
                ~TemperatureExcursion.is_void,
                or_(TemperatureExcursion.ended_at.is_(None), TemperatureExcursion.ended_at >= since),
            )
            .order_by(TemperatureExcursion.began_at, TemperatureExcursion.id)
            .with_for_update()
        )
    )
    start = min([since, *(each.began_at for each in standing)])
    fridge = db.session.get_one(Fridge, fridge_id)
    bears = queries.bears(fridge.canteen_id)
    for span in policies.spans(queries.points_since(fridge_id, start)):
        found = next((each for each in standing if _overlaps(each, span)), None)
        if found is None:
            found = TemperatureExcursion(fridge_id=fridge_id, canteen_id=fridge.canteen_id)
            db.session.add(found)
        else:
            standing.remove(found)
        found.began_at, found.ended_at, found.extreme_dc = span.began_at, span.ended_at, span.extreme_dc
        found.needs_action = bool(found.needs_action) or span.has_lasted(bears)
    for gone in standing:
        gone.is_void = True
    db.session.flush()  # The next fridge's readings are found from the database.


def _overlaps(excursion: TemperatureExcursion, span: Span) -> bool:
    begins_before = span.ended_at is None or excursion.began_at <= span.ended_at
    return begins_before and (excursion.ended_at is None or excursion.ended_at >= span.began_at)

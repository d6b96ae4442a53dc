"""Writes of the checks, within an open unit of work whose meeting is locked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from backend import clock
from backend.actor import Actor
from backend.db import db, unit
from meeting.bookings.models import Occurrence
from meeting.hospitality import messages, telling
from meeting.hospitality.catalogue.models import LineKind
from meeting.hospitality.checks.errors import CheckItemNotFound, CheckLineUnknown
from meeting.hospitality.checks.models import CheckItem
from meeting.hospitality.checks.policies import Line, Tick
from meeting.hospitality.errors import FaultNoteNeeded
from meeting.rooms import queries as rooms


def tick(
    actor: Actor, occurrence: Occurrence, lines: Sequence[Line], ticks: Sequence[Tick], *, at: datetime
) -> list[CheckItem]:
    """Write down what was found of these lines, the latest word counts; the organiser hears what was left.

    A fault that is found right afterwards is settled. Raises CheckLineUnknown or FaultNoteNeeded.
    """
    unit()
    known = {(line.phase, line.code): line for line in lines}
    standing = {
        (item.phase, item.code): item
        for item in db.session.scalars(
            select(CheckItem)
            .where(CheckItem.occurrence_id == occurrence.id)
            .execution_options(populate_existing=True)
        )
    }
    written = []
    for each in ticks:
        line = known.get((each.phase, each.code))
        if line is None:
            raise CheckLineUnknown(line=each.code)
        if not each.is_ok and not each.note:
            raise FaultNoteNeeded
        item = standing.get((each.phase.value, each.code))
        if item is None:
            item = _new(occurrence, line)
            standing[each.phase.value, each.code] = item
            db.session.add(item)
        _write(actor, item, each, at)
        written.append(item)
    db.session.flush()
    _tell_of_left(actor, occurrence, written)
    return written


def locked(item_id: int) -> CheckItem:
    """An entry, kept from everybody else until the unit ends. Raises CheckItemNotFound."""
    unit()
    item = db.session.get(CheckItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise CheckItemNotFound
    return item


def settle(item: CheckItem, *, by: int, text: str, at: datetime) -> None:
    """Somebody has seen to a fault."""
    item.settled_at, item.settled_by, item.settlement = at, by, text[:300]


def _new(occurrence: Occurrence, line: Line) -> CheckItem:
    room = rooms.find(occurrence.room_id)
    return CheckItem(
        occurrence_id=occurrence.id,
        campus_id=room.campus_id,
        building_id=room.building_id,
        held_on=clock.local(occurrence.start_at).date(),
        phase=line.phase.value,
        code=line.code,
        text=line.text,
        kind=line.kind.value,
        service_id=line.service_id,
    )


def _write(actor: Actor, item: CheckItem, tick: Tick, at: datetime) -> None:
    was_fault = item.is_ok is False
    if tick.is_ok and was_fault:
        # That it was amiss stays on record: it is settled, not undone.
        if item.settled_at is None:
            settle(item, by=actor.staff_id, text=tick.note or "复查合格", at=at)
        return
    item.is_ok, item.note = tick.is_ok, tick.note
    item.checked_at, item.checked_by, item.checked_by_name = at, actor.staff_id, actor.name


def _tell_of_left(actor: Actor, occurrence: Occurrence, items: Sequence[CheckItem]) -> None:
    for item in items:
        if item.kind == LineKind.DOCUMENTS and not item.is_ok and item.settled_at is None:
            told = {occurrence.organiser_id} - {actor.staff_id}
            telling.tell(
                occurrence, messages.DOCUMENTS_LEFT, told, event=f"left {item.id}", what=item.note[:100]
            )

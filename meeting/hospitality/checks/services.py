"""Use cases of the checks."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic
from meeting.bookings import moving
from meeting.bookings import queries as bookings
from meeting.hospitality.catalogue.models import Phase
from meeting.hospitality.checks import operations, queries
from meeting.hospitality.checks.errors import CheckNotYours, CheckTooEarly, FaultSettled
from meeting.hospitality.checks.policies import Tick
from meeting.hospitality.checks.queries import ChecklistView, ItemView


@atomic
def check(actor: Actor, *, occurrence_id: int, ticks: Sequence[Mapping[str, Any]]) -> ChecklistView:
    """Write down what was found of a meeting's checklist.

    Raises OccurrenceNotFound, CheckNotYours, CheckTooEarly, CheckLineUnknown or FaultNoteNeeded.
    """
    now = clock.now()
    _, occurrence, who = bookings.find_occurrence(actor, occurrence_id)
    if not queries.may_check(actor, occurrence, who):
        raise CheckNotYours
    moving.locked_occurrences(ids=[occurrence_id])
    given = [Tick(**each) for each in ticks]
    if now < occurrence.start_at and any(each.phase is Phase.AFTER for each in given):
        raise CheckTooEarly
    written = operations.tick(actor, occurrence, queries.lines_of(occurrence_id), given, at=now)
    faults = sum(not item.is_ok for item in written)
    record(actor, "meeting.checked", "meeting_occurrence", occurrence_id, lines=len(written), faults=faults)
    return queries.checklist(actor, occurrence_id)


@atomic
def settle(actor: Actor, *, item_id: int, text: str) -> ItemView:
    """Say how a fault was seen to: the documents were fetched, the lamp was changed.

    Raises CheckItemNotFound, CheckNotYours or FaultSettled.
    """
    item = operations.locked(item_id)
    queries.get_item(actor, item_id)  # Whether it is within reach.
    _, occurrence, who = bookings.find_occurrence(actor, item.occurrence_id)
    if not queries.may_check(actor, occurrence, who):
        raise CheckNotYours
    if item.is_ok or item.settled_at is not None:
        raise FaultSettled
    operations.settle(item, by=actor.staff_id, text=text, at=clock.now())
    record(actor, "meeting.fault_settled", "meeting_check_item", item_id, text=text)
    return queries.get_item(actor, item_id)

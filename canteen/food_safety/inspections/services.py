"""Use cases of the export and of the retention."""

from dataclasses import dataclass
from datetime import date

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic
from canteen.food_safety import reach
from canteen.food_safety.inspections import operations, policies, queries, retention
from canteen.food_safety.inspections.queries import Inspection


@dataclass(frozen=True, slots=True)
class Purged:
    """How many records were deleted."""

    deleted: int


@atomic
def export(actor: Actor, *, canteen_id: int, from_on: date, until_on: date, media: str) -> Inspection:
    """The ledgers as `queries.gather` gives them, for a document ("pdf", "xlsx") to hand over; recorded.

    Raises CanteenNotFound or PeriodTooLong.
    """
    found = queries.gather(actor, canteen_id=canteen_id, from_on=from_on, until_on=until_on)
    record(
        actor,
        "canteen.safety_records_exported",
        "canteen",
        canteen_id,
        from_on=from_on.isoformat(),
        until_on=until_on.isoformat(),
        format=media,
    )
    return found


@atomic
def purge(actor: Actor, *, key: str, canteen_id: int, until_on: date) -> Purged:
    """Delete a canteen's records of a kind up to a day; recorded.

    Raises CanteenNotFound, RetentionUnknown, or RetentionTooEarly for what is still to be kept.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    policies.ensure_deletable(until_on, clock.today(), retention.months_of(key))
    ids = retention.aged(key, canteen_id, until_on)
    operations.DELETES[key](ids)
    record(
        actor,
        "canteen.safety_records_purged",
        "canteen",
        canteen_id,
        kind=key,
        until_on=until_on.isoformat(),
        deleted=len(ids),
    )
    return Purged(len(ids))

"""Use cases of the checklist."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db, table, unit
from backend.media import operations as media_operations
from backend.statements import insert_or_nothing
from canteen.food_safety import reach
from canteen.food_safety.hygiene import queries as kitchen
from canteen.food_safety.hygiene.checks import policies, queries
from canteen.food_safety.hygiene.checks.policies import Given, Wanted
from canteen.food_safety.hygiene.checks.queries import Sheet, Template
from canteen.food_safety.hygiene.errors import RemarkNeeded, StationNotFound, UnknownItem
from canteen.food_safety.hygiene.models import Check, ChecklistAnswer, ChecklistItem
from canteen.food_safety.hygiene.queries import StationView

_INSERT = insert_or_nothing(
    table(Check),
    (
        *("canteen_id", "station_id", "checked_on", "items", "answered", "failed"),
        *("is_scanned", "first_at", "last_at", "last_by_name"),
    ),
    returning="id",
)


@atomic
def answer(
    actor: Actor,
    *,
    station_id: int,
    answers: Sequence[Given],
    on: date | None = None,
    is_scanned: bool = False,
) -> Sheet:
    """Say what was found at a station; again says it anew, and parts may come one after the other.

    Raises StationNotFound, StationInactive, RecordDay, UnknownItem, RemarkNeeded or PhotoNotFound.
    """
    station = kitchen.ensure_active(kitchen.find_station(actor, station_id, Permission.SAFETY_RECORD))
    day = on or clock.today()
    kitchen.ensure_recordable(station.canteen_id, day)
    now = clock.now()
    items = {
        each.id: each
        for each in policies.of_station(queries.template_of(station.canteen_id).items, station.id)
    }
    check = _lock(actor, station, day, len(items), now, is_scanned=is_scanned)
    standing = {
        each.item_id: each
        for each in db.session.scalars(select(ChecklistAnswer).where(ChecklistAnswer.check_id == check.id))
    }
    for given in answers:
        item = items.get(given.item_id)
        if item is None:
            raise UnknownItem
        if not given.is_ok and not given.remark:
            raise RemarkNeeded(item=item.text, item_id=item.id)
        _keep(actor, check, item, standing.get(item.id), given, now)
    db.session.flush()
    _count(actor, check, len(items), now)
    return queries.sheet_of(station, day)


def _lock(
    actor: Actor, station: StationView, day: date, items: int, now: datetime, *, is_scanned: bool
) -> Check:
    """The check of the day, which two phones may begin at once: one row, locked."""
    row = {
        "canteen_id": station.canteen_id,
        "station_id": station.id,
        "checked_on": day,
        "items": items,
        "answered": 0,
        "failed": 0,
        "is_scanned": is_scanned,
        "first_at": now,
        "last_at": now,
        "last_by_name": actor.name,
    }
    _INSERT.row(unit(), row)
    check = db.session.scalars(
        select(Check)
        .where(Check.station_id == station.id, Check.checked_on == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    check.is_scanned = check.is_scanned or is_scanned
    return check


def _keep(
    actor: Actor,
    check: Check,
    item: ChecklistItem,
    kept: ChecklistAnswer | None,
    given: Given,
    now: datetime,
) -> None:
    row = kept or ChecklistAnswer(check_id=check.id, item_id=item.id)
    row.scheme, row.heading, row.text = item.scheme, item.heading, item.text
    row.is_ok, row.remark = given.is_ok, given.remark
    row.answered_at, row.answered_by, row.answered_by_name = now, actor.staff_id, actor.name
    db.session.add(row)
    if given.photo_ids:
        db.session.flush()  # Its photos name it.
        for position, photo_id in enumerate(dict.fromkeys(given.photo_ids)):
            media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, row.id, position=position)


def _count(actor: Actor, check: Check, items: int, now: datetime) -> None:
    rows = db.session.execute(
        select(ChecklistAnswer.is_ok, func.count())
        .where(ChecklistAnswer.check_id == check.id)
        .group_by(ChecklistAnswer.is_ok)
    )
    counts: dict[bool, int] = dict(rows.all())
    check.answered, check.failed = sum(counts.values()), counts.get(False, 0)
    check.items = max(items, check.answered)
    check.last_at, check.last_by_name = now, actor.name
    db.session.flush()


@atomic
def save_template(actor: Actor, *, canteen_id: int, items: Sequence[Wanted]) -> Template:
    """Give a canteen a checklist of its own, or with none the house's again.

    Items whose words stay are the same; others are new and the old ones retired. Raises CanteenNotFound
    or StationNotFound.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    stations = {each.id for each in kitchen.stations_of(canteen_id)}
    if any(each.station_id is not None and each.station_id not in stations for each in items):
        raise StationNotFound
    standing = db.session.scalars(
        select(ChecklistItem)
        .where(ChecklistItem.canteen_id == canteen_id, ChecklistItem.is_active)
        .with_for_update()
    ).all()
    kept, new, retired = policies.changes(standing, items)
    for item, place in kept:
        item.position = place
    for item in retired:
        item.is_active = False
    db.session.add_all(
        ChecklistItem(
            canteen_id=canteen_id,
            station_id=one.station_id,
            scheme=one.scheme.value,
            heading=one.heading,
            text=one.text,
            position=place,
        )
        for one, place in new
    )
    db.session.flush()
    record(actor, "canteen.checklist_saved", "canteen", canteen_id, count=len(items))
    return queries.template_of(canteen_id)

"""Use cases of the daily control."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.dates import day_text
from backend.db import atomic, db, table, unit
from backend.statements import insert_or_nothing
from canteen.food_safety import reach
from canteen.food_safety.controls.days import policies, queries
from canteen.food_safety.controls.days.policies import Given, Wanted
from canteen.food_safety.controls.days.queries import ControlDay, Template
from canteen.food_safety.controls.errors import ControlClosed, ControlItemUnknown, ControlUnanswered
from canteen.food_safety.controls.findings import operations as findings
from canteen.food_safety.controls.findings import queries as finding_queries
from canteen.food_safety.controls.models import (
    ControlAnswer,
    ControlItem,
    DailyControl,
    Finding,
    FindingState,
    Source,
)
from canteen.food_safety.hygiene import queries as kitchen

_INSERT = insert_or_nothing(
    table(DailyControl),
    ("canteen_id", "on_date", "found", "note", "begun_at", "closed_by_name"),
    returning="id",
)


@atomic
def answer(actor: Actor, *, canteen_id: int, on: date, answers: Sequence[Given]) -> ControlDay:
    """Say what was found; again says it anew until the day is closed, and parts may come one by one.

    What fails becomes a finding; one whose answer is corrected to be in order is withdrawn, while nobody
    has put anything right. Raises CanteenNotFound, RecordDay, ControlClosed, ControlItemUnknown,
    FindingIncomplete, FindingDay or FindingPerson.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    kitchen.ensure_recordable(canteen_id, on)
    control = _lock(canteen_id, on)
    items = {each.id: each for each in queries.template_of(canteen_id).items}
    standing = {each.item_id: each for each in queries.answers_of([control.id])}
    raised = finding_queries.of_answers([each.id for each in standing.values()])
    for given in answers:
        item = items.get(given.item_id)
        if item is None:
            raise ControlItemUnknown
        kept = standing.get(item.id)
        finding = raised.get(kept.id) if kept is not None else None
        _settle(actor, control, item, _keep(actor, control, item, kept, given), finding, given)
    db.session.flush()
    control.found = sum(not each.is_ok for each in queries.answers_of([control.id]))
    db.session.flush()
    return queries.day_of(canteen_id, on)


def _lock(canteen_id: int, on: date) -> DailyControl:
    """The day, which two phones may begin at once: one row, locked. Raises ControlClosed."""
    row = {
        "canteen_id": canteen_id,
        "on_date": on,
        "found": 0,
        "note": "",
        "begun_at": clock.now(),
        "closed_by_name": "",
    }
    _INSERT.row(unit(), row)
    control = db.session.scalars(
        select(DailyControl)
        .where(DailyControl.canteen_id == canteen_id, DailyControl.on_date == on)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if control.closed_at is not None:
        raise ControlClosed(on=day_text(on))
    return control


def _keep(
    actor: Actor, control: DailyControl, item: ControlItem, kept: ControlAnswer | None, given: Given
) -> ControlAnswer:
    row = kept or ControlAnswer(control_id=control.id, item_id=item.id)
    row.area, row.text, row.is_ok, row.remark = item.area, item.text, given.is_ok, given.remark
    row.answered_at, row.answered_by, row.answered_by_name = clock.now(), actor.staff_id, actor.name
    db.session.add(row)
    db.session.flush()
    return row


def _settle(
    actor: Actor,
    control: DailyControl,
    item: ControlItem,
    row: ControlAnswer,
    finding: Finding | None,
    given: Given,
) -> None:
    """Let the finding of an answer say what the answer says now."""
    if row.is_ok:
        if finding is not None and finding.state == FindingState.OPEN.value:
            findings.withdraw(actor, finding, "检查结果更正为符合")
        return
    if finding is None:
        wanted = policies.finding_of(item, given)
        findings.raise_finding(actor, control.canteen_id, wanted, Source.DAY, answer_id=row.id)
    elif finding.is_withdrawn:
        findings.reopen_withdrawn(actor, finding, policies.finding_of(item, given))
    elif finding.state == FindingState.OPEN.value:
        findings.describe(finding, policies.finding_of(item, given))


@atomic
def close(actor: Actor, *, canteen_id: int, on: date, note: str = "") -> ControlDay:
    """Close a day: every item is answered, and if nothing was found the day is one without a risk.

    Raises CanteenNotFound, RecordDay, ControlClosed or ControlUnanswered.
    """
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_RECORD)
    kitchen.ensure_recordable(canteen_id, on)
    control = _lock(canteen_id, on)
    answered = {each.item_id for each in queries.answers_of([control.id])}
    missing = [each for each in queries.template_of(canteen_id).items if each.id not in answered]
    if missing:
        raise ControlUnanswered(missing=len(missing), items=[each.id for each in missing])
    now: datetime = clock.now()
    control.closed_at, control.closed_by, control.closed_by_name = now, actor.staff_id, actor.name
    control.note = note
    record(
        actor,
        "canteen.control_closed",
        "daily_control",
        control.id,
        canteen_id=canteen_id,
        date=on.isoformat(),
        count=control.found,
    )
    db.session.flush()
    return queries.day_of(canteen_id, on)


@atomic
def save_template(actor: Actor, *, canteen_id: int, items: Sequence[Wanted]) -> Template:
    """Give a canteen items of its own, or with none the house's again. Raises CanteenNotFound."""
    reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    standing = db.session.scalars(
        select(ControlItem)
        .where(ControlItem.canteen_id == canteen_id, ControlItem.is_active)
        .with_for_update()
    ).all()
    kept, new, retired = policies.changes(standing, items)
    for item, place in kept:
        item.position = place
    for item in retired:
        item.is_active = False
    db.session.add_all(
        ControlItem(canteen_id=canteen_id, area=one.area.value, text=one.text, position=place)
        for one, place in new
    )
    db.session.flush()
    record(actor, "canteen.control_items_saved", "canteen", canteen_id, count=len(items))
    return queries.template_of(canteen_id)

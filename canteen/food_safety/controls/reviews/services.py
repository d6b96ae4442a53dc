"""Use cases of the weeks and the months."""

from datetime import date
from typing import Any

from sqlalchemy import select

from backend import clock
from backend.actor import Actor, Permission
from backend.audit.operations import record
from backend.db import atomic, db, table, unit
from backend.statements import insert_or_nothing
from canteen.food_safety import reach
from canteen.food_safety.controls import facts as span_facts
from canteen.food_safety.controls.models import SafetyMonth, SafetyWeek
from canteen.food_safety.controls.reviews import policies, queries
from canteen.food_safety.controls.reviews.queries import Model, ReportView

_COMMON = (
    "canteen_id",
    "facts",
    "facts_at",
    "revision",
    "drafted_at",
    "drafted_by",
    "drafted_by_name",
    "signed_by_name",
)
_TEXTS = {
    SafetyWeek: ("problems", "measures", "conclusion"),
    SafetyMonth: ("place", "chair", "attendees", "discussed", "decisions"),
}
_FIRST = {SafetyWeek: "monday", SafetyMonth: "month"}
_INSERTS = {
    model: insert_or_nothing(table(model), (*_COMMON, _FIRST[model], *_TEXTS[model]), returning="id")
    for model in (SafetyWeek, SafetyMonth)
}


@atomic
def begin(actor: Actor, model: Model, *, canteen_id: int, on: date) -> ReportView:
    """The draft of the week or month in which a day lies, made with the facts of now if there is none.

    Raises CanteenNotFound or ReviewTooEarly.
    """
    canteen = reach.get_canteen(actor, canteen_id, Permission.SAFETY_MANAGE)
    span = span_facts.week_of if model is SafetyWeek else span_facts.month_of
    first = span(on)[0]
    policies.ensure_begun(first, clock.today())
    now = clock.now()
    common = {
        "canteen_id": canteen_id,
        "facts": queries.facts_of(canteen_id, model, first).dumped(),
        "facts_at": now,
        "revision": 1,
        "drafted_at": now,
        "drafted_by": actor.staff_id,
        "drafted_by_name": actor.name,
        "signed_by_name": "",
        _FIRST[model]: first,
    }
    _INSERTS[model].row(unit(), {**common, **dict.fromkeys(_TEXTS[model], "")})
    column = getattr(model, _FIRST[model])
    row = db.session.scalars(select(model).where(model.canteen_id == canteen_id, column == first)).one()
    return queries.view_of(row, canteen)


@atomic
def save(actor: Actor, model: Model, *, report_id: int, revision: int, **texts: Any) -> ReportView:
    """Write what was found and decided. Raises ReviewNotFound, ReviewSigned or ReviewChanged."""
    row, canteen = queries.lock_report(actor, model, report_id)
    policies.ensure_open(row, revision)
    for name, value in texts.items():
        setattr(row, name, value)
    row.revision += 1
    db.session.flush()
    return queries.view_of(row, canteen)


@atomic
def refresh(actor: Actor, model: Model, *, report_id: int, revision: int) -> ReportView:
    """Take the facts of now. Raises ReviewNotFound, ReviewSigned or ReviewChanged."""
    row, canteen = queries.lock_report(actor, model, report_id)
    policies.ensure_open(row, revision)
    _take_facts(row, model)
    row.revision += 1
    db.session.flush()
    return queries.view_of(row, canteen)


@atomic
def sign(actor: Actor, model: Model, *, report_id: int, revision: int) -> ReportView:
    """Let it stand, with the facts of now. Raises ReviewNotFound, ReviewSigned, ReviewChanged,
    ReviewIncomplete or ReviewTooEarly.
    """
    row, canteen = queries.lock_report(actor, model, report_id)
    policies.ensure_open(row, revision)
    policies.ensure_complete(row)
    policies.ensure_due(row, clock.today(), clock.now())
    _take_facts(row, model)
    row.signed_at, row.signed_by, row.signed_by_name = clock.now(), actor.staff_id, actor.name
    row.revision += 1
    if model is SafetyWeek:
        record(actor, "canteen.safety_week_signed", "safety_week", row.id, canteen_id=row.canteen_id)
    else:
        record(actor, "canteen.safety_month_signed", "safety_month", row.id, canteen_id=row.canteen_id)
    db.session.flush()
    return queries.view_of(row, canteen)


def _take_facts(row: Any, model: Model) -> None:
    first = getattr(row, _FIRST[model])
    row.facts, row.facts_at = queries.facts_of(row.canteen_id, model, first).dumped(), clock.now()

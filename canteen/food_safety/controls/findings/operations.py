"""Writes of findings, within an open unit of work."""

from dataclasses import dataclass
from datetime import date

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.identity import queries as identity
from canteen.food_safety.controls import policies
from canteen.food_safety.controls.errors import FindingPerson
from canteen.food_safety.controls.models import Area, Finding, FindingEvent, FindingState, Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was found, who puts it right, and by when."""

    area: Area
    description: str
    responsible: str
    due_on: date
    measure: str = ""
    responsible_id: int | None = None


def raise_finding(
    actor: Actor, canteen_id: int, wanted: Wanted, source: Source, *, answer_id: int | None = None
) -> Finding:
    """Write a problem down. Raises FindingDay or FindingPerson."""
    unit()
    policies.ensure_due(wanted.due_on, clock.today())
    row = Finding(
        canteen_id=canteen_id,
        source=source.value,
        answer_id=answer_id,
        area=wanted.area.value,
        description=wanted.description,
        measure=wanted.measure,
        responsible_id=wanted.responsible_id,
        responsible=name_of(wanted.responsible_id, wanted.responsible),
        found_on=clock.today(),
        due_on=wanted.due_on,
        state=FindingState.OPEN.value,
        found_at=clock.now(),
        found_by=actor.staff_id,
        found_by_name=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    add_event(actor, row, "raised", wanted.description)
    record(actor, "canteen.finding_raised", "safety_finding", row.id, canteen_id=canteen_id)
    return row


def name_of(staff_id: int | None, name: str) -> str:
    """The name of who puts it right: of the member of staff, if it is one. Raises FindingPerson."""
    if staff_id is None:
        return name
    found = identity.names_of([staff_id]).get(staff_id)
    if found is None:
        raise FindingPerson
    return found


def withdraw(actor: Actor, row: Finding, reason: str) -> None:
    """Close a finding that was none: its answer was corrected on the same day."""
    unit()
    row.state, row.is_withdrawn = FindingState.CLOSED.value, True
    row.closed_at, row.closed_by, row.closed_by_name = clock.now(), actor.staff_id, actor.name
    row.revision += 1
    add_event(actor, row, "withdrawn", reason)


def reopen_withdrawn(actor: Actor, row: Finding, wanted: Wanted) -> None:
    """Let a withdrawn finding be one again, as its answer failed after all."""
    unit()
    policies.ensure_due(wanted.due_on, clock.today())
    row.state, row.is_withdrawn = FindingState.OPEN.value, False
    row.closed_at = row.closed_by = None
    row.closed_by_name = ""
    describe(row, wanted)
    add_event(actor, row, "raised", wanted.description)


def describe(row: Finding, wanted: Wanted) -> None:
    """Take over what was found, who puts it right, and by when. Raises FindingPerson."""
    row.description, row.measure, row.due_on = wanted.description, wanted.measure, wanted.due_on
    row.responsible_id = wanted.responsible_id
    row.responsible = name_of(wanted.responsible_id, wanted.responsible)
    row.revision += 1


def add_event(actor: Actor, row: Finding, step: str, text: str) -> None:
    """Add a step to a finding's history."""
    db.session.add(
        FindingEvent(
            finding_id=row.id, step=step, text=text, at=clock.now(), by=actor.staff_id, by_name=actor.name
        )
    )
    db.session.flush()

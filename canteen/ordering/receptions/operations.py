"""Writes of receptions, within an open unit of work.

Whoever moves a reception locks its row first, so that of two at once the second sees what the first did.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from backend.actor import Actor
from backend.db import db, unit
from backend.media import operations as media_operations
from backend.refusals import refusing_clashes
from canteen.accounts import reception_entries
from canteen.ordering.receptions import policies, queries
from canteen.ordering.receptions.errors import LetterTaken, ReceptionNotFound
from canteen.ordering.receptions.models import (
    Reception,
    ReceptionCompanion,
    ReceptionDish,
    ReceptionGuest,
    ReceptionState,
)
from canteen.ordering.receptions.parties import Companion, Party
from canteen.ordering.receptions.policies import Guest, Line, Plan, Step
from canteen.ordering.receptions.queries import ReceptionView


def add(actor: Actor, plan: Plan, party: Party, *, serves_from: datetime, filed_at: datetime) -> int:
    """File a reception for the actor's department; returns its id. Raises LetterTaken or PhotoNotFound."""
    unit()
    reception = Reception(
        requester_id=actor.staff_id,
        department_id=actor.department_id,
        state=ReceptionState.SUBMITTED.value,
        revision=1,
        filed_at=filed_at,
        **_columns(plan, party, serves_from),
    )
    db.session.add(reception)
    with refusing_clashes(LetterTaken()):
        pass
    _insert_party(reception.id, party, is_actual=False, letter_from=plan.letter_from)
    _set_photos(actor, reception.id, plan.photo_ids or ())
    return reception.id


def change(actor: Actor, reception_id: int, plan: Plan, party: Party, *, serves_from: datetime) -> None:
    """Replace what was asked for. Raises ReceptionStateConflict, LetterTaken or PhotoNotFound."""
    with refusing_clashes(LetterTaken()):
        take(reception_id, Step.CHANGE, **_columns(plan, party, serves_from))
    _delete_party(reception_id, is_actual=False)
    _insert_party(reception_id, party, is_actual=False, letter_from=plan.letter_from)
    if plan.photo_ids is not None:
        _set_photos(actor, reception_id, plan.photo_ids)


def lock(reception_id: int) -> None:
    """Keep everybody else from moving the reception until the unit ends."""
    unit().execute(select(Reception.id).where(Reception.id == reception_id).with_for_update())


def take(reception_id: int, step: Step, **columns: Any) -> None:
    """Take a step of the transition table. Raises ReceptionNotFound or ReceptionStateConflict."""
    before, after = policies.TRANSITIONS[step]
    taken = unit().execute(
        update(Reception)
        .where(Reception.id == reception_id, Reception.state.in_(before))
        .values(state=after.value, revision=Reception.revision + 1, **columns)
    )
    if taken.rowcount:
        return
    state = db.session.scalar(select(Reception.state).where(Reception.id == reception_id))
    if state is None:
        raise ReceptionNotFound
    raise policies.conflict(state)


def serve(actor: Actor, view: ReceptionView, party: Party, *, served_at: datetime) -> None:
    """Keep who came and what was served, and book it. Raises ReceptionStateConflict."""
    total_fen = sum(line.amount_fen for line in party.dishes)
    entry_id = reception_entries.book(
        reception_id=view.id,
        department_id=view.department_id,
        canteen_id=view.canteen_id,
        amount_fen=total_fen,
        asked_by=view.requester_id,
        at=served_at,
        entered_by=actor.staff_id,
    )
    take(
        view.id,
        Step.SERVE,
        entry_id=entry_id,
        actual_guests=len(party.guests),
        actual_companions=len(party.companions),
        actual_total_fen=total_fen,
        served_at=served_at,
        served_by=actor.staff_id,
    )
    _insert_party(view.id, party, is_actual=True, letter_from=view.letter_from)


def reopen(actor: Actor, reception_id: int, *, reason: str, at: datetime) -> None:
    """Take back what was registered and booked. Raises ReceptionStateConflict."""
    entry_id = db.session.scalar(select(Reception.entry_id).where(Reception.id == reception_id))
    take(
        reception_id,
        Step.REOPEN,
        entry_id=None,
        actual_guests=None,
        actual_companions=None,
        actual_total_fen=None,
        served_at=None,
        served_by=None,
        reason=reason,
    )
    if entry_id is not None:
        reception_entries.reverse(entry_id, at=at, entered_by=actor.staff_id, memo=reason)
    _delete_party(reception_id, is_actual=True)


def settle(canteen_id: int, from_on: date, until_on: date, *, at: datetime) -> int:
    """Close the served receptions of the days [from_on, until_on] with the month's settlement; how many."""
    before, after = policies.TRANSITIONS[Step.SETTLE]
    settled = unit().execute(
        update(Reception)
        .where(
            Reception.canteen_id == canteen_id,
            Reception.served_on.between(from_on, until_on),
            Reception.state.in_(before),
        )
        .values(state=after.value, settled_at=at, revision=Reception.revision + 1)
    )
    return settled.rowcount


def _columns(plan: Plan, party: Party, serves_from: datetime) -> dict[str, Any]:
    return {
        "canteen_id": plan.canteen_id,
        "served_on": plan.served_on,
        "period": plan.period.value,
        "serves_from": serves_from,
        "letter_no": plan.letter_no,
        "letter_from": plan.letter_from,
        "letter_key": policies.letter_key(plan.letter_from, plan.letter_no),
        "purpose": plan.purpose.value,
        "subject": plan.subject,
        "note": plan.note,
        "standard_fen": plan.standard_fen,
        "guests": len(party.guests),
        "companions": len(party.companions),
        "total_fen": sum(line.amount_fen for line in party.dishes),
    }


def _insert_party(reception_id: int, party: Party, *, is_actual: bool, letter_from: str) -> None:
    common = {"reception_id": reception_id, "is_actual": is_actual}
    unit().execute(insert(ReceptionGuest), [common | _guest(guest, letter_from) for guest in party.guests])
    if party.companions:
        unit().execute(insert(ReceptionCompanion), [common | _companion(each) for each in party.companions])
    unit().execute(insert(ReceptionDish), [common | _dish(line) for line in party.dishes])


def _delete_party(reception_id: int, *, is_actual: bool) -> None:
    tables: Iterable[Any] = (ReceptionGuest, ReceptionCompanion, ReceptionDish)
    for each in tables:
        unit().execute(delete(each).where(each.reception_id == reception_id, each.is_actual == is_actual))


def _guest(guest: Guest, letter_from: str) -> dict[str, Any]:
    return {"organisation": guest.organisation or letter_from, "name": guest.name, "title": guest.title}


def _companion(each: Companion) -> dict[str, Any]:
    return {name: getattr(each, name) for name in Companion.__slots__}


def _dish(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in Line.__slots__}


def _set_photos(actor: Actor, reception_id: int, photo_ids: Sequence[int]) -> None:
    """Attach the actor's scans that are new, and let go of those that are not wanted any more."""
    present: Collection[int] = queries.photo_ids_of(reception_id)
    gone = set(present) - set(photo_ids)
    if gone:
        media_operations.detach(policies.PHOTO_OWNER, reception_id, gone)
    for position, photo_id in enumerate(dict.fromkeys(photo_ids)):
        if photo_id not in present:
            media_operations.attach(actor, photo_id, policies.PHOTO_OWNER, reception_id, position=position)

"""Writes of absences, within an open unit of work.

Whoever adds or moves an absence holds the person's row of the roster, so that absences which are pending or
approved never overlap.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update

from backend.actor import Actor
from backend.db import db, unit
from backend.identity.absences import policies, queries
from backend.identity.absences.errors import AbsenceNotFound, AbsenceOverlap
from backend.identity.absences.models import Absence, AbsenceKind, AbsenceState, Source
from backend.identity.absences.policies import KIND_NAMES, STATE_NAMES, Span
from backend.identity.models import Staff


def hold_people(staff_ids: Collection[int]) -> None:
    """Hold these rows of the roster, by rising id, until the unit ends."""
    held = select(Staff.id).where(Staff.id.in_(staff_ids)).order_by(Staff.id)
    unit().execute(held.with_for_update(key_share=True)).all()


def add(
    actor: Actor,
    staff_id: int,
    *,
    kind: AbsenceKind,
    span: Span,
    reason: str,
    source: Source,
    at: datetime,
) -> Absence:
    """Add an absence of a person whose row is held: pending if it is one's own, else approved.

    Raises AbsenceOverlap.
    """
    unit()
    other = queries.standing_within(staff_id, span)
    if other is not None:
        raise overlap(other)
    return add_all(actor, [(staff_id, kind, span)], reason=reason, source=source, at=at)[0]


def add_all(
    actor: Actor,
    wanted: Sequence[tuple[int, AbsenceKind, Span]],
    *,
    reason: str,
    source: Source,
    at: datetime,
) -> list[Absence]:
    """Add absences of people whose rows are held and that overlap nothing; the caller has looked."""
    unit()
    is_pending = source is Source.SELF
    added = [
        Absence(
            staff_id=staff_id,
            kind=kind.value,
            from_on=span.from_on,
            from_half=span.from_half.value,
            until_on=span.until_on,
            until_half=span.until_half.value,
            from_at=span.from_at,
            until_at=span.until_at,
            state=(AbsenceState.PENDING if is_pending else AbsenceState.APPROVED).value,
            source=source.value,
            reason=reason,
            answer="",
            filed_at=at,
            filed_by=actor.staff_id,
            decided_at=None if is_pending else at,
            decided_by=None if is_pending else actor.staff_id,
        )
        for staff_id, kind, span in wanted
    ]
    db.session.add_all(added)
    db.session.flush()  # Messages and the trail name them.
    return added


def decide(actor: Actor, absence_id: int, to: AbsenceState, *, answer: str, at: datetime) -> Absence:
    """Take a step of the transition table for somebody else; of two at once the second sees the first.

    Raises AbsenceNotFound, OwnAbsence or AbsenceStateConflict.
    """
    absence = _hold(absence_id)
    policies.ensure_not_own(actor, absence.staff_id)
    policies.ensure_moves(absence.state, to)
    return _move(absence, to, answer=answer, decided_at=at, decided_by=actor.staff_id)


def withdraw(actor: Actor, absence_id: int, at: datetime) -> Absence:
    """Take one's own back. Raises AbsenceNotFound, AbsenceStateConflict or AbsenceBegun."""
    absence = _hold(absence_id)
    if absence.staff_id != actor.staff_id:
        raise AbsenceNotFound
    policies.ensure_withdrawable(absence.state, absence.kind, absence.from_at, at)
    return _move(absence, AbsenceState.WITHDRAWN)


def overlap(other: Absence) -> AbsenceOverlap:
    """The refusal that names the absence in the way."""
    return AbsenceOverlap(
        kind=KIND_NAMES[AbsenceKind(other.kind)],
        span=policies.in_words(queries.span_of(other)),
        state_name=STATE_NAMES[AbsenceState(other.state)],
        absence_id=other.id,
    )


def _hold(absence_id: int) -> Absence:
    """The absence, which nobody else moves until the unit ends. Raises AbsenceNotFound."""
    unit()
    found = db.session.scalars(
        select(Absence)
        .where(Absence.id == absence_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise AbsenceNotFound
    return found


def _move(absence: Absence, to: AbsenceState, **columns: object) -> Absence:
    unit().execute(update(Absence).where(Absence.id == absence.id).values(state=to.value, **columns))
    db.session.refresh(absence)
    return absence

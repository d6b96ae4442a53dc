"""Use cases of absences that touch nothing else; what an approval does to orders is a flow's."""

from datetime import date

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic
from backend.identity import queries as identity_queries
from backend.identity.absences import operations, policies, queries
from backend.identity.absences.models import AbsenceKind, Half, Source
from backend.identity.absences.policies import FILED_WITHIN, Span
from backend.identity.absences.queries import AbsenceView


@atomic
def file_absence(
    actor: Actor,
    *,
    kind: AbsenceKind,
    from_on: date,
    until_on: date,
    from_half: Half = Half.AM,
    until_half: Half = Half.PM,
    reason: str = "",
) -> AbsenceView:
    """Ask to be absent from a half of one day to a half of another, both included.

    Raises AbsenceReversed, AbsenceTooLong, AbsenceTooOld or AbsenceOverlap.
    """
    span = Span(from_on, from_half, until_on, until_half)
    policies.ensure_span(span, clock.today(), within=FILED_WITHIN)
    identity_queries.lock_staff(actor.staff_id)
    filed = operations.add(
        actor,
        actor.staff_id,
        kind=kind,
        span=span,
        reason=reason,
        source=Source.SELF,
        at=clock.now(),
    )
    return queries.get_own(actor, filed.id)


@atomic
def withdraw_absence(actor: Actor, *, absence_id: int) -> AbsenceView:
    """Take one's own absence back: while it is pending, or approved and not begun. Orders stay cancelled.

    Raises AbsenceNotFound, AbsenceStateConflict or AbsenceBegun.
    """
    withdrawn = operations.withdraw(actor, absence_id, clock.now())
    if withdrawn.decided_at is not None:
        record(
            actor,
            "identity.absence_withdrawn",
            "absence",
            absence_id,
            staff_id=withdrawn.staff_id,
            kind=withdrawn.kind,
            from_on=withdrawn.from_on.isoformat(),
            until_on=withdrawn.until_on.isoformat(),
        )
    return queries.get_own(actor, absence_id)

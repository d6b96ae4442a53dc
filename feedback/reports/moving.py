"""How a report moves: its row's lock, the transition table, its timeline and its daily sums.

Reports are locked by rising id, before clocks.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from backend.actor import Actor
from backend.db import db, unit
from feedback.reports import policies, rollups, sealing
from feedback.reports.errors import ReportNotFound
from feedback.reports.models import Report, ReportEvent, State
from feedback.reports.policies import Step

TEXT_LENGTH: Final = 2000
# Where the instant of a step is kept on the report's row, for the present cycle.
_STAMPS: Final = {
    State.ACCEPTED: "accepted_at",
    State.ASSIGNED: "assigned_at",
    State.REPLIED: "replied_at",
    State.CLOSED: "ended_at",
    State.REJECTED: "ended_at",
    State.DUPLICATE: "ended_at",
    State.WITHDRAWN: "ended_at",
}
_KEEPING: Final = frozenset({Step.UNHIDE, Step.RESUME_CASE, Step.ORDER_BACK, Step.GIVE_BACK})


def locked(report_id: int) -> Report:
    """The report, kept from everybody else until the unit ends. Raises ReportNotFound."""
    found = locked_all([report_id])
    if not found:
        raise ReportNotFound
    return found[0]


def locked_all(report_ids: Collection[int]) -> list[Report]:
    """These reports by rising id, all locked; unknown ones are left out."""
    unit()
    return list(
        db.session.scalars(
            select(Report)
            .where(Report.id.in_(report_ids))
            .order_by(Report.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def move(
    actor: Actor,
    report: Report,
    step: Step,
    *,
    text: str = "",
    at: datetime,
    is_public: bool = True,
    **details: Any,
) -> ReportEvent:
    """Take a step of the transition table with a locked report. Raises ReportState.

    What else changes of the report with the step (its master, its office, its reply) is set before, within
    `rollups.kept(report)`. An unnamed reporter's own steps name nobody.
    """
    before = State(report.state)
    after = policies.state_after(
        report.state,
        step,
        has_office=report.office_id is not None,
        unhidden_state=report.unhidden_state,
    )
    with rollups.kept(report):
        report.unhidden_state = before.value if step is Step.HIDE else ""
        report.state = after.value
        report.revision += 1
        stamp = _STAMPS.get(after)
        if stamp is not None and step not in _KEEPING:
            setattr(report, stamp, at)
        if after in policies.OPEN and step is Step.REOPEN:
            report.ended_at = None
        return _write_event(
            actor, report, step, before, text=text, at=at, is_public=is_public, details=details
        )


def note(
    actor: Actor,
    report: Report,
    step: Step,
    *,
    text: str = "",
    at: datetime,
    is_public: bool = True,
    **details: Any,
) -> ReportEvent:
    """An entry of the timeline that leaves the state as it is. Raises ReportState where it may not be."""
    policies.ensure_notable(report.state, step)
    report.revision += 1
    return _write_event(
        actor, report, step, State(report.state), text=text, at=at, is_public=is_public, details=details
    )


def _write_event(
    actor: Actor,
    report: Report,
    step: Step,
    before: State,
    *,
    text: str,
    at: datetime,
    is_public: bool,
    details: dict[str, Any],
) -> ReportEvent:
    shown = sealing.acting(actor, report) if step in policies.OWN_STEPS else actor
    event = ReportEvent(
        report_id=report.id,
        cycle=report.cycle,
        at=at,
        step=step.value,
        from_state=before.value,
        to_state=report.state,
        actor_id=shown.staff_id,
        actor_name=shown.name,
        text=text[:TEXT_LENGTH],
        is_public=is_public,
        details=details,
    )
    db.session.add(event)
    db.session.flush()  # Photos of the entry are owned by its identifier.
    return event

"""Writes of the escalations, within an open unit of work."""

from collections.abc import Collection
from datetime import datetime

from backend.actor import SYSTEM, Permission
from backend.dates import moment_text
from backend.identity import queries as identity
from backend.workdays.clocks import levels_told, stage_text
from backend.workdays.keeping import Fired
from feedback.categories.models import DeadlineClass
from feedback.deadlines import operations as deadlines
from feedback.deadlines.models import ClockKind
from feedback.deadlines.titles import KIND_NAMES
from feedback.offices import queries as offices
from feedback.reports import moving, telling
from feedback.reports.escalations.messages import DANGER_ESCALATED, ESCALATED
from feedback.reports.models import Report
from feedback.reports.policies import Step


def escalate(report_id: int, now: datetime) -> list[Fired]:
    """Fire every step of a report that has come and tell whom it is for; returns what is new.

    The report is locked before its clocks, so that runners wait for each other and for whoever works on it.
    """
    report = moving.locked(report_id)
    fired = deadlines.fire_due(report.id, now)
    if fired:
        levels = levels_of(report)
        for step in fired:
            _tell(report, step, levels)
            moving.note(
                SYSTEM,
                report,
                Step.ESCALATE,
                text=f"{KIND_NAMES[ClockKind(step.kind)]}{stage_text(step.step)}",
                at=now,
                is_public=False,
                clock=step.kind,
                percent=step.step,
                due_at=step.clock_due_at.isoformat(),
            )
    return fired


def levels_of(report: Report) -> list[Collection[int]]:
    """Who stands on each level for a report: handlers, leads, desk, approvers."""
    office_id = report.office_id
    place = {"campus_id": report.campus_id, "building_id": report.building_id}
    return [
        offices.members(office_id) if office_id is not None else (),
        offices.leads(office_id) if office_id is not None else (),
        identity.holders(Permission.REPORTS_TRIAGE, **place),
        identity.holders(Permission.REPORTS_APPROVE, **place),
    ]


def _tell(report: Report, fired: Fired, levels: list[Collection[int]]) -> None:
    kind = DANGER_ESCALATED if report.deadline == DeadlineClass.DANGER else ESCALATED
    telling.tell_people(
        report,
        kind,
        next(iter(levels_told(levels, fired.step)), ()),
        event=f"escalation {fired.clock_id} {fired.step}",
        clock=KIND_NAMES[ClockKind(fired.kind)],
        stage=stage_text(fired.step),
        due=moment_text(fired.clock_due_at),
    )

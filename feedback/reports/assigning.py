"""Giving a report to an office and taking it back, within an open unit of work.

Until another office has taken a report over, the first one stays responsible for it (首接负责).
"""

from datetime import datetime

from backend.actor import Actor
from backend.db import db, unit
from feedback.offices import queries as offices
from feedback.offices.errors import OfficeClosed, OfficeNotFound
from feedback.offices.models import Office
from feedback.reports import following, moving, rollups
from feedback.reports.errors import OfficeElsewhere, OfficeSame
from feedback.reports.models import Assignment, AssignmentEnd, Report
from feedback.reports.policies import Step


def give(actor: Actor, report: Report, office_id: int, *, text: str = "", at: datetime) -> Office:
    """Give a locked report to an office, or from one to another (转办); no clock is reset.

    Raises OfficeNotFound, OfficeClosed, OfficeElsewhere, OfficeSame or ReportState.
    """
    office = offices.find(office_id)
    if office.campus_id is not None and report.campus_id and office.campus_id != report.campus_id:
        raise OfficeElsewhere(office=office.name)
    if report.assignment_id is not None and report.office_id == office.id and report.order_id is None:
        raise OfficeSame(office=office.name)
    before = report.office_id
    with rollups.kept(report):
        report.transfers += before is not None and before != office.id
        end(report, AssignmentEnd.TRANSFERRED, at=at)
        report.office_id = office.id
        report.order_id = None
        moving.move(
            actor,
            report,
            Step.ASSIGN,
            text=text,
            at=at,
            office_id=office.id,
            office=office.name,
            before=before,
        )
        begin(report, at=at, by=actor.staff_id)
    return office


def begin(report: Report, *, at: datetime, by: int) -> Assignment:
    """The office of the report has it from now on. `by` 0 is the system, or an unnamed reporter."""
    if report.office_id is None:
        raise ValueError(f"report {report.id} has no office")
    unit()
    assignment = Assignment(
        report_id=report.id, cycle=report.cycle, office_id=report.office_id, assigned_at=at, assigned_by=by
    )
    db.session.add(assignment)
    db.session.flush()  # The report names it.
    report.assignment_id = assignment.id
    return assignment


def end(report: Report, ended_by: AssignmentEnd, *, at: datetime) -> None:
    """End the assignment at work, if there is one; the office is still named as the last that had it."""
    unit()
    if report.assignment_id is None:
        return
    assignment = db.session.get(Assignment, report.assignment_id)
    if assignment is not None and assignment.ended_at is None:
        assignment.ended_at = at
        assignment.ended_by = ended_by.value
        following.tell_ended(assignment)
    report.assignment_id = None
    db.session.flush()  # One is at work at a time: the next one comes after.


def may_go_on(report: Report) -> bool:
    """Whether the office that had the report last may have it again."""
    if report.office_id is None:
        return False
    try:
        offices.find(report.office_id)
    except (OfficeNotFound, OfficeClosed):
        return False
    return True

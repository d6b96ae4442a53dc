"""Who has to do with a report, and whether a step is somebody's to take."""

from collections.abc import Collection

from sqlalchemy import exists, select

from backend.actor import Actor, Permission
from backend.db import db
from feedback.offices import queries as offices
from feedback.reports import moving, policies, sealing
from feedback.reports.errors import ReportNotFound
from feedback.reports.models import Follower, Report, State
from feedback.reports.policies import TRANSITIONS, Standing, Step


def offices_of(actor: Actor) -> frozenset[int]:
    """The offices in use for which the actor handles reports; one statement for who may handle any."""
    if not actor.can(Permission.REPORTS_HANDLE):
        return frozenset()
    return offices.offices_of(actor.staff_id)


def standing(actor: Actor, report: Report) -> Standing:
    """What the actor is to the report; at most two statements."""
    is_reporter = sealing.is_reporter(actor, report)
    return policies.standing(
        actor,
        report,
        office_ids=offices_of(actor),
        is_reporter=is_reporter,
        is_follower=not is_reporter and bool(report.followers) and _follows(actor, report),
    )


def entering(actor: Actor, report_id: int, *steps: Step) -> tuple[Report, Standing, Step]:
    """A locked report, what the actor is to it, and which of these steps its state allows.

    Raises ReportNotFound or ReportState.
    """
    report, who = entering_any(actor, report_id)
    for step in steps:
        if report.state in TRANSITIONS[step][0]:
            return report, who, step
    raise policies.refusal(report.state)


def entering_in(actor: Actor, report_id: int, states: Collection[State]) -> tuple[Report, Standing]:
    """The same for what is no step of the table. Raises ReportNotFound or ReportState."""
    report, who = entering_any(actor, report_id)
    if report.state not in states:
        raise policies.refusal(report.state)
    return report, who


def entering_any(actor: Actor, report_id: int) -> tuple[Report, Standing]:
    """The same whatever its state. Raises ReportNotFound."""
    report = moving.locked(report_id)
    who = standing(actor, report)
    if not who.is_visible:
        raise ReportNotFound
    return report, who


def _follows(actor: Actor, report: Report) -> bool:
    followed = exists().where(Follower.report_id == report.id, Follower.staff_id == actor.staff_id)
    return bool(db.session.scalar(select(followed)))

"""Use cases of the visits."""

from sqlalchemy.exc import IntegrityError

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db
from feedback.reports import moving, people, rated, reopening, rollups
from feedback.reports import policies as report_policies
from feedback.reports.errors import OwnHandling
from feedback.reports.models import Outcome
from feedback.reports.policies import Step, Verb
from feedback.reports.refusals import leaving_trace
from feedback.reports.visits import policies, queries
from feedback.reports.visits.errors import AlreadyVisited
from feedback.reports.visits.models import Visit
from feedback.reports.visits.queries import VisitView


@leaving_trace(Verb.VISIT)
def visit(
    actor: Actor,
    report_id: int,
    *,
    is_reached: bool,
    outcome: Outcome | None = None,
    grade: int | None = None,
    text: str = "",
    is_reopening: bool = False,
) -> VisitView:
    """Write down how an answered demand stands, as its reporter says (回访), once a cycle.

    What is resolved in part or not at all says what is missing, and may be handled again at once. Raises
    ReportNotFound, ReportState, ReportNotYours, OwnHandling, AlreadyVisited, VisitInvalid or
    OutcomeTextNeeded.
    """
    report, who = people.entering_in(actor, report_id, report_policies.DONE)
    report_policies.ensure(who.visits)
    if who.is_handler or who.is_reporter or actor.staff_id in rated.handlers_of(report):
        raise OwnHandling
    policies.ensure_valid(is_reached=is_reached, outcome=outcome, grade=grade, text=text)
    now, said = clock.now(), outcome.value if outcome is not None else ""
    reopens = is_reopening and outcome in (Outcome.PARTLY, Outcome.UNRESOLVED)
    row = Visit(
        report_id=report.id,
        cycle=report.cycle,
        visited_at=now,
        visited_by=actor.staff_id,
        visited_by_name=actor.name,
        is_reached=is_reached,
        outcome=said,
        grade=grade,
        text=text,
        is_reopening=reopens,
    )
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise AlreadyVisited from taken
    with rollups.kept(report):
        report.outcome = report.outcome or said
        moving.note(
            actor,
            report,
            Step.VISIT,
            text=text,
            at=now,
            is_public=False,
            is_reached=is_reached,
            outcome=said,
            grade=grade,
        )
        if reopens:
            reopening.reopen(actor, report, text=text, at=now)
    record(actor, "feedback.report_visited", "report", report.id, number=report.number, outcome=said)
    return queries.view(row, report.number)

"""Use cases of who reported: rating how it was handled, and having it handled again."""

from collections.abc import Mapping, Sequence

from backend import clock
from backend.actor import Actor
from backend.ratings import operations as rating_operations
from backend.ratings import policies as rating_policies
from backend.ratings.errors import AlreadyRated
from backend.rules import queries as rules
from feedback.reports import answering, moving, people, policies, rated, reopening, rollups, views
from feedback.reports.errors import OutcomeTextNeeded, OwnHandling, RatingClosed, ReopenTooLate
from feedback.reports.models import Outcome
from feedback.reports.policies import OUTCOME_NAMES, Step, Verb
from feedback.reports.ratings import HANDLING, OFFICE
from feedback.reports.refusals import leaving_trace
from feedback.reports.rules import REOPEN_DAYS
from feedback.reports.views import ReportView


@leaving_trace(Verb.RATE)
def rate(
    actor: Actor,
    report_id: int,
    *,
    outcome: Outcome,
    scores: Mapping[str, int],
    text: str = "",
    is_wall_consented: bool | None = None,
    is_reopening: bool = True,
) -> ReportView:
    """Say how one's own report was handled, once in a cycle; that closes it.

    What is resolved in part or not at all says what is missing, and is handled again at once, unless the
    reporter would rather not (T29). Raises ReportNotFound, OwnHandling, ReportNotYours, AlreadyRated,
    ReportState, RatingClosed, OutcomeTextNeeded or InvalidScores.
    """
    report, who = people.entering_any(actor, report_id)
    handlers = rated.handlers_of(report)
    if actor.staff_id in handlers:
        raise OwnHandling
    policies.ensure(who.is_reporter)
    if rated.find_own(actor, report) is not None:
        raise AlreadyRated
    policies.state_after(report.state, Step.RATE)
    now, ends_at = clock.now(), rated.closes_at(report)
    if report.replied_at is None or ends_at is None or now >= ends_at:
        raise RatingClosed
    if outcome is not Outcome.RESOLVED and not text.strip():
        raise OutcomeTextNeeded
    rating_operations.rate(
        actor,
        service=HANDLING.key,
        subject_id=rated.subject_of(report),
        cycle=report.cycle,
        provider_kind=OFFICE,
        provider_id=report.office_id or 0,
        served_on=clock.local(report.replied_at).date(),
        scores=scores,
        text=text,
        handler_ids=handlers,
    )
    with rollups.kept(report):
        report.outcome = outcome.value
        if is_wall_consented is not None:
            report.is_wall_consented = is_wall_consented
        moving.move(
            actor,
            report,
            Step.RATE,
            text=OUTCOME_NAMES[outcome],
            at=now,
            outcome=outcome.value,
            grade=rating_policies.grade_of(scores),
        )
        if outcome is not Outcome.RESOLVED and is_reopening:
            reopening.reopen(actor, report, text=text, at=now)
    return views.view(actor, report)


@leaving_trace(Verb.REOPEN)
def reopen(actor: Actor, report_id: int, *, text: str, photo_ids: Sequence[int] = ()) -> ReportView:
    """Have one's own report handled again, a few days after the reply at most (重新办理).

    It begins the next cycle, with clocks of its own; the verdicts of the cycle before stand. Raises
    ReportNotFound, ReportState, ReportNotYours, ReopenTooLate, TooManyPhotos or PhotoNotFound.
    """
    report, who, _ = people.entering(actor, report_id, Step.REOPEN)
    policies.ensure(who.is_reporter)
    now, until = clock.now(), rated.reopens_until(report)
    if until is None or now >= until:
        raise ReopenTooLate(days=rules.value(REOPEN_DAYS))
    event = reopening.reopen(actor, report, text=text, at=now)
    answering.attach(actor, event, photo_ids)
    return views.view(actor, report)

"""Use cases of who handles a report: answering it, and noting what is done."""

from collections.abc import Sequence

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from feedback.deadlines import operations as clocks
from feedback.deadlines.models import ClockKind
from feedback.reports import answering, moving, people, policies, rollups, telling, views
from feedback.reports.messages import NOTED
from feedback.reports.models import State
from feedback.reports.policies import Step, Verb
from feedback.reports.refusals import leaving_trace
from feedback.reports.views import ReportView

_NOTABLE = frozenset(State) - {State.HIDDEN}


@leaving_trace(Verb.REPLY)
def reply(actor: Actor, report_id: int, *, text: str, photo_ids: Sequence[int] = ()) -> ReportView:
    """Answer a report (答复): as a member of the office that has it, or as the desk while none has.

    Raises ReportNotFound, ReportState, ReportNotYours, TooManyPhotos or PhotoNotFound.
    """
    report, who, _ = people.entering(actor, report_id, Step.REPLY)
    policies.ensure(who.triages if report.state == State.ACCEPTED else who.is_handler)
    answering.answer(actor, report, text=text, photo_ids=photo_ids, at=clock.now())
    return views.view(actor, report)


@leaving_trace(Verb.NOTE)
def note(
    actor: Actor, report_id: int, *, text: str, photo_ids: Sequence[int] = (), is_public: bool = False
) -> ReportView:
    """Note what is done, for those who work on it or, if public, for the reporter, too.

    What is said to the reporter ends the response clock: they were contacted. Raises ReportNotFound,
    ReportState, ReportNotYours, TooManyPhotos or PhotoNotFound.
    """
    report, who = people.entering_in(actor, report_id, _NOTABLE)
    policies.ensure(who.is_handler or who.triages)
    now = clock.now()
    with rollups.kept(report):
        event = moving.note(
            actor,
            report,
            Step.NOTE,
            text=text,
            at=now,
            is_public=is_public,
            **({"office_id": report.office_id} if who.is_handler else {}),
        )
        if is_public and report.state in policies.OPEN:
            clocks.meet(report.id, report.cycle, ClockKind.RESPONSE, now)
    answering.attach(actor, event, photo_ids)
    record(actor, "feedback.report_noted", "report", report.id, number=report.number)
    if is_public:
        telling.tell_reporter(report, NOTED, event="noted", why=policies.excerpt(text))
    return views.view(actor, report)

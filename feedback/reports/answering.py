"""Answering a report (答复) within an open unit: by its office, by the desk, or by its work order."""

from collections.abc import Sequence
from datetime import datetime

from backend.actor import SYSTEM, Actor
from backend.audit.operations import record
from backend.media import operations as media
from feedback.deadlines import operations as clocks
from feedback.deadlines.models import ClockKind
from feedback.reports import assigning, masters, moving, policies, rollups, sealing, telling
from feedback.reports.errors import TooManyPhotos
from feedback.reports.messages import REPLIED
from feedback.reports.models import AssignmentEnd, Report, ReportEvent, State
from feedback.reports.policies import Step


def answer(
    actor: Actor, report: Report, *, text: str, photo_ids: Sequence[int] = (), at: datetime
) -> ReportEvent:
    """Reply to a locked report; whoever reported it, and is on the roster, is asked to rate it.

    Both clocks of the cycle end, the office's turn, too. Raises ReportState, TooManyPhotos or PhotoNotFound.
    """
    with rollups.kept(report):
        report.reply = text
        if report.state == State.ACCEPTED:  # The desk answers by itself, whoever had it before.
            report.office_id = None
        event = moving.move(actor, report, Step.REPLY, text=text, at=at, office_id=report.office_id)
        assigning.end(report, AssignmentEnd.REPLIED, at=at)
        for kind in ClockKind:
            clocks.meet(report.id, report.cycle, kind, at)
        if sealing.reporter_of(report) is not None:
            moving.move(SYSTEM, report, Step.INVITE, at=at)
    attach(actor, event, photo_ids)
    record(actor, "feedback.report_replied", "report", report.id, number=report.number)
    said = policies.excerpt(text)
    telling.tell_reporter(report, REPLIED, event="replied", why=said)
    masters.tell_result(report, said)
    return event


def attach(actor: Actor, event: ReportEvent, photo_ids: Sequence[int]) -> None:
    """Make the actor's loose photos part of an entry of a timeline. Raises TooManyPhotos or PhotoNotFound."""
    wanted = list(dict.fromkeys(photo_ids))
    if len(wanted) > policies.MOST_PHOTOS:
        raise TooManyPhotos(most=policies.MOST_PHOTOS)
    is_unnamed = event.actor_id != actor.staff_id
    for position, photo_id in enumerate(wanted):
        media.attach(
            actor, photo_id, policies.PHOTOS_NOTE, event.id, position=position, is_unnamed=is_unnamed
        )

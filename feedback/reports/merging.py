"""Use cases of the desk that make one of several reports about the same (重复、并案)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from feedback.deadlines import operations as clocks
from feedback.deadlines.models import ClockKind
from feedback.reports import assigning, masters, moving, people, policies, rollups, telling, views
from feedback.reports.errors import MasterInvalid, ReportNotFound
from feedback.reports.messages import DUPLICATE
from feedback.reports.models import AssignmentEnd, Report, State
from feedback.reports.policies import Step, Verb
from feedback.reports.refusals import leaving_trace
from feedback.reports.views import ReportView


@dataclass(frozen=True, slots=True)
class Merged:
    """How many reports follow which master now."""

    master_id: int
    number: str
    merged: int


@leaving_trace(Verb.DUPLICATE)
def mark_duplicate(actor: Actor, report_id: int, *, master_id: int) -> ReportView:
    """Let an open report follow another one about the same; whoever met it is told how that one ends.

    A master that follows another stands for that one. Raises ReportNotFound, ReportState, ReportNotYours or
    MasterInvalid.
    """
    _merge(actor, [report_id], master_id)
    return views.view(actor, moving.locked(report_id))


@leaving_trace(Verb.DUPLICATE)
def merge(actor: Actor, master_id: int, *, report_ids: Sequence[int]) -> Merged:
    """Let several open reports follow one: all of them, or none. Raises as `mark_duplicate`."""
    master = _merge(actor, sorted(set(report_ids)), master_id)
    return Merged(master.id, master.number, len(set(report_ids)))


def _merge(actor: Actor, report_ids: Sequence[int], master_id: int) -> Report:
    root_id = masters.resolve(master_id)
    # Everything that changes, by rising id: the master, the reports, and what follows those.
    followers = masters.duplicates_of(list(report_ids))
    moving.locked_all({root_id, *report_ids, *followers})
    reports = [_entered(actor, report_id) for report_id in report_ids]
    master = _master(actor, root_id, report_ids)
    now = clock.now()
    for report in reports:
        _follow(actor, report, master, now)
    return master


def _entered(actor: Actor, report_id: int) -> Report:
    report, who, _ = people.entering(actor, report_id, Step.DUPLICATE)
    policies.ensure(who.triages)
    return report


def _master(actor: Actor, root_id: int, report_ids: Sequence[int]) -> Report:
    try:
        master, who = people.entering_any(actor, root_id)
    except ReportNotFound as error:
        raise MasterInvalid from error
    if root_id in report_ids or not who.triages or master.state in policies.ENDED | {State.HIDDEN}:
        raise MasterInvalid
    return master


def _follow(actor: Actor, report: Report, master: Report, at: datetime) -> None:
    with rollups.kept(report):
        assigning.end(report, AssignmentEnd.ENDED, at=at)
        report.master_id = master.id
        moving.move(actor, report, Step.DUPLICATE, at=at, master_id=master.id)
        clocks.meet(report.id, report.cycle, ClockKind.RESPONSE, at)
        clocks.void(report.id, report.cycle, at)
    masters.follow(report, master, at=at)
    moving.note(actor, master, Step.NOTE, text=f"并入诉求 {report.number}", at=at, is_public=False)
    record(
        actor,
        "feedback.report_merged",
        "report",
        report.id,
        number=report.number,
        master_report=master.number,
    )
    telling.tell_reporter(report, DUPLICATE, event="duplicate")
    telling.tell_followers(report, DUPLICATE, event="duplicate")
    if master.state in (State.REPLIED, State.TO_RATE):  # Who does not follow it would never hear of it.
        masters.tell_one(report, master, policies.excerpt(master.reply))

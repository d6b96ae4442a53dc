"""Use cases whose refusals leave a trace."""

from collections.abc import Callable
from typing import TypeVar

from backend.actor import Actor
from backend.audit.models import Result
from backend.db import db
from backend.errors import AppError
from backend.refusals import recording
from feedback.reports import sealing
from feedback.reports.errors import OwnHandling, ReportNotYours, ReportState
from feedback.reports.models import Report
from feedback.reports.policies import Verb

R = TypeVar("R")


def leaving_trace(verb: Verb) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case that takes (actor, report_id, …); its refusal by state or right is recorded."""

    def note(actor: Actor, report_id: int, refused: AppError) -> None:
        report = db.session.get(Report, report_id)
        if report is None:
            return
        # Always as nobody if it is the unnamed reporter: who but they would try what is not theirs, or is too
        # late, with a report that few may know of?
        sealing.record(
            actor,
            report,
            "feedback.report_step_refused",
            result=Result.REFUSED,
            verb=verb.value,
            code=refused.code,
        )

    return recording(note, ReportState, ReportNotYours, OwnHandling)

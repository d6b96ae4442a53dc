"""Use cases whose refusals leave a trace, in a unit of work of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from backend.actor import Actor
from backend.audit.models import Result
from backend.db import aside, atomic, db
from feedback.reports import sealing
from feedback.reports.errors import OwnHandling, ReportNotYours, ReportState
from feedback.reports.models import Report
from feedback.reports.policies import Verb

R = TypeVar("R")


def leaving_trace(verb: Verb) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case that takes (actor, report_id, …); its refusal by state or right is recorded."""

    def decorate(use_case: Callable[..., R]) -> Callable[..., R]:
        run_atomic = atomic(use_case)

        @wraps(use_case)
        def run(actor: Actor, report_id: int, **given: Any) -> R:
            try:
                return run_atomic(actor, report_id, **given)
            except (ReportState, ReportNotYours, OwnHandling) as refused:
                _record(actor, report_id, verb, refused.code)
                raise

        return run

    return decorate


@aside
def _record(actor: Actor, report_id: int, verb: Verb, code: str) -> None:
    # In a unit of its own: the refusal has rolled the other one back.
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
        code=code,
    )

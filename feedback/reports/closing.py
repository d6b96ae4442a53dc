"""What happens by itself at a report's end: nobody rated it in time."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select

from backend import clock
from backend.actor import SYSTEM
from backend.db import atomic, db, unit
from backend.rules import queries as rules
from feedback.reports import policies, queries, rollups
from feedback.reports.models import Report, ReportEvent
from feedback.reports.policies import Step
from feedback.reports.rules import RATING_DAYS

AT_ONCE: Final = 200


def lapse() -> int:
    """Close what nobody rated in time, as 未参评 and never as satisfied; returns how many.

    So many at once, by statements that do not grow with their number; again it closes nothing. What was
    closed so may be reopened as long as the rule says.
    """
    total = 0
    while closed := _lapse_some():
        total += closed
    return total


@atomic
def _lapse_some() -> int:
    now = clock.now()
    reports = db.session.scalars(
        select(Report)
        .where(
            queries.IS_LAPSING,
            Report.replied_at <= now - timedelta(days=rules.value(RATING_DAYS)),
        )
        # Who holds one now is not waited for, so that the order of the locks is free.
        .order_by(Report.replied_at, Report.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not reports:
        return 0
    before = rollups.together(reports)
    # By the table: the session would send one statement for each.
    unit().execute(insert(ReportEvent), [_close(report, now) for report in reports])
    rollups.DAYS.write(before, rollups.together(reports))
    return len(reports)


def _close(report: Report, at: datetime) -> dict[str, Any]:
    """Close a report without a rating; the entry of its timeline."""
    before = report.state
    report.state = policies.state_after(report.state, Step.LAPSE).value
    report.is_lapsed = True
    report.ended_at = at
    report.revision += 1
    return {
        "report_id": report.id,
        "cycle": report.cycle,
        "at": at,
        "step": Step.LAPSE.value,
        "from_state": before,
        "to_state": report.state,
        "actor_id": SYSTEM.staff_id,
        "actor_name": SYSTEM.name,
        "text": "",
        "is_public": True,
        "details": {},
    }

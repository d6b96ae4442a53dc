"""Forgetting sealed names, within an open unit of work."""

import os
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from backend.db import db, table, unit
from feedback.reports import policies
from feedback.reports.models import Report

_AT_ONCE = 500
_KEY_BYTES = 32


def over(before: datetime) -> list[int]:
    """Some of the unnamed reports that ended before an instant and still bear a seal, the oldest first."""
    ended = func.coalesce(Report.ended_at, Report.replied_at, Report.submitted_at)
    statement = (
        select(Report.id)
        .where(
            Report.is_anonymous,
            Report.reporter_cipher != b"",
            Report.state.not_in([state.value for state in policies.OPEN]),
            ended < before,
        )
        .order_by(Report.id)
        .limit(_AT_ONCE)
    )
    return list(db.session.scalars(statement))


def forget(report_ids: Collection[int]) -> int:
    """Forget who reported these, for ever; returns how many.

    The key by which people find their own would name them as well: it becomes nobody's.
    """
    connection = unit()
    if not report_ids:
        return 0
    rows = table(Report)
    connection.execute(
        update(rows)
        .where(rows.c.id == bindparam("of_id"), rows.c.is_anonymous)
        .values(reporter_cipher=b"", reporter_key=bindparam("of_nobody")),
        [{"of_id": report_id, "of_nobody": os.urandom(_KEY_BYTES)} for report_id in sorted(report_ids)],
    )
    db.session.expire_all()
    return len(report_ids)

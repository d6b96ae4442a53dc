"""What the seals keep about a person: told to them, and forgotten on demand."""

from typing import Any

from sqlalchemy import or_, select

from backend.db import db
from feedback.reports import personal
from feedback.reports.models import Report
from feedback.reports.seals import operations
from feedback.reports.seals.models import SealRequest


def requests_of(staff_id: int) -> list[dict[str, Any]]:
    """The seals that somebody asked to open or decided about."""
    rows = db.session.execute(
        select(SealRequest, Report.number)
        .join(Report, Report.id == SealRequest.report_id)
        .where(or_(SealRequest.asked_by == staff_id, SealRequest.decided_by == staff_id))
        .order_by(SealRequest.id)
    )
    return [
        {
            "诉求": number,
            "身份": "申请人" if request.asked_by == staff_id else "审批人",
            "申请时间": request.asked_at,
            "理由": request.reason,
            "同意": request.is_granted,
            "审批时间": request.decided_at,
            "查看时间": request.looked_at,
        }
        for request, number in rows
    ]


def forget(staff_id: int) -> int:
    """Drop what was written down for somebody's reports, and that the unnamed ones are theirs.

    Returns how many had a name or a number written down: how many were unnamed is nobody's to know.
    """
    operations.forget(personal.sealed_reports_of(staff_id))
    return personal.forget_contacts(staff_id)

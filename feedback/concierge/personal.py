"""What the concierge keeps about a person: told to them, and forgotten on demand."""

from typing import Any

from sqlalchemy import select, update

from backend.db import db, unit
from feedback.concierge import fields, queries
from feedback.concierge.models import RequestAnswers, ServiceForm, ServiceItem
from feedback.reports.models import Report


def answers_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody answered in the forms of services, in full, under Chinese names."""
    rows = db.session.execute(
        select(RequestAnswers, ServiceForm.fields, ServiceItem.name, Report.number, Report.submitted_at)
        .join(
            ServiceForm,
            (ServiceForm.item_id == RequestAnswers.item_id)
            & (ServiceForm.revision == RequestAnswers.revision),
        )
        .join(ServiceItem, ServiceItem.id == RequestAnswers.item_id)
        .join(Report, Report.id == RequestAnswers.report_id)
        .where(Report.reporter_id == staff_id)
        .order_by(RequestAnswers.report_id)
    )
    return [
        {
            "编号": number,
            "服务": service,
            "申请时间": submitted_at,
            "填写内容": "；".join(
                f"{answer.title}：{answer.text}"
                for answer in queries.answer_views(fields.load(form), given, in_full=True)
            ),
        }
        for given, form, service, number, submitted_at in rows
    ]


def forget_phones(staff_id: int) -> int:
    """Drop the numbers that somebody gave in forms; returns how many requests had one."""
    own = select(Report.id).where(Report.reporter_id == staff_id)
    statement = (
        update(RequestAnswers)
        .where(RequestAnswers.report_id.in_(own), RequestAnswers.sealed_cipher.is_not(None))
        .values(sealed_cipher=None)
    )
    return unit().execute(statement).rowcount

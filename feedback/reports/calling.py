"""The use case of who has to reach a named reporter: the number in full, recorded."""

from backend.actor import Actor
from backend.audit.operations import record
from backend.db import atomic, db
from backend.identity.models import Staff
from feedback.reports import people, policies, queries, views


@atomic
def contact(actor: Actor, report_id: int) -> dict[str, str]:
    """The reporter's name and number, for the desk, the office that has the report, and who visits; recorded.

    Raises ReportNotFound, or ReportNotYours: for an unnamed reporter to everybody.
    """
    report = queries.find(actor, report_id)
    policies.ensure(policies.may_call(report, people.standing(actor, report)))
    reporter = db.session.get(Staff, report.reporter_id) if report.reporter_id is not None else None
    record(actor, "feedback.contact_shown", "report", report.id, number=report.number)
    return {
        "name": report.contact or (reporter.name if reporter is not None else ""),
        "phone": views.phone_of(report, reporter.phone_cipher if reporter is not None else None),
    }

"""Telling people of a report, within an open unit of work."""

from collections.abc import Collection

from sqlalchemy import select

from backend.actor import Permission
from backend.db import db
from backend.identity import queries as identity
from backend.notifications.kinds import Kind
from backend.notifications.operations import notify
from backend.vault import keyed_hash
from feedback.offices import queries as offices
from feedback.reports import policies, sealing
from feedback.reports.messages import NEWS
from feedback.reports.models import Follower, Report

MINE_PAGE = "pages/feedback/mine"


def fields_of(report: Report) -> dict[str, str]:
    """What every message says of a report."""
    return {
        "number": report.number,
        "what": policies.excerpt(report.text),
        "place": report.place_path or "未注明地点",
    }


def report_page(report_id: int) -> str:
    """Where the reporter's phone shows it."""
    return f"pages/feedback/report?id={report_id}"


def case_page(report_id: int) -> str:
    """Where the phone of those who handle it shows it."""
    return f"pages/feedback/case?id={report_id}"


def tell_reporter(report: Report, kind: Kind, *, event: str, **more: str) -> None:
    """Tell who reported it, if that is a member of staff.

    An unnamed one is told that there is news, by a message of which nothing leads to the report.
    """
    staff_id = sealing.reporter_of(report)
    if staff_id is None:
        return
    if report.is_anonymous:
        dedupe = keyed_hash(f"{event} {report.id}.{report.revision}").hex()[:32]
        notify(NEWS, [staff_id], {"news": kind.title}, page=MINE_PAGE, dedupe=dedupe)
        return
    _tell(report, kind, [staff_id], report_page(report.id), event, more)


def tell_office(
    report: Report, kind: Kind, *, event: str, only_leads: bool = False, but: int = 0, **more: str
) -> None:
    """Tell the office that has it: its members, or its leads alone."""
    if report.office_id is not None:
        told = offices.leads(report.office_id) if only_leads else offices.members(report.office_id)
        _tell(report, kind, told - {but}, case_page(report.id), event, more)


def tell_holders(
    report: Report, kind: Kind, permission: Permission, *, event: str, but: int = 0, **more: str
) -> None:
    """Tell whoever holds a permission where the report is, except for who did it."""
    told = identity.holders(permission, campus_id=report.campus_id, building_id=report.building_id)
    _tell(report, kind, told - {but}, case_page(report.id), event, more)


def tell_people(report: Report, kind: Kind, staff_ids: Collection[int], *, event: str, **more: str) -> None:
    """Tell these, who work on it."""
    _tell(report, kind, staff_ids, case_page(report.id), event, more)


def tell_followers(report: Report, kind: Kind, *, event: str, **more: str) -> None:
    """Tell who met the same."""
    told = db.session.scalars(select(Follower.staff_id).where(Follower.report_id == report.id)).all()
    _tell(report, kind, told, report_page(report.id), event, more)


def _tell(
    report: Report, kind: Kind, staff_ids: Collection[int], page: str, event: str, more: dict[str, str]
) -> None:
    if staff_ids:
        notify(
            kind,
            staff_ids,
            {**fields_of(report), **more},
            page=page,
            dedupe=f"{event} {report.id}.{report.revision}",
        )

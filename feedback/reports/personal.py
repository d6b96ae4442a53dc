"""What reports keep about a person: told to them, and forgotten on demand."""

from typing import Any

from sqlalchemy import or_, select, update

from backend.db import db, unit
from backend.identity.policies import mask_phone
from backend.vault import decrypt
from feedback.categories.models import Category, Kind
from feedback.categories.titles import KIND_NAMES
from feedback.offices.models import Office, OfficeMember
from feedback.reports import policies, sealing
from feedback.reports.models import Follower, Report, ReportEvent, State
from feedback.reports.policies import Step


def reports_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody reported, named or not, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(Report, Category.name)
        .join(Category, Category.id == Report.category_id)
        .where(Report.reporter_key == sealing.key_of(staff_id))
        .order_by(Report.id)
    )
    return [
        {
            "编号": report.number,
            "类型": KIND_NAMES[Kind(report.kind)],
            "类别": category,
            "匿名": report.is_anonymous,
            "地点": report.place_path,
            "位置": _position(report),
            "内容": report.text,
            "同意公开": report.is_wall_consented,
            "状态": policies.STATE_NAMES[State(report.state)],
            "提交时间": report.submitted_at,
            "答复": report.reply,
            "答复时间": report.replied_at,
            "登记的联系人": report.contact,
            "登记的电话": _masked(report),
        }
        for report, category in rows
    ]


def followed_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody met, too (我也遇到)."""
    rows = db.session.execute(
        select(Report.number, Follower.at)
        .join(Report, Report.id == Follower.report_id)
        .where(Follower.staff_id == staff_id)
        .order_by(Follower.at, Report.id)
    )
    return [{"诉求": number, "时间": at} for number, at in rows]


def steps_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody did with reports under their name."""
    rows = db.session.execute(
        select(ReportEvent, Report.number)
        .join(Report, Report.id == ReportEvent.report_id)
        .where(ReportEvent.actor_id == staff_id)
        .order_by(ReportEvent.id)
    )
    return [
        {"诉求": number, "操作": policies.STEP_NAMES[Step(event.step)], "时间": event.at, "说明": event.text}
        for event, number in rows
    ]


def offices_of(staff_id: int) -> list[dict[str, Any]]:
    """In which handling offices somebody works."""
    rows = db.session.execute(
        select(Office.name, OfficeMember.is_lead)
        .join(Office, Office.id == OfficeMember.office_id)
        .where(OfficeMember.staff_id == staff_id)
        .order_by(Office.name)
    )
    return [{"承办单位": name, "负责人": is_lead} for name, is_lead in rows]


def forget_contacts(staff_id: int) -> int:
    """Drop the names and numbers written down for somebody's reports; returns how many had one."""
    statement = (
        update(Report)
        .where(
            Report.reporter_id == staff_id,
            or_(Report.contact_phone_cipher.is_not(None), Report.contact != ""),
        )
        .values(contact_phone_cipher=None, contact="")
    )
    return unit().execute(statement).rowcount


def sealed_reports_of(staff_id: int) -> list[int]:
    """The unnamed reports of somebody, for forgetting that they are theirs."""
    own = Report.reporter_key == sealing.key_of(staff_id)
    return list(db.session.scalars(select(Report.id).where(own, Report.is_anonymous)))


def _position(report: Report) -> str:
    if report.latitude_e6 is None or report.longitude_e6 is None:
        return ""
    return f"{report.latitude_e6 / 1e6:.6f}, {report.longitude_e6 / 1e6:.6f}"


def _masked(report: Report) -> str:
    return mask_phone(decrypt(report.contact_phone_cipher)) if report.contact_phone_cipher else ""

"""What is printed for a meeting, and the list of a day's meetings."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.http import endpoint
from meeting.papers import documents, queries
from meeting.papers.schemas import DayListQuery, NameplatesQuery, PaperQuery

blueprint = Blueprint("meeting_papers", __name__, description="会议打印件")
PAPERS: Final = "/meeting/bookings/<id:booking_id>/papers"
DAY_LIST: Final = "/meeting/day-list"
PDF: Final = "application/pdf"
# Who organises, looks after the room or serves it is the meeting's business, not a role's.
SELF: Final = Permission.SELF


@endpoint(blueprint, "GET", f"{PAPERS}/nameplates", permission=SELF, query=NameplatesQuery, file=PDF)
def print_nameplates(actor: Actor, booking_id: int, query: dict[str, Any]) -> File:
    """Nameplates to fold, one or two to an A4 sheet"""
    sheet = queries.get_sheet(actor, booking_id, query.pop("occurrence_id"))
    return File(documents.nameplates_pdf(sheet, **query), f"{documents.file_name('席卡', sheet)}.pdf")


@endpoint(blueprint, "GET", f"{PAPERS}/sign-in", permission=SELF, query=PaperQuery, file=PDF)
def print_sign_in(actor: Actor, booking_id: int, query: dict[str, Any]) -> File:
    """The sign-in sheet"""
    sheet = queries.get_sheet(actor, booking_id, **query, tells_all=True)
    content = documents.sign_in_pdf(sheet, printed_by=actor.name)
    return File(content, f"{documents.file_name('签到表', sheet)}.pdf")


@endpoint(blueprint, "GET", f"{PAPERS}/agenda", permission=SELF, query=PaperQuery, file=PDF)
def print_agenda(actor: Actor, booking_id: int, query: dict[str, Any]) -> File:
    """The agenda"""
    sheet = queries.get_sheet(actor, booking_id, **query, tells_all=True)
    content = documents.agenda_pdf(sheet, printed_by=actor.name)
    return File(content, f"{documents.file_name('会议议程', sheet)}.pdf")


@endpoint(blueprint, "GET", f"{PAPERS}/service-order", permission=SELF, query=PaperQuery, file=PDF)
def print_service_order(actor: Actor, booking_id: int, query: dict[str, Any]) -> File:
    """What was ordered for the meeting and is to be done for it"""
    order = queries.get_service_order(actor, booking_id, **query)
    content = documents.service_order_pdf(order, printed_by=actor.name)
    return File(content, f"{documents.file_name('会务服务单', order.sheet)}.pdf")


@endpoint(blueprint, "GET", f"{PAPERS}/door-notice", permission=SELF, query=PaperQuery, file=PDF)
def print_door_notice(actor: Actor, booking_id: int, query: dict[str, Any]) -> File:
    """A notice for the door, with the room's QR code"""
    sheet = queries.get_sheet(actor, booking_id, **query)
    return File(documents.door_notice_pdf(sheet), f"{documents.file_name('门贴', sheet)}.pdf")


@endpoint(blueprint, "GET", f"{DAY_LIST}.pdf", permission=SELF, query=DayListQuery, file=PDF)
def print_day_list(actor: Actor, query: dict[str, Any]) -> File:
    """The meetings of a day in the rooms that one oversees, on paper"""
    found = queries.list_day(actor, **query)
    return File(documents.day_pdf(found, printed_by=actor.name), f"{documents.day_title(found)}.pdf")


@endpoint(blueprint, "GET", f"{DAY_LIST}.xlsx", permission=SELF, query=DayListQuery, file=sheets.MEDIA_TYPE)
def export_day_list(actor: Actor, query: dict[str, Any]) -> File:
    """The same as an Excel sheet"""
    found = queries.list_day(actor, **query)
    return File(documents.day_workbook(found), f"{documents.day_title(found)}.xlsx")

"""A meeting's papers as PDF, the day's list as PDF and workbook. Not within a unit of work."""

from collections.abc import Collection, Sequence
from typing import Any, Final

import segno

from backend import clock
from backend.documents import pdf
from backend.documents.environment import day
from backend.documents.sheets import Column, Kind, workbook
from meeting.bookings.policies import CONFIDENTIAL, STATE_NAMES
from meeting.calendars import views as doors
from meeting.hospitality.tasks.queries import TaskView
from meeting.papers import policies
from meeting.papers.errors import NoAttendees
from meeting.papers.queries import DayList, MeetingSheet, Person, ServiceOrder

_WEEKDAYS: Final = "一二三四五六日"
# A4 across without its margins, in millimetres; the subject stands on at most three lines.
_NOTICE_WIDTH, _NOTICE_LARGEST = 250, 30
_TEMPLATES: Final = "meeting.papers"


def file_name(paper: str, sheet: MeetingSheet) -> str:
    """`席卡 HY20261123-0042 1123`: the name of a file, which tells nothing of what it is about."""
    return f"{paper} {sheet.number} {sheet.on:%m%d}"


def date_of(sheet: MeetingSheet) -> str:
    """`2026年11月23日（周一）`."""
    return f"{day(sheet.on)}（周{_WEEKDAYS[sheet.on.weekday()]}）"


def nameplates_pdf(
    sheet: MeetingSheet, *, per_page: int, with_title: bool, attendee_ids: Collection[int] = ()
) -> bytes:
    """Cards to fold, one or two to an A4 sheet: the name on both sides, upside down on the upper half.

    Raises NoAttendees.
    """
    card = policies.LARGE if per_page == 1 else policies.SMALL
    people = [each for each in sheet.attendees if not attendee_ids or each.id in attendee_ids]
    if not people:
        raise NoAttendees
    plates = [_plate(person, card, with_title=with_title) for person in people]
    return pdf.render(
        f"{_TEMPLATES}/nameplates.html",
        {"title": f"席卡 {sheet.number}", "card": card, "plates": plates, "per_page": per_page},
    )


def _plate(person: Person, card: policies.Card, *, with_title: bool) -> dict[str, Any]:
    title = "　".join(part for part in (person.organisation, person.title) if part) if with_title else ""
    return {
        "lettering": policies.lettering(person.name, card, has_title=bool(title)),
        "title": title,
        "title_size": policies.title_size(title, card),
    }


def sign_in_pdf(sheet: MeetingSheet, *, printed_by: str) -> bytes:
    """Who attends, each with a place to sign, and empty lines for who comes unannounced."""
    blank = policies.blank_lines(len(sheet.attendees), sheet.headcount)
    return _print("sign_in.html", "会议签到表", sheet, printed_by, blank=blank)


def agenda_pdf(sheet: MeetingSheet, *, printed_by: str) -> bytes:
    """The agenda with who attends."""
    return _print("agenda.html", "会议议程", sheet, printed_by, items=policies.agenda_items(sheet.agenda))


def service_order_pdf(order: ServiceOrder, *, printed_by: str) -> bytes:
    """What was ordered, what is to be done when and by whom, what is to be checked, and lines to sign on."""
    return _print(
        "service_order.html",
        "会务服务单",
        order.sheet,
        printed_by,
        lines=order.lines,
        tasks=[_task(task) for task in order.tasks],
    )


def _task(task: TaskView) -> dict[str, Any]:
    return {
        "at": f"{clock.local(task.due):%H:%M}",
        "title": task.title,
        "quantity": task.quantity,
        "note": task.note,
        "steward": task.steward.name if task.steward is not None else "",
        "checks": [line.text for line in task.checklist],
    }


def door_notice_pdf(sheet: MeetingSheet) -> bytes:
    """What hangs at the door: large, and of a confidential meeting nothing but that it takes place."""
    subject = CONFIDENTIAL if sheet.is_confidential else sheet.subject
    return pdf.render(
        f"{_TEMPLATES}/door_notice.html",
        {
            "title": f"门贴 {sheet.number}",
            "sheet": sheet,
            "subject": subject,
            "department": "" if sheet.is_confidential else sheet.department,
            "size": policies.notice_size(subject, _NOTICE_WIDTH, _NOTICE_LARGEST),
            "on": date_of(sheet),
            "qr": segno.make(doors.url_of(sheet.room), error="m", micro=False).svg_data_uri(
                scale=4, border=2
            ),
        },
    )


def day_title(found: DayList) -> str:
    """`会议一览 2026-11-23`: the name of a file."""
    return f"会议一览 {found.on.isoformat()}"


def day_pdf(found: DayList, *, printed_by: str) -> bytes:
    """The meetings of a day for a wall or a desk."""
    return pdf.render(
        f"{_TEMPLATES}/day_list.html",
        {
            "title": "会议一览",
            "printed_by": printed_by,
            "found": found,
            "on": f"{day(found.on)}（周{_WEEKDAYS[found.on.weekday()]}）",
            "state_names": STATE_NAMES,
        },
    )


_DAY_COLUMNS: Final = (
    Column("日期", Kind.DAY),
    Column("时间", width=22),
    Column("会议室", width=18),
    Column("地点", width=34),
    Column("会议主题", width=40),
    Column("组织部门", width=20),
    Column("组织人"),
    Column("人数", Kind.INT),
    Column("布置形式"),
    Column("状态"),
    Column("预订编号", width=20),
)


def day_workbook(found: DayList) -> bytes:
    """The same as a sheet."""
    return workbook(day_title(found), _DAY_COLUMNS, [_day_cells(each) for each in found.rows])


def _day_cells(sheet: MeetingSheet) -> Sequence[Any]:
    return (
        *(sheet.on, sheet.times, sheet.room.name, sheet.room.place_path, sheet.subject, sheet.department),
        *(sheet.organiser, sheet.headcount or None, sheet.layout, STATE_NAMES[sheet.state], sheet.number),
    )


def _print(template: str, title: str, sheet: MeetingSheet, printed_by: str, **context: Any) -> bytes:
    facts = {"title": title, "number": sheet.number, "printed_by": printed_by, "sheet": sheet}
    return pdf.render(f"{_TEMPLATES}/{template}", {**facts, "on": date_of(sheet), **context})

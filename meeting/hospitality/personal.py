"""What hospitality keeps about a person, told to them."""

from typing import Any

from sqlalchemy import or_, select

from backend.db import db
from meeting.bookings.models import Booking, Occurrence
from meeting.hospitality import policies
from meeting.hospitality.catalogue.models import HospitalityService, Phase
from meeting.hospitality.checks.models import CheckItem
from meeting.hospitality.models import MealKind, MealLink, ServiceLine, Task, TaskState
from meeting.rooms.models import MeetingRoom

_MEAL_NAMES = {MealKind.RECEPTION: "公务接待", MealKind.ORDER: "工作餐"}


def ordered_of(staff_id: int) -> list[dict[str, Any]]:
    """The services that somebody ordered, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(ServiceLine, HospitalityService.name, Booking, Occurrence.start_at)
        .join(HospitalityService, HospitalityService.id == ServiceLine.service_id)
        .join(Occurrence, Occurrence.id == ServiceLine.occurrence_id)
        .join(Booking, Booking.id == Occurrence.booking_id)
        .where(ServiceLine.ordered_by == staff_id)
        .order_by(ServiceLine.id)
    )
    return [
        {
            "会议": booking.number,
            "开始": start_at,
            "服务": service,
            "数量": line.quantity,
            "备注": line.note,
            "预订时间": line.ordered_at,
        }
        for line, service, booking, start_at in rows
    ]


def tasks_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody did, or is to do, for meetings."""
    rows = db.session.execute(
        select(Task, MeetingRoom.name, HospitalityService.name)
        .join(MeetingRoom, MeetingRoom.id == Task.room_id)
        .outerjoin(HospitalityService, HospitalityService.id == Task.service_id)
        .where(or_(Task.steward_id == staff_id, Task.done_by == staff_id))
        .order_by(Task.from_at, Task.id)
    )
    return [
        {
            "会议室": room,
            "服务": service or "检查",
            "阶段": policies.PHASE_NAMES[Phase(task.phase)],
            "自": task.from_at,
            "至": task.due_at,
            "状态": policies.TASK_STATE_NAMES[TaskState(task.state)],
            "完成时间": task.done_at,
            "说明": task.note,
        }
        for task, room, service in rows
    ]


def checks_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody ticked on the checklists of meetings, or settled."""
    rows = db.session.execute(
        select(CheckItem, MeetingRoom.name)
        .join(Occurrence, Occurrence.id == CheckItem.occurrence_id)
        .join(MeetingRoom, MeetingRoom.id == Occurrence.room_id)
        .where(or_(CheckItem.checked_by == staff_id, CheckItem.settled_by == staff_id))
        .order_by(CheckItem.id)
    )
    return [
        {
            "会议室": room,
            "日期": item.held_on,
            "检查项": item.text,
            "结果": "正常" if item.is_ok else "有问题",
            "说明": item.note,
            "检查时间": item.checked_at,
            "处理": item.settlement,
        }
        for item, room in rows
    ]


def meals_of(staff_id: int) -> list[dict[str, Any]]:
    """The meals of meetings that concern somebody: who asked for a reception, or eats what was ordered."""
    rows = db.session.execute(
        select(MealLink, Booking)
        .join(Occurrence, Occurrence.id == MealLink.occurrence_id)
        .join(Booking, Booking.id == Occurrence.booking_id)
        .where(MealLink.staff_id == staff_id)
        .order_by(MealLink.id)
    )
    return [
        {
            "会议": booking.number,
            "类型": _MEAL_NAMES[MealKind(link.kind)],
            "登记时间": link.linked_at,
            "说明": link.note,
        }
        for link, booking in rows
    ]

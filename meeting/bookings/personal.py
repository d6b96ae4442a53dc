"""What bookings keep about a person: told to them, and forgotten on demand."""

from typing import Any

from sqlalchemy import or_, select, update

from backend.db import db, unit
from meeting.bookings import people, policies
from meeting.bookings.models import Attendee, Booking, BookingEvent, Occurrence, State
from meeting.bookings.policies import Step
from meeting.rooms.models import MeetingRoom, Right, RoomAccess, RoomManager, SubjectKind

_RIGHT_NAMES = {
    Right.SEE: "查看",
    Right.BOOK: "预订",
    Right.PREBOOK: "预订（须审批）",
    Right.OVERRIDE: "优先",
}


def meetings_of(staff_id: int) -> list[dict[str, Any]]:
    """The meetings that somebody organised or booked, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(Occurrence, Booking, MeetingRoom.name)
        .join(Booking, Booking.id == Occurrence.booking_id)
        .join(MeetingRoom, MeetingRoom.id == Occurrence.room_id)
        .where(or_(Occurrence.organiser_id == staff_id, Booking.booked_by == staff_id))
        .order_by(Occurrence.start_at, Occurrence.id)
    )
    return [
        {
            "编号": booking.number,
            "身份": "组织人" if meeting.organiser_id == staff_id else "代为预订",
            "主题": meeting.subject,
            "会议室": room,
            "开始": meeting.start_at,
            "结束": meeting.end_at,
            "人数": meeting.headcount,
            "状态": policies.STATE_NAMES[State(meeting.state)],
            "备注": meeting.note,
            "议程": booking.agenda,
            "联系电话": people.masked_phone(booking),
            "预订时间": booking.booked_at,
        }
        for meeting, booking, room in rows
    ]


def attended_of(staff_id: int) -> list[dict[str, Any]]:
    """The meetings to which somebody was invited; that they came is nowhere kept."""
    rows = db.session.execute(
        select(Booking, Occurrence)
        .join(Attendee, Attendee.booking_id == Booking.id)
        .join(Occurrence, Occurrence.booking_id == Booking.id)
        .where(Attendee.staff_id == staff_id)
        .order_by(Occurrence.start_at, Occurrence.id)
    )
    return [
        {
            "编号": booking.number,
            "主题": meeting.subject,
            "开始": meeting.start_at,
            "结束": meeting.end_at,
            "状态": policies.STATE_NAMES[State(meeting.state)],
        }
        for booking, meeting in rows
    ]


def steps_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody did with bookings under their name, signing in included."""
    rows = db.session.execute(
        select(BookingEvent, Booking)
        .join(Booking, Booking.id == BookingEvent.booking_id)
        .where(BookingEvent.actor_id == staff_id)
        .order_by(BookingEvent.id)
    )
    return [
        {
            "编号": booking.number,
            "操作": policies.STEP_NAMES[Step(event.step)],
            "时间": event.at,
            "说明": event.text,
        }
        for event, booking in rows
    ]


def rooms_of(staff_id: int) -> list[dict[str, Any]]:
    """Which meeting rooms somebody looks after, or has a right to under their name."""
    managed = select(MeetingRoom.name).join(RoomManager, RoomManager.room_id == MeetingRoom.id)
    managed = managed.where(RoomManager.staff_id == staff_id).order_by(MeetingRoom.name)
    allowed = (
        select(MeetingRoom.name, RoomAccess.right_kind)
        .join(RoomAccess, RoomAccess.room_id == MeetingRoom.id)
        .where(RoomAccess.subject_kind == SubjectKind.STAFF.value, RoomAccess.subject_id == staff_id)
        .order_by(MeetingRoom.name, RoomAccess.id)
    )
    return [
        *({"会议室": name, "事项": "管理"} for name in db.session.scalars(managed)),
        *(
            {"会议室": name, "事项": _RIGHT_NAMES[Right(right)]}
            for name, right in db.session.execute(allowed)
        ),
    ]


def forget_phones(staff_id: int) -> int:
    """Drop the numbers written down for bookings of somebody, or by them; returns how many had one."""
    is_theirs = or_(Booking.organiser_id == staff_id, Booking.booked_by == staff_id)
    statement = (
        update(Booking)
        .where(is_theirs, Booking.contact_phone_cipher.is_not(None))
        .values(contact_phone_cipher=None)
    )
    return unit().execute(statement).rowcount

"""What the waitlist keeps about a person, told to them. A number goes when an entry is over."""

from typing import Any

from sqlalchemy import or_, select, update

from backend.db import db, unit
from meeting.bookings.waitlist import policies
from meeting.bookings.waitlist.models import EntryState, WaitlistEntry
from meeting.rooms.models import MeetingRoom


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody waited for, or entered for others, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(WaitlistEntry, MeetingRoom.name)
        .outerjoin(MeetingRoom, MeetingRoom.id == WaitlistEntry.room_id)
        .where(or_(WaitlistEntry.staff_id == staff_id, WaitlistEntry.entered_by == staff_id))
        .order_by(WaitlistEntry.id)
    )
    return [
        {
            "会议": entry.subject,
            "身份": "组织人" if entry.staff_id == staff_id else "代登记",
            "会议室": room or "院区内任意会议室",
            "开始": entry.start_at,
            "结束": entry.end_at,
            "登记时间": entry.entered_at,
            "状态": policies.STATE_NAMES[EntryState(entry.state)],
        }
        for entry, room in rows
    ]


def forget_phones(staff_id: int) -> int:
    """Drop the numbers of entries of somebody, or by them, that still wait; returns how many had one."""
    is_theirs = or_(WaitlistEntry.staff_id == staff_id, WaitlistEntry.entered_by == staff_id)
    statement = (
        update(WaitlistEntry)
        .where(is_theirs, WaitlistEntry.contact_phone_cipher.is_not(None))
        .values(contact_phone_cipher=None)
    )
    return unit().execute(statement).rowcount

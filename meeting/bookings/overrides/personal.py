"""What the requests to displace meetings keep about a person, told to them."""

from typing import Any

from sqlalchemy import or_, select

from backend.db import db
from meeting.bookings.models import Booking
from meeting.bookings.overrides.models import Override, OverrideState

_STATE_NAMES = {
    OverrideState.WAITING: "待审批",
    OverrideState.APPROVED: "已同意",
    OverrideState.REJECTED: "未同意",
    OverrideState.WITHDRAWN: "已撤回",
    OverrideState.LAPSED: "已过期",
}


def overrides_of(staff_id: int) -> list[dict[str, Any]]:
    """What somebody asked for, or decided on, under Chinese names, for the copy of their data."""
    rows = db.session.execute(
        select(Override, Booking)
        .join(Booking, Booking.id == Override.booking_id)
        .where(or_(Override.asked_by == staff_id, Override.decided_by == staff_id))
        .order_by(Override.id)
    )
    return [
        {
            "编号": booking.number,
            "身份": "申请人" if override.asked_by == staff_id else "审批人",
            "理由": override.reason,
            "申请时间": override.asked_at,
            "状态": _STATE_NAMES[OverrideState(override.state)],
            "审批意见": override.decision,
            "审批时间": override.decided_at,
        }
        for override, booking in rows
    ]

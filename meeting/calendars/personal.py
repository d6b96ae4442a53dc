"""What the calendar feeds keep about a person, told to them. The address itself is not kept."""

from typing import Any

from sqlalchemy import and_, or_, select

from backend.db import db
from meeting.calendars.models import CalendarFeed, FeedKind

_KIND_NAMES = {FeedKind.PERSON: "本人日程", FeedKind.ROOM: "会议室日程"}


def feeds_of(staff_id: int) -> list[dict[str, Any]]:
    """The feeds of somebody, and those they made, under Chinese names, for the copy of their data."""
    own = and_(CalendarFeed.kind == FeedKind.PERSON.value, CalendarFeed.subject_id == staff_id)
    feeds = db.session.scalars(
        select(CalendarFeed).where(or_(own, CalendarFeed.made_by == staff_id)).order_by(CalendarFeed.id)
    )
    return [
        {
            "订阅": _KIND_NAMES[FeedKind(feed.kind)],
            "生成时间": feed.made_at,
            "停用时间": feed.revoked_at,
        }
        for feed in feeds
    ]

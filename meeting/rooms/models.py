"""Tables of the meeting rooms."""

from datetime import datetime, time
from enum import IntEnum, StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    Time,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class Layout(StrEnum):
    """课桌式, 回字式, 剧院式, U 形, 董事会式."""

    CLASSROOM = "classroom"
    HOLLOW = "hollow"
    THEATRE = "theatre"
    U_SHAPE = "u_shape"
    BOARD = "board"


class Level(IntEnum):
    """Whom a meeting is attended by: 一般人员, 处级, 厅局级, 主要领导. Higher goes before lower."""

    ORDINARY = 1
    DIVISION = 2
    BUREAU = 3
    LEADER = 4


class Approval(StrEnum):
    """Which bookings of a room wait for approval."""

    NONE = "none"
    ALWAYS = "always"
    OUTSIDE_HOURS = "outside_hours"  # The room may be booked outside of its hours, with approval.
    BELOW_LEVEL = "below_level"  # Meetings below `approval_level`.
    FROM_LEVEL = "from_level"  # Meetings of `approval_level` and above, whose hospitality must be prepared.


class Right(StrEnum):
    """What may be done with a room: seen, booked at once, booked with approval, taken from others."""

    SEE = "see"
    BOOK = "book"
    PREBOOK = "prebook"
    OVERRIDE = "override"


class SubjectKind(StrEnum):
    """Who has a right: everybody, a department with all below it, a person."""

    EVERYBODY = "everybody"
    DEPARTMENT = "department"
    STAFF = "staff"


class ClosureKind(StrEnum):
    """停用 (nobody may book) and 预留 (blocked but for those it is kept for)."""

    CLOSED = "closed"
    BLOCKED = "blocked"


class QuotaSubject(StrEnum):
    """Who is limited."""

    PERSON = "person"
    DEPARTMENT = "department"


class QuotaPeriod(StrEnum):
    """Within what. `future` is all that has not begun; `simultaneous` what overlaps the wanted time."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    FUTURE = "future"
    SIMULTANEOUS = "simultaneous"


class QuotaMeasure(StrEnum):
    """What is counted."""

    COUNT = "count"
    MINUTES = "minutes"


class Equipment(Base):
    """A kind of equipment that rooms may have: 投影, 视频会议, 同声传译."""

    __tablename__ = "meeting_equipment"
    __table_args__ = (UniqueConstraint("code"), UniqueConstraint("name"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(30))
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class MeetingRoom(Base):
    """A meeting room at a room of the places. A hall that can be divided consists of other meeting rooms.

    `campus_id` and `building_id` are the place's, for scopes. `turnaround_minutes` follow each meeting and
    are held with it. `lead_minutes` before its beginning is the latest, `advance_days` (exclusive, by date)
    the earliest that a meeting may be booked. `exempt_minutes` and longer need not be signed in to.

    `revision` counts the changes of what the room's editor shows, against which an edit is checked; `stamp`
    counts every change of whatever decides about bookings of the room (its parts, closures and quotas
    included), by which processes know that what they keep of it is old.
    """

    __tablename__ = "meeting_rooms"
    __table_args__ = (
        UniqueConstraint("place_id"),
        UniqueConstraint("name"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("turnaround_minutes >= 0", name="turnaround"),
        CheckConstraint("min_minutes > 0 AND max_minutes >= min_minutes", name="minutes"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    place_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    campus_id: Mapped[int] = mapped_column(BigInt)
    building_id: Mapped[int] = mapped_column(BigInt)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    capacity: Mapped[int] = mapped_column()
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    approval: Mapped[str] = mapped_column(String(15), default=Approval.NONE.value)
    approval_level: Mapped[int | None] = mapped_column(SmallInteger)
    turnaround_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    min_minutes: Mapped[int] = mapped_column(default=15, server_default=text("15"))
    max_minutes: Mapped[int] = mapped_column(default=1440, server_default=text("1440"))
    lead_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    advance_days: Mapped[int] = mapped_column(default=180, server_default=text("180"))
    is_checkin_required: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    grace_minutes: Mapped[int] = mapped_column(default=10, server_default=text("10"))
    exempt_minutes: Mapped[int] = mapped_column(default=480, server_default=text("480"))
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    stamp: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class RoomPart(Base):
    """One of the rooms that a hall consists of. A part has no parts itself."""

    __tablename__ = "meeting_room_parts"

    hall_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"), primary_key=True, index=True)


class RoomLayout(Base):
    """How a room can be set, and for how many then."""

    __tablename__ = "meeting_room_layouts"

    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"), primary_key=True)
    layout: Mapped[str] = mapped_column(String(10), primary_key=True)
    capacity: Mapped[int] = mapped_column()


class RoomEquipment(Base):
    """What stands in a room, and how many of it."""

    __tablename__ = "meeting_room_equipment"

    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"), primary_key=True)
    equipment_id: Mapped[int] = mapped_column(ForeignKey("meeting_equipment.id"), primary_key=True)
    count: Mapped[int] = mapped_column(default=1, server_default=text("1"))


class RoomHours(Base):
    """A stretch of a weekday (1 Monday … 7 Sunday) in which a room may be booked; none at all is always.

    `until_time` 00:00 is the end of the day. A working Saturday (调休) follows Monday's hours, a holiday
    Sunday's.
    """

    __tablename__ = "meeting_room_hours"
    __table_args__ = (
        UniqueConstraint("room_id", "weekday", "from_time"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    from_time: Mapped[time] = mapped_column(Time)
    until_time: Mapped[time] = mapped_column(Time)


class RoomManager(Base):
    """Who looks after a room: approves its bookings and edits it, beside who holds the permission there."""

    __tablename__ = "meeting_room_managers"

    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)


class RoomAccess(Base):
    """A right to a room. Without a row for seeing or booking (at once or with approval), everybody may."""

    __tablename__ = "meeting_room_access"
    __table_args__ = (UniqueConstraint("room_id", "right_kind", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    right_kind: Mapped[str] = mapped_column(String(10))
    subject_kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(BigInt, default=0)  # 0 for everybody


class Closure(Base):
    """A time in which a room is closed, or kept for some."""

    __tablename__ = "meeting_room_closures"
    __table_args__ = (
        Index(None, "room_id", "until_at"),
        CheckConstraint("until_at > from_at", name="interval"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("meeting_rooms.id"))
    kind: Mapped[str] = mapped_column(String(10))
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[int] = mapped_column(BigInt)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ClosureException(Base):
    """Whom a blocked time is kept for."""

    __tablename__ = "meeting_closure_exceptions"

    closure_id: Mapped[int] = mapped_column(ForeignKey("meeting_room_closures.id"), primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)


class Quota(Base):
    """How much one person or department may book within a period; of one room, or (None) of all together."""

    __tablename__ = "meeting_quotas"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("week_starts_on BETWEEN 1 AND 7", name="week"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_rooms.id"), index=True)
    subject: Mapped[str] = mapped_column(String(10))
    period: Mapped[str] = mapped_column(String(15))
    measure: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column()
    week_starts_on: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))

"""Tables of the statistics."""

from datetime import date

from sqlalchemy import Date, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt

_ZERO = text("0")
# Sums are read by spans of days: SQLite keeps the rows in the order of their key.
_BY_KEY = {"sqlite_with_rowid": False}


class MeetingDay(Base):
    """What the meetings that begin on a day (in Asia/Shanghai) come to, by room and department.

    Each meeting counts as one of: booked (of which held, or a no-show), cancelled, displaced, rejected,
    expired; what waits for approval, was skipped or never got its room counts as nothing. Of the held,
    `signed_in` are those to which somebody signed in, `served` those with services, `headed` those whose
    number of people is known; `heads` are these people. `booked_minutes` are the planned ones of the booked;
    the used minutes of the held are told for all of them, the signed-in, the headed, and times their heads.
    """

    __tablename__ = "meeting_days"
    __table_args__ = _BY_KEY

    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    room_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    department_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    booked: Mapped[int] = mapped_column(server_default=_ZERO)
    held: Mapped[int] = mapped_column(server_default=_ZERO)
    signed_in: Mapped[int] = mapped_column(server_default=_ZERO)
    served: Mapped[int] = mapped_column(server_default=_ZERO)
    no_shows: Mapped[int] = mapped_column(server_default=_ZERO)
    cancelled: Mapped[int] = mapped_column(server_default=_ZERO)
    displaced: Mapped[int] = mapped_column(server_default=_ZERO)
    rejected: Mapped[int] = mapped_column(server_default=_ZERO)
    expired: Mapped[int] = mapped_column(server_default=_ZERO)
    headed: Mapped[int] = mapped_column(server_default=_ZERO)
    heads: Mapped[int] = mapped_column(server_default=_ZERO)
    booked_minutes: Mapped[int] = mapped_column(BigInt, server_default=_ZERO)
    used_minutes: Mapped[int] = mapped_column(BigInt, server_default=_ZERO)
    signed_minutes: Mapped[int] = mapped_column(BigInt, server_default=_ZERO)
    headed_minutes: Mapped[int] = mapped_column(BigInt, server_default=_ZERO)
    head_minutes: Mapped[int] = mapped_column(BigInt, server_default=_ZERO)


class MeetingHour(Base):
    """For how many minutes of an hour (0–23) of a day a room was in use, by meetings that were held."""

    __tablename__ = "meeting_hours"
    __table_args__ = _BY_KEY

    on_date: Mapped[date] = mapped_column(Date, primary_key=True)
    hour: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    room_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    minutes: Mapped[int] = mapped_column(server_default=_ZERO)

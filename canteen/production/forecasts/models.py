"""Tables of forecasts, and the history that they are made from."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class Horizon(StrEnum):
    """次日, with the bookings of the meal; 下周, before anybody could book."""

    NEXT_DAY = "next_day"
    WEEK = "week"


class Method(StrEnum):
    """Where an expectation comes from.

    As booked and as eaten before, as eaten on such days before, or, before there is a history, as booked.
    """

    RATIO = "ratio"
    WEEKDAY = "weekday"
    BOOKINGS = "bookings"


class MealAttendance(Base):
    """Who came to a meal, counted once it is over.

    `booked` orders stood when ordering closed; of these `attended` were picked up; `walk_ins` ate without
    one (at the counter or by weight). Diners are attended + walk_ins.
    """

    __tablename__ = "meal_attendance"
    __table_args__ = (
        CheckConstraint("booked >= 0 AND attended >= 0 AND walk_ins >= 0", name="counts"),
        Index(None, "served_on"),
    )

    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    booked: Mapped[int] = mapped_column()
    attended: Mapped[int] = mapped_column()
    walk_ins: Mapped[int] = mapped_column()


class DishAttendance(Base):
    """What was booked and what was eaten of a dish at a meal, in centi-portions of the standard portion."""

    __tablename__ = "dish_attendance"
    __table_args__ = (CheckConstraint("booked >= 0 AND eaten >= 0", name="counts"),)

    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), primary_key=True, index=True)
    booked: Mapped[int] = mapped_column()
    eaten: Mapped[int] = mapped_column()


class MealForecast(Base):
    """How many diners a meal was expected to have; append-only but for `actual`, filled in afterwards.

    `bookings` are those that stood when ordering had closed, null before. [low, high] holds the diners of
    eight days of ten; `chosen` is what to cook for at the service level `level_percent`. `levels` has the
    other levels: [{percent, diners, surplus, shortage}]. `naive` is what the last same weekday would have
    said.
    """

    __tablename__ = "meal_forecasts"
    __table_args__ = (
        Index(None, "canteen_id", "served_on", "period", "made_at"),
        CheckConstraint("0 <= low AND low <= expected AND expected <= high AND chosen >= 0", name="interval"),
        CheckConstraint("level_percent BETWEEN 50 AND 99", name="level"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    horizon: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    bookings: Mapped[int | None] = mapped_column()
    expected: Mapped[int] = mapped_column()
    low: Mapped[int] = mapped_column()
    high: Mapped[int] = mapped_column()
    level_percent: Mapped[int] = mapped_column(SmallInteger)
    chosen: Mapped[int] = mapped_column()
    levels: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300))
    naive: Mapped[int | None] = mapped_column()
    actual: Mapped[int | None] = mapped_column()

    dishes: Mapped[list["DishForecast"]] = relationship(
        cascade="all, delete-orphan", order_by="DishForecast.dish_id"
    )


class DishForecast(Base):
    """How many standard portions of a dish a meal was expected to take."""

    __tablename__ = "dish_forecasts"
    __table_args__ = (
        CheckConstraint("0 <= low AND low <= expected AND expected <= high AND chosen >= 0", name="interval"),
    )

    forecast_id: Mapped[int] = mapped_column(
        ForeignKey("meal_forecasts.id", ondelete="CASCADE"), primary_key=True
    )
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), primary_key=True)
    bookings: Mapped[int | None] = mapped_column()
    expected: Mapped[int] = mapped_column()
    low: Mapped[int] = mapped_column()
    high: Mapped[int] = mapped_column()
    chosen: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(String(200))
    actual: Mapped[int | None] = mapped_column()

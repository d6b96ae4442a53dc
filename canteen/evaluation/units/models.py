"""Tables of the evaluated units and of what they report."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

NAME_LENGTH = 100
REMARK_LENGTH = 500


class Level(StrEnum):
    """省级, 市级, 县级, 乡级."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"


class Operation(StrEnum):
    """Who runs the canteen: the unit itself (自营), a contractor (委托), or meals are ordered in (订餐)."""

    OWN = "own"
    CONTRACTED = "contracted"
    ORDERED = "ordered"


class Serving(StrEnum):
    """How meals are served: 自助餐, 窗口点选, 份饭, 称重计费, or several ways."""

    BUFFET = "buffet"
    COUNTER = "counter"
    SET_MEAL = "set_meal"
    BY_WEIGHT = "by_weight"
    MIXED = "mixed"


class Via(StrEnum):
    """How a report came: the form, an Excel sheet, another platform."""

    FORM = "form"
    EXCEL = "excel"
    API = "api"


class Unit(Base):
    """An evaluated unit. One with `canteen_id` is a canteen of ours; `device_id` is a platform that reports.

    `canteens` and `diners` (a usual working day) are what the unit is sized by.
    """

    __tablename__ = "evaluation_units"
    __table_args__ = (
        CheckConstraint("canteens >= 0", name="canteens"),
        CheckConstraint("diners >= 0", name="diners"),
        CheckConstraint("canteen_id IS NULL OR device_id IS NULL", name="own_or_reported"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    level: Mapped[str] = mapped_column(String(10))
    region: Mapped[str] = mapped_column(String(50), default="")
    operation: Mapped[str] = mapped_column(String(10))
    serving: Mapped[str] = mapped_column(String(10))
    canteens: Mapped[int] = mapped_column(SmallInteger, default=1)
    diners: Mapped[int] = mapped_column(default=0)
    contact: Mapped[str] = mapped_column(String(50), default="")
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"), unique=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"), unique=True)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class UnitReport(Base):
    """A version of what a unit reports of a month (its first day). Append-only; the last version counts.

    Grams that were not weighed are null, never 0. `cost_fen` is that of the wasted food, `purchase_fen` what
    was bought for the kitchen. `findings` are the codes of what looked implausible.
    """

    __tablename__ = "unit_reports"
    __table_args__ = (
        UniqueConstraint("unit_id", "month", "version"),
        Index(None, "month"),
        CheckConstraint("meals_measured <= meals_served", name="measured"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("evaluation_units.id"))
    month: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(SmallInteger)
    diners: Mapped[int] = mapped_column()  # 就餐人次 of the month
    meals_served: Mapped[int] = mapped_column()
    meals_measured: Mapped[int] = mapped_column()
    prepared_g: Mapped[int | None] = mapped_column(BigInt)
    storage_g: Mapped[int | None] = mapped_column(BigInt)
    preparation_g: Mapped[int | None] = mapped_column(BigInt)
    unserved_g: Mapped[int | None] = mapped_column(BigInt)
    plate_g: Mapped[int | None] = mapped_column(BigInt)
    reused_g: Mapped[int | None] = mapped_column(BigInt)
    purchased_g: Mapped[int | None] = mapped_column(BigInt)
    purchase_fen: Mapped[int | None] = mapped_column(BigInt)
    cost_fen: Mapped[int | None] = mapped_column(BigInt)
    remark: Mapped[str] = mapped_column(String(REMARK_LENGTH), default="")
    findings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    via: Mapped[str] = mapped_column(String(5))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    reported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reported_by: Mapped[int] = mapped_column(BigInt)  # 0 for a platform
    reported_by_name: Mapped[str] = mapped_column(String(50))

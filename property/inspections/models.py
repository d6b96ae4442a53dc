"""Tables of what is inspected, and when. Numbers that people measure are kept in thousandths (`*_milli`)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class PlanKind(StrEnum):
    """巡检, 保养."""

    INSPECTION = "inspection"
    MAINTENANCE = "maintenance"


class ItemKind(StrEnum):
    """How a check item is answered."""

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"
    PHOTO = "photo"


class Unit(StrEnum):
    """What a schedule counts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    METER = "meter"


class RestDays(StrEnum):
    """What becomes of a date that is no workday: it stands, falls away, or moves to the next workday."""

    ANY = "any"
    SKIP = "skip"
    NEXT = "next"


class Basis(StrEnum):
    """From what the next date is counted: the date that was due, or the day of completion."""

    DUE = "due"
    COMPLETION = "completion"


class CatchUp(StrEnum):
    """What becomes of rounds whose windows passed before they were made: none, the last, or all are caught
    up."""

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


class Checklist(Base):
    """A checklist. What it says is said by its latest version."""

    __tablename__ = "checklists"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class ChecklistVersion(Base):
    """A version of a checklist; append-only, as its items are."""

    __tablename__ = "checklist_versions"
    __table_args__ = (UniqueConstraint("checklist_id", "number"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int] = mapped_column(BigInt)
    made_by_name: Mapped[str] = mapped_column(String(50))


class CheckItem(Base):
    """One thing to check. `failing` are the answers (of `options`, or yes and no) that fail it.

    A number fails outside of [`lower_milli`, `upper_milli`], either of which may be missing. What fails
    raises an order of `category_id` with `urgency`; only what cannot fail has no category.
    """

    __tablename__ = "check_items"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("checklist_versions.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(String(100))
    hint: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(10))
    is_required: Mapped[bool] = mapped_column(Boolean, default=True)
    lower_milli: Mapped[int | None] = mapped_column(BigInt)
    upper_milli: Mapped[int | None] = mapped_column(BigInt)
    unit: Mapped[str] = mapped_column(String(12), default="")
    options: Mapped[list[Any]] = mapped_column(JSON)
    failing: Mapped[list[Any]] = mapped_column(JSON)
    needs_photo_if_failed: Mapped[bool] = mapped_column(Boolean, default=False)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("repair_categories.id"))
    urgency: Mapped[str] = mapped_column(String(10), default="")


class Point(Base):
    """Where something is checked: at a place, or at an asset wherever it stands; its plate is what hangs
    there.

    Only a security point (`is_security`) has a position (GCJ-02 degrees, as phones and maps of this country
    give it) and a radius. `is_manual_ok`: presence may be recorded without the plate, with a reason.
    `campus_id` and `building_id` are the place's; an asset has its own.
    """

    __tablename__ = "inspection_points"
    __table_args__ = (
        Index(None, "place_kind", "place_id"),
        Index(None, "asset_id"),
        CheckConstraint("(place_kind IS NULL) = (place_id IS NULL)", name="place"),
        CheckConstraint("(place_id IS NULL) = (asset_id IS NOT NULL)", name="one_of"),
        CheckConstraint(
            "(latitude IS NOT NULL) = is_security AND (longitude IS NOT NULL) = is_security"
            " AND (radius_m IS NOT NULL) = is_security",
            name="security",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    place_kind: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(BigInt)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"))
    campus_id: Mapped[int] = mapped_column(BigInt, default=0)
    building_id: Mapped[int] = mapped_column(BigInt, default=0)
    is_manual_ok: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    is_security: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    radius_m: Mapped[int | None] = mapped_column(SmallInteger)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Route(Base):
    """Points in the order in which they are walked."""

    __tablename__ = "inspection_routes"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class RouteStop(Base):
    """A point of a route, and what is checked there."""

    __tablename__ = "inspection_route_stops"
    __table_args__ = (UniqueConstraint("route_id", "point_id"), Index(None, "point_id"))

    route_id: Mapped[int] = mapped_column(ForeignKey("inspection_routes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("inspection_points.id"))
    checklist_id: Mapped[int] = mapped_column(ForeignKey("checklists.id"))


class Meter(Base):
    """A meter of an asset (运行小时, 起降次数 …)."""

    __tablename__ = "asset_meters"
    __table_args__ = (UniqueConstraint("asset_id", "name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))
    name: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(12))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class MeterReading(Base):
    """What a meter showed; append-only. `total_milli` goes on counting when the meter is replaced.

    `corrects_id` names the reading that this one stands instead of.
    """

    __tablename__ = "asset_meter_readings"
    __table_args__ = (UniqueConstraint("corrects_id"), Index(None, "meter_id", "id"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    meter_id: Mapped[int] = mapped_column(ForeignKey("asset_meters.id"))
    value_milli: Mapped[int] = mapped_column(BigInt)
    total_milli: Mapped[int] = mapped_column(BigInt)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[int] = mapped_column(BigInt)
    recorded_by_name: Mapped[str] = mapped_column(String(50))
    is_replacement: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str] = mapped_column(String(200), default="")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("asset_meter_readings.id"))


class Plan(Base):
    """Who goes where, and when.

    It has a route, or a checklist for its assets (`PlanAsset`). `every` counts `unit`s, for a meter in its
    own unit. `weekdays` are 0 (Monday) to 6; `month_day` is 1 to 31, of which shorter months take their last,
    or -1 for the last day. `times` are the wall times (HH:MM) of a due date. A round may be begun
    `lead_minutes` before it is due and is over `window_minutes` after. `planned_until`: what was due until
    then is made, or recorded as skipped; `next_due_at` is the first due instant after it, where that is
    known. `next_total_milli` is what the meter must have counted for the next round.
    """

    __tablename__ = "inspection_plans"
    __table_args__ = (
        UniqueConstraint("name"),
        Index(None, "route_id"),
        Index(None, "meter_id"),
        CheckConstraint("(route_id IS NULL) = (checklist_id IS NOT NULL)", name="target"),
        CheckConstraint("(meter_id IS NOT NULL) = (unit = 'meter')", name="meter"),
        CheckConstraint("every > 0 AND window_minutes > 0 AND lead_minutes >= 0", name="amounts"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    route_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_routes.id"))
    checklist_id: Mapped[int | None] = mapped_column(ForeignKey("checklists.id"))
    is_manual_ok: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    group_id: Mapped[int] = mapped_column(ForeignKey("work_groups.id"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.staff_id"))
    campus_id: Mapped[int] = mapped_column(BigInt, default=0)
    building_id: Mapped[int] = mapped_column(BigInt, default=0)

    unit: Mapped[str] = mapped_column(String(6))
    every: Mapped[int] = mapped_column()
    weekdays: Mapped[list[Any]] = mapped_column(JSON)
    month: Mapped[int | None] = mapped_column(SmallInteger)
    month_day: Mapped[int | None] = mapped_column(SmallInteger)
    times: Mapped[list[Any]] = mapped_column(JSON)
    starts_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    rest_days: Mapped[str] = mapped_column(String(5), default=RestDays.ANY.value)
    basis: Mapped[str] = mapped_column(String(10), default=Basis.DUE.value)
    catch_up: Mapped[str] = mapped_column(String(5), default=CatchUp.ONCE.value)
    meter_id: Mapped[int | None] = mapped_column(ForeignKey("asset_meters.id"))
    lead_minutes: Mapped[int] = mapped_column(default=0)
    window_minutes: Mapped[int] = mapped_column()

    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    planned_until: Mapped[datetime] = mapped_column(UTCDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_total_milli: Mapped[int | None] = mapped_column(BigInt)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)


class PlanAsset(Base):
    """An asset of a plan without a route, in order."""

    __tablename__ = "inspection_plan_assets"
    __table_args__ = (UniqueConstraint("plan_id", "asset_id"), Index(None, "asset_id"))

    plan_id: Mapped[int] = mapped_column(ForeignKey("inspection_plans.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))

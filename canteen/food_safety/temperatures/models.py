"""Tables of fridges: their limits, what was measured, and when they were out of their limits."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class FridgeKind(StrEnum):
    """冷藏, 冷冻, 留样冰箱."""

    CHILLED = "chilled"
    FROZEN = "frozen"
    SAMPLE = "sample"


class Fridge(Base):
    """A fridge or freezer with its limits, both included, in tenths of a degree.

    A thermometer that reports of it is named by its device and, where one device has several probes, by
    the probe's name.
    """

    __tablename__ = "fridges"
    __table_args__ = (
        UniqueConstraint("canteen_id", "name"),
        Index(
            "uq_fridges_probe",
            "device_id",
            "probe",
            unique=True,
            sqlite_where=text("device_id IS NOT NULL AND is_active = 1"),
            postgresql_where=text("device_id IS NOT NULL AND is_active"),
        ),
        CheckConstraint("minimum_dc < maximum_dc", name="limits"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    name: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(7))
    location: Mapped[str] = mapped_column(String(50), default="")
    minimum_dc: Mapped[int] = mapped_column()
    maximum_dc: Mapped[int] = mapped_column()
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    probe: Mapped[str] = mapped_column(String(32), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class TemperatureReading(Base):
    """One reading, of a device or a person. Append-only (a trigger refuses changes).

    The limits are those of that moment. A reading that was entered wrongly is taken back by a row that
    names it (`void_of`) and repeats it. `measured_at` is a device's own clock put right by the skew that
    its request showed.
    """

    __tablename__ = "temperature_readings"
    __table_args__ = (
        UniqueConstraint("device_id", "seq"),
        Index(None, "fridge_id", "measured_at"),
        Index(None, "canteen_id", "measured_at"),
        Index(
            "uq_temperature_readings_void_of",
            "void_of",
            unique=True,
            sqlite_where=text("void_of IS NOT NULL"),
            postgresql_where=text("void_of IS NOT NULL"),
        ),
        CheckConstraint("(device_id IS NULL) = (seq IS NULL)", name="sequence"),
        CheckConstraint("(device_id IS NULL) = (entered_by IS NOT NULL)", name="by_one"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    fridge_id: Mapped[int] = mapped_column(ForeignKey("fridges.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    measured_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    temperature_dc: Mapped[int] = mapped_column()
    minimum_dc: Mapped[int] = mapped_column()
    maximum_dc: Mapped[int] = mapped_column()
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    seq: Mapped[int | None] = mapped_column(BigInt)
    payload_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    entered_by: Mapped[int | None] = mapped_column(BigInt)
    note: Mapped[str] = mapped_column(String(200), default="")
    void_of: Mapped[int | None] = mapped_column(ForeignKey("temperature_readings.id"))


class TemperatureExcursion(Base):
    """A fridge out of its limits: from the first reading beyond them to the first within them again.

    It follows from the readings alone, in the order of their instants; what people did about it stays with
    it. One that later readings or corrections have taken away is void. `extreme_dc` is the reading furthest
    off. `needs_action` from the moment on at which it has lasted longer than the canteen bears.
    """

    __tablename__ = "temperature_excursions"
    __table_args__ = (
        Index(None, "fridge_id", "began_at"),
        Index(None, "canteen_id", "began_at"),
        Index(
            "ix_temperature_excursions_open",
            "fridge_id",
            sqlite_where=text("ended_at IS NULL AND is_void = 0"),
            postgresql_where=text("ended_at IS NULL AND NOT is_void"),
        ),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="span"),
        CheckConstraint("(acted_at IS NULL) = (acted_by IS NULL)", name="acted"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    fridge_id: Mapped[int] = mapped_column(ForeignKey("fridges.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    extreme_dc: Mapped[int] = mapped_column()
    is_void: Mapped[bool] = mapped_column(Boolean, default=False)
    needs_action: Mapped[bool] = mapped_column(Boolean, default=False)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    action: Mapped[str] = mapped_column(String(300), default="")
    acted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    acted_by: Mapped[int | None] = mapped_column(BigInt)

"""Tables of the devices."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class DeviceKind(StrEnum):
    """A scale or thermometer, a gateway that speaks for the scales behind it, another platform."""

    SCALE = "scale"
    GATEWAY = "gateway"
    PLATFORM = "platform"
    THERMOMETER = "thermo"


class Device(Base):
    """Something that sends signed requests. `code` is public and names it; the secret is shown once.

    `canteen_id` is where what it sends belongs to; null for a platform. `clock_skew_s` is its own clock less
    the server's, as last measured; `last_seq` the highest number of an event that was taken from it.
    """

    __tablename__ = "devices"
    __table_args__ = (
        Index(None, "canteen_id"),
        CheckConstraint("(kind = 'platform') = (canteen_id IS NULL)", name="canteen"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    canteen_id: Mapped[int | None] = mapped_column(ForeignKey("canteens.id"))
    name: Mapped[str] = mapped_column(String(50))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    secret_set_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_seq: Mapped[int] = mapped_column(BigInt, default=0)
    clock_skew_s: Mapped[int | None] = mapped_column()
    # What it last said of itself: firmware, how many events it still holds, how full its battery is.
    firmware: Mapped[str] = mapped_column(String(40), default="")
    waiting: Mapped[int | None] = mapped_column()
    battery_percent: Mapped[int | None] = mapped_column(SmallInteger)


class DeviceNonce(Base):
    """A number that a device used once; a second request that bears it is a replay."""

    __tablename__ = "device_nonces"

    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

"""Tables of the assets."""

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
    String,
    Text,
    UniqueConstraint,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class AssetState(StrEnum):
    """在用, 停用, 报废."""

    IN_USE = "in_use"
    STOPPED = "stopped"
    SCRAPPED = "scrapped"


class AssetEventKind(StrEnum):
    """What happened to an asset: 登记, 修改, 移位, 状态变更, 更换标牌, 更新照片."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    STATE = "state"
    PLATE = "plate"
    PHOTOS = "photos"


class AssetKind(Base):
    """A kind of equipment. Orders about one are usually of the category `category_id`."""

    __tablename__ = "asset_kinds"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("repair_categories.id"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Asset(Base):
    """A piece of equipment. `number` is the register's own (资产编号); `plate` is the token in its QR code.

    The place has no foreign key, as it is one of five tables; places are never deleted. `campus_id` and
    `building_id` (0 for none) are those in which it stands, for scopes and statistics. `revision` counts
    changes: who changes an asset says which one was read.
    """

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("plate"),
        Index(None, "kind_id"),
        Index(None, "place_kind", "place_id"),
        Index(None, "contractor_id"),
        Index(None, "campus_id", "building_id"),
        CheckConstraint("state IN ('in_use', 'stopped', 'scrapped')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    kind_id: Mapped[int] = mapped_column(ForeignKey("asset_kinds.id"))
    model: Mapped[str] = mapped_column(String(80), default="")
    maker: Mapped[str] = mapped_column(String(80), default="")
    serial_no: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(10), default=AssetState.IN_USE.value)
    place_kind: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int] = mapped_column(BigInt)
    campus_id: Mapped[int] = mapped_column(BigInt)
    building_id: Mapped[int] = mapped_column(BigInt, default=0)
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("contractors.id"))
    plate: Mapped[str] = mapped_column(String(32))
    installed_on: Mapped[date | None] = mapped_column(Date)
    warranty_until: Mapped[date | None] = mapped_column(Date)
    price_fen: Mapped[int | None] = mapped_column(BigInt)
    note: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RetiredPlate(Base):
    """A plate that hung at an asset and was replaced: its token is answered with 410 for ever."""

    __tablename__ = "asset_retired_plates"
    __table_args__ = (Index(None, "asset_id"),)

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))
    retired_at: Mapped[datetime] = mapped_column(UTCDateTime)
    retired_by: Mapped[int] = mapped_column(BigInt)


class AssetEvent(Base):
    """One entry of an asset's history; append-only. `actor_id` 0 is the system.

    `details` holds what changed as `{column: [before, after]}` as people read it then: the names of kinds and
    contractors, the paths of places; states stand as their values.
    """

    __tablename__ = "asset_events"
    __table_args__ = (Index(None, "asset_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int] = mapped_column(BigInt)
    actor_name: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(200), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

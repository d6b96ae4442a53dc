"""Tables of the places."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class PlaceKind(StrEnum):
    """院区, 楼宇, 楼层, 房间, 点位."""

    CAMPUS = "campus"
    BUILDING = "building"
    FLOOR = "floor"
    ROOM = "room"
    SPOT = "spot"


class SpotKind(StrEnum):
    """出入口, 走廊, 设备间, 资产, 其他."""

    GATE = "gate"
    CORRIDOR = "corridor"
    EQUIPMENT = "equipment"
    ASSET = "asset"
    OTHER = "other"


class _Place:
    """What every place has. Siblings stand by `position`, then by name with its numbers as numbers."""

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Campus(_Place, Base):
    """A campus (院区) of the compound."""

    __tablename__ = "campuses"
    __table_args__ = (UniqueConstraint("name"),)


class Building(_Place, Base):
    """A building on a campus."""

    __tablename__ = "buildings"
    __table_args__ = (UniqueConstraint("campus_id", "name"),)

    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"), index=True)


class Floor(_Place, Base):
    """A floor of a building."""

    __tablename__ = "floors"
    __table_args__ = (UniqueConstraint("building_id", "name"),)

    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"))


class Room(_Place, Base):
    """A room on a floor."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("floor_id", "name"),)

    floor_id: Mapped[int] = mapped_column(ForeignKey("floors.id"))


class Spot(_Place, Base):
    """A named place outside of rooms, on exactly one of a campus, a building and a floor."""

    __tablename__ = "spots"
    __table_args__ = (
        UniqueConstraint("campus_id", "name"),
        UniqueConstraint("building_id", "name"),
        UniqueConstraint("floor_id", "name"),
        CheckConstraint(
            "(CASE WHEN campus_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN building_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN floor_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_parent",
        ),
    )

    spot_kind: Mapped[str] = mapped_column(String(10))
    campus_id: Mapped[int | None] = mapped_column(ForeignKey("campuses.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    floor_id: Mapped[int | None] = mapped_column(ForeignKey("floors.id"))


class Plate(Base):
    """A plate that hangs, or hung, at a place. A place has at most one that is not revoked.

    The place has no foreign key, as it is one of five tables; places are never deleted.
    """

    __tablename__ = "plates"
    __table_args__ = (
        Index(
            "uq_plates_hanging",
            "place_kind",
            "place_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    place_kind: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int] = mapped_column(BigInt)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by: Mapped[int] = mapped_column(BigInt)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by: Mapped[int | None] = mapped_column(BigInt)

"""Tables of what 会务 offers."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt


class Phase(StrEnum):
    """会前, 会中, 会后."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class QuantityBy(StrEnum):
    """What the quantity of an order is, unless it says so: one for the meeting, or one for each head."""

    MEETING = "meeting"
    HEAD = "head"


class LineKind(StrEnum):
    """What a fault in a line of the checklist means: something amiss, things left behind, damage."""

    ORDINARY = "ordinary"
    DOCUMENTS = "documents"
    DAMAGE = "damage"


class Item(Base):
    """A kind of equipment that is lent to meetings."""

    __tablename__ = "meeting_items"
    __table_args__ = (UniqueConstraint("code"), UniqueConstraint("name"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(30))
    unit: Mapped[str] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class ItemStock(Base):
    """How many of an item a campus has. Its row is the lock of whoever lends them there."""

    __tablename__ = "meeting_item_stocks"
    __table_args__ = (CheckConstraint("count >= 0", name="count"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), primary_key=True)
    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"), primary_key=True)
    count: Mapped[int] = mapped_column()


class HospitalityService(Base):
    """A service that may be ordered for a meeting.

    Its tasks: what takes `setup_minutes` and is ready `ready_minutes` before the meeting (0 and 0: nothing);
    a visit of `visit_minutes` every `repeat_minutes` while it lasts (0: none); with `is_attended`, somebody
    for all of it; what takes `clear_minutes` after it (0: nothing). Each is for `stewards` people.
    `lead_minutes` before the meeting is the latest that it may be ordered (None: by the rule). `item_count`
    of an item go with each `item_per` of the quantity that was ordered, unless the room has the equipment
    `spared_by` itself. `checklist` holds {"phase", "code", "text"} for each line.
    """

    __tablename__ = "meeting_services"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("name"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("stewards >= 0", name="stewards"),
        CheckConstraint("item_count >= 0 AND item_per > 0", name="item"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(30))
    description: Mapped[str] = mapped_column(String(200), default="", server_default="")
    unit: Mapped[str] = mapped_column(String(10))
    quantity_by: Mapped[str] = mapped_column(String(10), default=QuantityBy.MEETING.value)
    price_fen: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    lead_minutes: Mapped[int | None] = mapped_column()
    setup_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    ready_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    repeat_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    visit_minutes: Mapped[int] = mapped_column(default=5, server_default=text("5"))
    is_attended: Mapped[bool] = mapped_column(Boolean)
    clear_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    stewards: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("meeting_items.id"))
    item_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    item_per: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    spared_by: Mapped[str] = mapped_column(String(30), default="", server_default="")
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class ChecklistLine(Base):
    """A line that the checklist of every meeting has."""

    __tablename__ = "meeting_checklist_lines"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    phase: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10), default=LineKind.ORDINARY.value)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    text: Mapped[str] = mapped_column(String(60))

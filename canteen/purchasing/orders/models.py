"""Tables of what is to be bought, what was ordered, and what of it came."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class RequestState(StrEnum):
    """待下单, 已下单, 已撤回."""

    OPEN = "open"
    ORDERED = "ordered"
    WITHDRAWN = "withdrawn"


class RequestOrigin(StrEnum):
    """手工, 低于安全库存, 备餐计划."""

    HAND = "hand"
    MINIMUM = "minimum"
    PRODUCTION = "production"


class OrderState(StrEnum):
    """草稿, 待审批, 已审批, 已到齐, 已关闭; 已驳回, 已取消."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RECEIVED = "received"
    CLOSED = "closed"  # its rest will not come
    REJECTED = "rejected"
    CANCELLED = "cancelled"


# What of an order is still expected. The index and the statements must say it alike.
EXPECTED: Final = (OrderState.DRAFT, OrderState.SUBMITTED, OrderState.APPROVED)
IS_EXPECTED: Final = "state IN ('draft', 'submitted', 'approved')"


class NumberCounter(Base):
    """The last number that a kind of document had in a year; the next one takes it by an UPDATE."""

    __tablename__ = "purchase_numbers"

    kind: Mapped[str] = mapped_column(String(2), primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class PurchaseRequest(Base):
    """What a canteen wants by a day (采购申请).

    Until that day has passed, or the kitchen has taken it (`spent_at`), its needs hold stock and orders that
    no other request may count on. `origin_id` is what of the origin it is for (a plan of a meal): a later
    request for the same takes its place.
    """

    __tablename__ = "purchase_requests"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(None, "canteen_id", "wanted_on"),
        Index(None, "state", "canteen_id"),
        Index(None, "origin", "origin_id"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    wanted_on: Mapped[date] = mapped_column(Date)
    origin: Mapped[str] = mapped_column(String(10))
    origin_id: Mapped[int | None] = mapped_column(BigInt)
    state: Mapped[str] = mapped_column(String(10), default=RequestState.OPEN.value)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)
    created_by_name: Mapped[str] = mapped_column(String(50))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_name: Mapped[str] = mapped_column(String(50), default="", server_default="")
    spent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    lines: Mapped[list["RequestLine"]] = relationship(
        cascade="all, delete-orphan", order_by="RequestLine.id", lazy="selectin"
    )


class RequestLine(Base):
    """An ingredient that a request needs: `needed_g`, less what was free in stock and on order.

    `wanted_g` is the rest, rounded up to packs of `pack_g` where a price was known (of `supplier_id`). Of it
    `ordered_g` stand in orders that were not refused or cancelled.
    """

    __tablename__ = "purchase_request_lines"
    __table_args__ = (
        UniqueConstraint("request_id", "ingredient_id"),
        Index(None, "ingredient_id"),
        CheckConstraint("needed_g > 0", name="needed"),
        CheckConstraint(
            "stock_g >= 0 AND on_order_g >= 0 AND wanted_g >= 0 AND ordered_g >= 0", name="grams"
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("purchase_requests.id", ondelete="CASCADE"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"))
    needed_g: Mapped[int] = mapped_column(BigInt)
    stock_g: Mapped[int] = mapped_column(BigInt)
    on_order_g: Mapped[int] = mapped_column(BigInt)
    pack_g: Mapped[int | None] = mapped_column()
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    wanted_g: Mapped[int] = mapped_column(BigInt)
    ordered_g: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))
    note: Mapped[str] = mapped_column(String(100), default="", server_default="")


class PurchaseOrder(Base):
    """What a canteen orders of one supplier (采购单). `total_fen` is the sum of its lines.

    Decided by somebody who neither made, changed nor submitted it. `revision` counts changes.
    """

    __tablename__ = "purchase_orders"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(None, "canteen_id", "expected_on"),
        Index(None, "supplier_id", "expected_on"),
        Index(None, "created_at"),
        Index(
            "ix_purchase_orders_expected",
            "canteen_id",
            "state",
            sqlite_where=text(IS_EXPECTED),
            postgresql_where=text(IS_EXPECTED),
        ),
        CheckConstraint("total_fen >= 0", name="total"),
        CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR submitted_at IS NOT NULL", name="submitted"
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'received', 'closed', 'rejected') OR (decided_by IS NOT NULL"
            " AND decided_by <> created_by AND decided_by <> submitted_by"
            " AND (changed_by IS NULL OR decided_by <> changed_by))",
            name="decided_by_another",
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_requests.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=OrderState.DRAFT.value)
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    expected_on: Mapped[date] = mapped_column(Date)
    total_fen: Mapped[int] = mapped_column(BigInt)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)
    created_by_name: Mapped[str] = mapped_column(String(50))
    changed_by: Mapped[int | None] = mapped_column(BigInt)  # who last wrote its lines anew
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_by: Mapped[int | None] = mapped_column(BigInt)
    submitted_by_name: Mapped[str] = mapped_column(String(50), default="", server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), default="", server_default="")
    decision: Mapped[str] = mapped_column(String(200), default="", server_default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_name: Mapped[str] = mapped_column(String(50), default="", server_default="")
    ended_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    lines: Mapped[list["PurchaseLine"]] = relationship(
        cascade="all, delete-orphan", order_by="PurchaseLine.id", lazy="selectin"
    )


class PurchaseLine(Base):
    """Packs of an ingredient at the price of one pack, as it was when they were ordered.

    `received_g` was accepted, `refused_g` came and was sent back, `closed_g` will not come.
    """

    __tablename__ = "purchase_order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "ingredient_id", "pack_g"),
        Index(None, "ingredient_id"),
        Index(None, "request_line_id"),
        CheckConstraint("packs > 0 AND pack_g > 0 AND price_fen >= 0", name="packs"),
        CheckConstraint("ordered_g = pack_g * packs", name="ordered"),
        CheckConstraint("received_g >= 0 AND refused_g >= 0 AND closed_g >= 0", name="grams"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_orders.id", ondelete="CASCADE"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"))
    request_line_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_request_lines.id"))
    pack_g: Mapped[int] = mapped_column(BigInt)
    packs: Mapped[int] = mapped_column(BigInt)
    price_fen: Mapped[int] = mapped_column(BigInt)
    ordered_g: Mapped[int] = mapped_column(BigInt)
    received_g: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))
    refused_g: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))
    closed_g: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))
    note: Mapped[str] = mapped_column(String(100), default="", server_default="")


class Delivery(Base):
    """What came of an ingredient from a supplier, with or without an order; append-only (a trigger).

    From it follow what was spent, the share of assistance, and how suppliers did. `net_g` and `amount_fen`
    are of what was accepted, `refused_g` of what was not; a correction has negative numbers.
    """

    __tablename__ = "purchase_deliveries"
    __table_args__ = (
        Index(None, "delivered_on"),
        Index(None, "canteen_id", "delivered_on"),
        Index(None, "order_line_id"),
        Index(None, "supplier_id", "delivered_on"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_order_lines.id"))
    delivered_on: Mapped[date] = mapped_column(Date)
    net_g: Mapped[int] = mapped_column(BigInt)
    refused_g: Mapped[int] = mapped_column(BigInt, default=0)
    amount_fen: Mapped[int] = mapped_column(BigInt)
    word: Mapped[str] = mapped_column(String(200), default="", server_default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(BigInt)
    by_name: Mapped[str] = mapped_column(String(50))

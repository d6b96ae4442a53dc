"""Tables of the store: receipts, batches, movements and counts."""

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
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class ReceiptState(StrEnum):
    """待复核 → 已验收 or 已退回; what needs no second person is accepted at once. 已作废: taken back."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    VOIDED = "voided"


class Certificate(StrEnum):
    """What comes with the goods (索证索票).

    检验检疫合格证明, 肉品品质检验合格证, 出厂检验报告, 食用农产品合格证, 进口检验检疫证明, 购货凭证, 其他.
    """

    QUARANTINE = "quarantine"
    MEAT_QUALITY = "meat_quality"
    FACTORY_REPORT = "factory_report"
    PRODUCE = "produce"
    IMPORT = "import"
    INVOICE = "invoice"
    OTHER = "other"


class MovementKind(StrEnum):
    """入库, 领用, 退库, 报损, 盘点."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    RETURN = "return"
    LOSS = "loss"
    COUNT = "count"


class LossCause(StrEnum):
    """过期, 变质, 破损, 其他."""

    EXPIRED = "expired"
    SPOILED = "spoiled"
    DAMAGED = "damaged"
    OTHER = "other"


class Hold(StrEnum):
    """Who has a batch blocked: the store, or an incident of food safety, which alone lets go of it."""

    STORE = "store"
    INCIDENT = "incident"


class CountState(StrEnum):
    """盘点中 → 待审批 → 已审批 or 已驳回; 已取消 before it was handed in."""

    OPEN = "open"
    COUNTED = "counted"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Receipt(Base):
    """What a supplier brought, checked on arrival (进货查验), against an order or without one.

    Who the supplier is stands here as it was then (食品安全法 §53). `received_by` received it; where a second
    person is asked for, nothing is in store before `checked_by`, who is somebody else.
    """

    __tablename__ = "stock_receipts"
    __table_args__ = (
        Index(None, "canteen_id", "received_at"),
        Index(None, "order_id"),
        Index(None, "supplier_id", "received_at"),
        Index(
            "ix_stock_receipts_waiting",
            "canteen_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("checked_by IS NULL OR checked_by <> received_by", name="two_persons"),
        CheckConstraint("(checked_by IS NULL) = (checked_at IS NULL)", name="checked"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_orders.id"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    supplier_name: Mapped[str] = mapped_column(String(100))
    supplier_address: Mapped[str] = mapped_column(String(200), default="")
    supplier_contact: Mapped[str] = mapped_column(String(50), default="")
    supplier_phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    purchased_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_by: Mapped[int] = mapped_column(BigInt)
    received_by_name: Mapped[str] = mapped_column(String(50))
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_by: Mapped[int | None] = mapped_column(BigInt)
    checked_by_name: Mapped[str] = mapped_column(String(50), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")  # why returned or voided

    lines: Mapped[list["ReceiptLine"]] = relationship(
        cascade="all, delete-orphan", order_by="ReceiptLine.position"
    )


class ReceiptLine(Base):
    """One thing that was brought: accepted, or refused for a reason.

    `certificates` is a list of {kind, number, photo_id}. `net_g` is gross less tare. `cost_fen` is what the
    net weight costs; of a refused line nothing is paid and it is 0.
    """

    __tablename__ = "stock_receipt_lines"
    __table_args__ = (
        UniqueConstraint("receipt_id", "position"),
        Index(None, "order_line_id"),
        Index(None, "ingredient_id"),
        CheckConstraint("tare_g >= 0 AND net_g > 0 AND gross_g = net_g + tare_g", name="weight"),
        CheckConstraint("cost_fen >= 0", name="cost"),
        CheckConstraint("is_accepted = (refusal = '')", name="refusal"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("stock_receipts.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_order_lines.id"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"))
    name: Mapped[str] = mapped_column(String(60))
    spec: Mapped[str] = mapped_column(String(60), default="")
    brand: Mapped[str] = mapped_column(String(60), default="")
    packs: Mapped[int | None] = mapped_column()
    gross_g: Mapped[int] = mapped_column(BigInt)
    tare_g: Mapped[int] = mapped_column(BigInt)
    net_g: Mapped[int] = mapped_column(BigInt)
    cost_fen: Mapped[int] = mapped_column(BigInt)
    lot: Mapped[str] = mapped_column(String(40), default="")
    produced_on: Mapped[date | None] = mapped_column(Date)
    shelf_days: Mapped[int | None] = mapped_column()
    expires_on: Mapped[date | None] = mapped_column(Date)
    temperature_dc: Mapped[int | None] = mapped_column()
    appearance: Mapped[str] = mapped_column(String(100), default="")
    certificates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    location: Mapped[str] = mapped_column(String(40), default="")
    is_accepted: Mapped[bool] = mapped_column(Boolean)
    refusal: Mapped[str] = mapped_column(String(200), default="")


class Batch(Base):
    """Goods of one line of a receipt, or what was in store when the books were opened.

    `remaining_g` and `remaining_cost_fen` are the sums of its movements. `expires_on` is the last day on
    which it may be used. A count may find more than there was: `remaining_g` is not bounded by `quantity_g`.
    """

    __tablename__ = "stock_batches"
    __table_args__ = (
        UniqueConstraint("receipt_line_id"),
        Index(None, "canteen_id", "ingredient_id", "id"),
        Index(
            "ix_stock_batches_in_store",
            "canteen_id",
            "ingredient_id",
            "expires_on",
            sqlite_where=text("remaining_g > 0"),
            postgresql_where=text("remaining_g > 0"),
        ),
        Index(None, "supplier_id"),
        Index(
            "ix_stock_batches_lot",
            "lot",
            sqlite_where=text("lot <> ''"),
            postgresql_where=text("lot <> ''"),
        ),
        CheckConstraint("quantity_g > 0 AND cost_fen >= 0", name="quantity"),
        CheckConstraint("remaining_g >= 0 AND remaining_cost_fen >= 0", name="remaining"),
        CheckConstraint("remaining_g > 0 OR remaining_cost_fen = 0", name="last_gram"),
        CheckConstraint("is_blocked = (hold IS NOT NULL)", name="hold"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    receipt_line_id: Mapped[int | None] = mapped_column(ForeignKey("stock_receipt_lines.id"))
    lot: Mapped[str] = mapped_column(String(40), default="")
    produced_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    quantity_g: Mapped[int] = mapped_column(BigInt)
    remaining_g: Mapped[int] = mapped_column(BigInt)
    cost_fen: Mapped[int] = mapped_column(BigInt)
    remaining_cost_fen: Mapped[int] = mapped_column(BigInt)
    location: Mapped[str] = mapped_column(String(40), default="")
    is_blocked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    hold: Mapped[str | None] = mapped_column(String(8))
    blocked_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    blocked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Movement(Base):
    """What changed a batch, by `delta_g` grams and `cost_fen`, both signed; append-only.

    An issue names what it was for as far as that is known. A return names the issue that it gives back from;
    a movement that takes another one back is of its kind and names it in `void_of`.
    """

    __tablename__ = "stock_movements"
    __table_args__ = (
        Index(None, "batch_id", "id"),
        Index(None, "canteen_id", "at"),
        Index(None, "canteen_id", "ingredient_id", "at"),
        Index(
            "ix_stock_movements_meal",
            "canteen_id",
            "served_on",
            "period",
            sqlite_where=text("served_on IS NOT NULL"),
            postgresql_where=text("served_on IS NOT NULL"),
        ),
        Index(
            "ix_stock_movements_meal_id",
            "meal_id",
            sqlite_where=text("meal_id IS NOT NULL"),
            postgresql_where=text("meal_id IS NOT NULL"),
        ),
        Index(
            "ix_stock_movements_issue_id",
            "issue_id",
            sqlite_where=text("issue_id IS NOT NULL"),
            postgresql_where=text("issue_id IS NOT NULL"),
        ),
        Index(
            "uq_stock_movements_void_of",
            "void_of",
            unique=True,
            sqlite_where=text("void_of IS NOT NULL"),
            postgresql_where=text("void_of IS NOT NULL"),
        ),
        Index(
            "ix_stock_movements_count_id",
            "count_id",
            sqlite_where=text("count_id IS NOT NULL"),
            postgresql_where=text("count_id IS NOT NULL"),
        ),
        CheckConstraint("delta_g <> 0", name="delta"),
        CheckConstraint("(kind = 'return') = (issue_id IS NOT NULL)", name="return_of_issue"),
        CheckConstraint("(kind = 'count') = (count_id IS NOT NULL)", name="count"),
        CheckConstraint("(kind = 'loss') = (cause IS NOT NULL)", name="cause"),
        CheckConstraint("(served_on IS NULL) = (period IS NULL)", name="meal"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batches.id"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"))
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    kind: Mapped[str] = mapped_column(String(8))
    delta_g: Mapped[int] = mapped_column(BigInt)
    cost_fen: Mapped[int] = mapped_column(BigInt)
    meal_id: Mapped[int | None] = mapped_column(BigInt)
    dish_id: Mapped[int | None] = mapped_column(ForeignKey("dishes.id"))
    served_on: Mapped[date | None] = mapped_column(Date)
    period: Mapped[str | None] = mapped_column(String(10))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("stock_movements.id"))
    count_id: Mapped[int | None] = mapped_column(ForeignKey("stock_counts.id"))
    cause: Mapped[str | None] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(200), default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(BigInt)
    by_name: Mapped[str] = mapped_column(String(50))
    void_of: Mapped[int | None] = mapped_column(ForeignKey("stock_movements.id"))


class Count(Base):
    """A stock-taking of a canteen: at most one is going on.

    Whoever counts sees no figures of the books until it is handed in. Somebody else than who opened it,
    handed it in or counted a line approves the differences.
    """

    __tablename__ = "stock_counts"
    __table_args__ = (
        Index(None, "canteen_id", "opened_at"),
        Index(
            "uq_stock_counts_live",
            "canteen_id",
            unique=True,
            sqlite_where=text("state IN ('open', 'counted')"),
            postgresql_where=text("state IN ('open', 'counted')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    title: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(10), default=CountState.OPEN.value)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[int] = mapped_column(BigInt)
    opened_by_name: Mapped[str] = mapped_column(String(50))
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    counted_by: Mapped[int | None] = mapped_column(BigInt)
    counted_by_name: Mapped[str] = mapped_column(String(50), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), default="")
    decision: Mapped[str] = mapped_column(String(200), default="")


class CountLine(Base):
    """A batch of a count: `counted_g` is what lay there at `counted_at`, `book_g` what the books said then.

    What moves before or after that instant changes both alike: the difference stays.
    """

    __tablename__ = "stock_count_lines"
    __table_args__ = (
        UniqueConstraint("count_id", "batch_id"),
        Index(None, "batch_id"),
        CheckConstraint("counted_g IS NULL OR counted_g >= 0", name="counted"),
        CheckConstraint("(counted_g IS NULL) = (book_g IS NULL)", name="book"),
        CheckConstraint("(counted_g IS NULL) = (counted_at IS NULL)", name="at"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_counts.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("stock_batches.id"))
    counted_g: Mapped[int | None] = mapped_column(BigInt)
    book_g: Mapped[int | None] = mapped_column(BigInt)
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    counted_by: Mapped[int | None] = mapped_column(BigInt)
    counted_by_name: Mapped[str] = mapped_column(String(50), default="")
    note: Mapped[str] = mapped_column(String(200), default="")

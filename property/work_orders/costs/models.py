"""Tables of the materials, their stores, and the costs of orders."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class MovementKind(StrEnum):
    """入库, 领用, 退库, 盘点."""

    DELIVERY = "delivery"
    ISSUE = "issue"
    RETURN = "return"
    COUNT = "count"


class CostKind(StrEnum):
    """What a line of a bill is for."""

    MATERIAL = "material"
    LABOUR = "labour"
    OTHER = "other"


class EstimateState(StrEnum):
    """How an estimate stands."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"


class Material(Base):
    """A material of the list. `code` is its name for machines; `price_fen` is that of one `unit`, today."""

    __tablename__ = "materials"
    __table_args__ = (UniqueConstraint("code"), CheckConstraint("price_fen >= 0", name="price"))

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    spec: Mapped[str] = mapped_column(String(80), default="")
    unit: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[int] = mapped_column(BigInt)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class MaterialPrice(Base):
    """A price from an instant on; append-only. The newest is the material's."""

    __tablename__ = "material_prices"
    __table_args__ = (Index(None, "material_id"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("materials.id"))
    price_fen: Mapped[int] = mapped_column(BigInt)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
    set_by: Mapped[int] = mapped_column(BigInt)
    set_by_name: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(String(200), default="")


class Store(Base):
    """A store of a campus. `building_id` is the building in which it is, 0 for none."""

    __tablename__ = "material_stores"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"))
    building_id: Mapped[int] = mapped_column(BigInt, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Stock(Base):
    """How much of a material a store has, and below how much it should be bought; hundredths of the unit."""

    __tablename__ = "material_stock"
    __table_args__ = (CheckConstraint("hundredths >= 0", name="hundredths"), Index(None, "material_id"))

    store_id: Mapped[int] = mapped_column(ForeignKey("material_stores.id"), primary_key=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("materials.id"), primary_key=True)
    hundredths: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))
    least_hundredths: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))


class Movement(Base):
    """What changed a stock, by `hundredths` to `after_hundredths`; append-only.

    `document` is the number of what came with a delivery, or why was counted; `line_id` is the order's line.
    """

    __tablename__ = "material_movements"
    __table_args__ = (
        Index(None, "store_id", "material_id", "id"),
        Index(None, "store_id", "at"),
        Index(None, "order_id"),
        CheckConstraint("hundredths <> 0 OR kind = 'count'", name="hundredths"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("material_stores.id"))
    material_id: Mapped[int] = mapped_column(ForeignKey("materials.id"))
    kind: Mapped[str] = mapped_column(String(10))
    hundredths: Mapped[int] = mapped_column(BigInt)
    after_hundredths: Mapped[int] = mapped_column(BigInt)
    price_fen: Mapped[int] = mapped_column(BigInt)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("work_order_costs.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(BigInt)
    by_name: Mapped[str] = mapped_column(String(50))
    document: Mapped[str] = mapped_column(String(200), default="")


class CostLine(Base):
    """One line of an order's bill, at the price of the moment at which it was added.

    Of material: `hundredths` of the unit, from a store. Of labour: `minutes` of a worker. Its `unit_fen` is
    the price of one unit or hour; `amount_fen` follows, rounded half up.
    """

    __tablename__ = "work_order_costs"
    __table_args__ = (
        Index(None, "order_id"),
        Index(None, "worker_id"),
        CheckConstraint("amount_fen >= 0", name="amount"),
        CheckConstraint(
            "(kind = 'material') = (material_id IS NOT NULL AND store_id IS NOT NULL AND hundredths > 0)",
            name="material",
        ),
        CheckConstraint("(kind = 'labour') = (minutes > 0)", name="labour"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(10), default="")
    material_id: Mapped[int | None] = mapped_column(ForeignKey("materials.id"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("material_stores.id"))
    hundredths: Mapped[int] = mapped_column(BigInt, default=0)
    worker_id: Mapped[int | None] = mapped_column(BigInt)
    minutes: Mapped[int] = mapped_column(default=0)
    unit_fen: Mapped[int] = mapped_column(BigInt)
    amount_fen: Mapped[int] = mapped_column(BigInt)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[int] = mapped_column(BigInt)
    added_by_name: Mapped[str] = mapped_column(String(50))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by: Mapped[int | None] = mapped_column(BigInt)


class Estimate(Base):
    """What an order is going to cost, put before an approver; at most one waits."""

    __tablename__ = "work_order_estimates"
    __table_args__ = (
        Index(None, "order_id"),
        Index(
            "uq_work_order_estimates_waiting",
            "order_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        CheckConstraint("amount_fen > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    cycle: Mapped[int] = mapped_column(SmallInteger)
    amount_fen: Mapped[int] = mapped_column(BigInt)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default=EstimateState.WAITING.value)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[int] = mapped_column(BigInt)
    asked_by_name: Mapped[str] = mapped_column(String(50))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), default="")
    decision: Mapped[str] = mapped_column(String(500), default="")

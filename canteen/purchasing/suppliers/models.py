"""Tables of the suppliers: their licences, their prices, and how they are assessed."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class LicenceKind(StrEnum):
    """营业执照, 食品经营许可证, 食品生产许可证, 动物防疫/定点屠宰证, 检验检疫证明, 其他."""

    BUSINESS = "business"
    FOOD_BUSINESS = "food_business"
    FOOD_PRODUCTION = "food_production"
    SLAUGHTER = "slaughter"
    INSPECTION = "inspection"
    OTHER = "other"


class Via(StrEnum):
    """How a price came in."""

    FORM = "form"
    EXCEL = "excel"


class Supplier(Base):
    """A supplier (供应商) of the compound.

    `is_assistance`: it counts as 消费扶贫 (a region that is helped, or the 832 platform). With a
    `blocked_reason` nothing may be ordered of it; an inactive one is no longer offered at all.
    """

    __tablename__ = "suppliers"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    credit_code: Mapped[str] = mapped_column(String(18), default="")
    contact: Mapped[str] = mapped_column(String(50), default="")
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(50), default="")
    is_assistance: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    blocked_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SupplierLicence(Base):
    """A licence (证照) of a supplier. `valid_until` is its last day; null: it does not expire.

    A renewed licence is a new row: of a kind, that which runs longest counts.
    """

    __tablename__ = "supplier_licences"
    __table_args__ = (
        Index(None, "supplier_id"),
        Index(None, "valid_until"),
        CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_until >= valid_from", name="interval"
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    is_withdrawn: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by: Mapped[int] = mapped_column(BigInt)


class SupplierPrice(Base):
    """What a supplier asks for a pack of `pack_g` from `valid_from` on. Append-only (a trigger).

    Of a supplier, ingredient and pack the row with the latest `valid_from` that is not in the future counts,
    of several of a day the last one, up to its `valid_until` (the last day; null: until further notice).
    `price_fen` null: from then on the pack is not offered.
    """

    __tablename__ = "supplier_prices"
    __table_args__ = (
        Index(None, "ingredient_id", "valid_from"),
        Index(None, "supplier_id", "ingredient_id"),
        CheckConstraint("pack_g > 0", name="pack"),
        CheckConstraint("price_fen IS NULL OR price_fen > 0", name="price"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="interval"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    ingredient_id: Mapped[int] = mapped_column(ForeignKey("ingredients.id"))
    pack_g: Mapped[int] = mapped_column()
    price_fen: Mapped[int | None] = mapped_column()
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    spec: Mapped[str] = mapped_column(String(80), default="")
    via: Mapped[str] = mapped_column(String(5))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_by: Mapped[int] = mapped_column(BigInt)
    entered_by_name: Mapped[str] = mapped_column(String(50))


class SupplierAssessment(Base):
    """How a supplier did in a quarter (its first day): `facts` as they were counted, and people's marks.

    `marks` are [{item, points, of, reason}]; `score` (of 100) follows from both, null where nothing was
    delivered and nothing was marked. Counted anew as long as it is not closed.
    """

    __tablename__ = "supplier_assessments"
    __table_args__ = (
        UniqueConstraint("supplier_id", "quarter"),
        Index(None, "quarter"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    quarter: Mapped[date] = mapped_column(Date)
    facts: Mapped[dict[str, int]] = mapped_column(JSON)
    marks: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    score: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    word: Mapped[str] = mapped_column(String(500), default="", server_default="")
    revision: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigInt)
    closed_by_name: Mapped[str] = mapped_column(String(50), default="", server_default="")

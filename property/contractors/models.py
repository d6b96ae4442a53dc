"""Tables of the contractors."""

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


class ServiceKind(StrEnum):
    """What contractors render: the services of GB/T 43542-2023, and the canteen's."""

    CUSTOMER_SERVICE = "customer_service"
    BUILDING = "building"  # 房屋维修养护
    EQUIPMENT = "equipment"  # 设备设施运维
    SECURITY = "security"
    CLEANING = "cleaning"
    GREENING = "greening"
    MEETING = "meeting"
    CATERING = "catering"


class Contractor(Base):
    """A firm. `credit_code` is its 统一社会信用代码, "" where unknown."""

    __tablename__ = "contractors"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    short_name: Mapped[str] = mapped_column(String(20))
    credit_code: Mapped[str] = mapped_column(String(18), default="")
    contact: Mapped[str] = mapped_column(String(50), default="")
    telephone: Mapped[str] = mapped_column(String(30), default="")  # The firm's office, no person's.
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class Contract(Base):
    """A contract for [from_on, until_on], both days included. `monthly_fee_fen` is what a full month is paid.

    `sheet_code` is the score sheet by which its months are assessed, "" for the house's of its services.
    `bands` is the contract's own payment table (`policies.bands_of`); null goes by the house's rule.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(None, "contractor_id", "from_on"),
        CheckConstraint("until_on >= from_on", name="span"),
        CheckConstraint("monthly_fee_fen >= 0", name="fee"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    contractor_id: Mapped[int] = mapped_column(ForeignKey("contractors.id"))
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(100))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    monthly_fee_fen: Mapped[int] = mapped_column(BigInt)
    sheet_code: Mapped[str] = mapped_column(String(40), default="")
    bands: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(BigInt)


class ContractScope(Base):
    """One thing that a contract covers: a service, at a place or everywhere, of a category or of all."""

    __tablename__ = "contract_scopes"
    __table_args__ = (
        Index(None, "contract_id"),
        CheckConstraint("(place_kind IS NULL) = (place_id IS NULL)", name="place"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    service: Mapped[str] = mapped_column(String(20))
    place_kind: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(BigInt)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("repair_categories.id"))

"""Tables of the categories."""

from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt


class Urgency(StrEnum):
    """特急 (danger to life or to the house), 紧急, 一般."""

    CRITICAL = "critical"
    URGENT = "urgent"
    ORDINARY = "ordinary"


class Proof(StrEnum):
    """What proves the work: nothing, a photo, a signature, either of them, or both."""

    NONE = "none"
    PHOTO = "photo"
    SIGNATURE = "signature"
    EITHER = "either"
    BOTH = "both"


class Category(Base):
    """A category of repairs. `code` is its name for machines: stable, and unique.

    `skill` is the trade that the work wants (电工, 水暖 …), "" for any. `warranty_days` counts from the
    completion of the work; 0 is none.
    """

    __tablename__ = "repair_categories"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        # To the constraint above, no parent differs from no parent.
        Index(
            "uq_repair_categories_top",
            "name",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("repair_categories.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    hint: Mapped[str] = mapped_column(String(200), default="")
    skill: Mapped[str] = mapped_column(String(20), default="")
    usual_urgency: Mapped[str] = mapped_column(String(10), default=Urgency.ORDINARY.value)
    proof_before: Mapped[str] = mapped_column(String(10), default=Proof.NONE.value)
    proof_after: Mapped[str] = mapped_column(String(10), default=Proof.NONE.value)
    warranty_days: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())

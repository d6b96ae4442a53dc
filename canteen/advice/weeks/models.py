"""Tables of suggested weeks."""

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
    SmallInteger,
    String,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class ProposalState(StrEnum):
    """待处理 → 已采用, 已放弃."""

    OPEN = "open"
    ADOPTED = "adopted"
    DISMISSED = "dismissed"


class MenuProposal(Base):
    """A week suggested to a canteen, from its Monday; what it was reckoned with is frozen in it.

    `settings` are the weights and limits, `figures` the numbers of the suggestion and of the menu copied
    from `copied_monday` (null: there was none), `copied` that menu's dishes by `date|period`, `gaps` what
    the library had no dish for. The same `seed` over the same facts gives the same week. Of one week at
    most one proposal is open: a newer one replaces it.
    """

    __tablename__ = "menu_proposals"
    __table_args__ = (
        Index(None, "canteen_id", "monday"),
        Index(
            "uq_menu_proposals_open",
            "canteen_id",
            "monday",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(ForeignKey("canteens.id"))
    monday: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default=ProposalState.OPEN.value)
    seed: Mapped[int] = mapped_column()
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    copied_monday: Mapped[date | None] = mapped_column(Date)
    copied: Mapped[dict[str, Any]] = mapped_column(JSON)
    gaps: Mapped[list[Any]] = mapped_column(JSON)
    skipped: Mapped[list[Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int] = mapped_column(BigInt)
    made_by_name: Mapped[str] = mapped_column(String(50))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigInt)
    decided_by_name: Mapped[str] = mapped_column(String(50), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")

    lines: Mapped[list["MenuProposalLine"]] = relationship(
        cascade="all, delete-orphan", order_by="MenuProposalLine.id"
    )


class MenuProposalLine(Base):
    """A dish of a suggested meal, with its reasons in Chinese; in the menu's order.

    `portions` are expected standard portions, `cost_fen` what these cost, `left_g` what would be left of
    them by the past; null where it is not known.
    """

    __tablename__ = "menu_proposal_lines"
    __table_args__ = (
        Index("uq_menu_proposal_lines", "proposal_id", "served_on", "period", "dish_id", unique=True),
        CheckConstraint("portions >= 0", name="portions"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("menu_proposals.id", ondelete="CASCADE"))
    served_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(10))
    position: Mapped[int] = mapped_column(SmallInteger)
    dish_id: Mapped[int] = mapped_column(ForeignKey("dishes.id"), index=True)
    cap: Mapped[int | None] = mapped_column()
    portions: Mapped[int] = mapped_column(default=0)
    cost_fen: Mapped[int | None] = mapped_column()
    left_g: Mapped[int | None] = mapped_column()
    # What the day would lack without it (halal, vegetarian), and whether it comes again too early for that.
    cover: Mapped[str] = mapped_column(String(10), default="")
    is_early: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    reasons: Mapped[list[Any]] = mapped_column(JSON)

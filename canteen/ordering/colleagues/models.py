"""Tables of consents, orders placed under them, and transfers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class TransferState(StrEnum):
    """offered → done, declined, withdrawn or ended; done at once where there is a consent."""

    OFFERED = "offered"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Consent(Base):
    """`giver_id` allows `colleague_id` to order for them; `until_on` is the last day, null for no end."""

    __tablename__ = "colleague_consents"
    __table_args__ = (
        Index(
            "uq_colleague_consents_open",
            "giver_id",
            "colleague_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("giver_id <> colleague_id", name="others"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    colleague_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until_on: Mapped[date | None] = mapped_column(Date)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ColleagueOrder(Base):
    """The consent under which an order was placed for its giver, and by whom."""

    __tablename__ = "colleague_orders"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("colleague_consents.id"))
    placed_by: Mapped[int] = mapped_column(BigInt, index=True)


class Transfer(Base):
    """An order that was, or was to be, handed over. `revision` is the one that the order got by it."""

    __tablename__ = "order_transfers"
    __table_args__ = (
        Index(
            "uq_order_transfers_open",
            "order_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
        CheckConstraint("giver_id <> receiver_id", name="others"),
        CheckConstraint("(state = 'offered') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'done') = (revision IS NOT NULL)", name="done"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("colleague_consents.id"))
    state: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(String(100), default="")
    revision: Mapped[int | None] = mapped_column()
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Lookups(Base):
    """How often a member of staff has looked for colleagues since an instant."""

    __tablename__ = "colleague_lookups"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    asked: Mapped[int] = mapped_column()

"""Tables of the concierge."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class ServiceItem(Base):
    """A small service (服务事项) of the catalogue. `code` is its name for machines, stable and unique.

    `revision` is that of its form now. `is_direct`: requests go to the office at once, without the desk.
    `hours` is when it is provided, for reading. `open_limit` requests of it may one have open; 0: any number.
    """

    __tablename__ = "concierge_items"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("NOT is_direct OR office_id IS NOT NULL", name="direct"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    icon: Mapped[str] = mapped_column(String(40), default="")
    intro: Mapped[str] = mapped_column(String(500), default="")
    category_id: Mapped[int] = mapped_column(ForeignKey("report_categories.id"))
    words: Mapped[list[Any]] = mapped_column(JSON, default=list)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("handling_offices.id"))
    is_direct: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    needs_photo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    hours: Mapped[str] = mapped_column(String(100), default="")
    open_limit: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    revision: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class ServiceForm(Base):
    """One revision of a service's form; append-only. `fields` are as `fields.FormField` reads them."""

    __tablename__ = "concierge_forms"

    item_id: Mapped[int] = mapped_column(ForeignKey("concierge_items.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    fields: Mapped[list[Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int] = mapped_column(BigInt)


class RequestAnswers(Base):
    """What was answered in the form of a request: {key: value}, sealed values apart as encrypted JSON."""

    __tablename__ = "concierge_answers"
    __table_args__ = (
        Index(None, "item_id"),
        ForeignKeyConstraint(
            ["item_id", "revision"],
            ["concierge_forms.item_id", "concierge_forms.revision"],
            name="fk_concierge_answers_form",
        ),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("concierge_items.id"))
    revision: Mapped[int] = mapped_column(SmallInteger)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

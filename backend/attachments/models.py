"""Table of the attachments."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime

NAME_LENGTH = 120


class FileKind(StrEnum):
    """What is taken; the value is the ending of its name."""

    PDF = "pdf"
    OFD = "ofd"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"


class Attachment(Base):
    """One upload. `size` in bytes. `loose_since` says since when nothing owns it; `link_revision` is part of
    its links."""

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint(
            "(owner_kind IS NULL AND owner_id IS NULL AND loose_since IS NOT NULL)"
            " OR (owner_kind IS NOT NULL AND owner_id IS NOT NULL AND loose_since IS NULL)",
            name="owned_or_loose",
        ),
        Index(None, "owner_kind", "owner_id"),
        Index(None, "uploaded_by", "loose_since"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    object_key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    uploaded_by: Mapped[int] = mapped_column(BigInt)
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    owner_kind: Mapped[str | None] = mapped_column(String(40))
    owner_id: Mapped[int | None] = mapped_column(BigInt)
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    loose_since: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    link_revision: Mapped[int] = mapped_column(default=0)

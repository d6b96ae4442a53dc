"""Tables of the photos."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.db import Base, BigInt, UTCDateTime


class PhotoState(StrEnum):
    """Who may be given links: the uploader; whom the owner names; everybody; whom the owner names again."""

    UPLOADED = "uploaded"
    PRIVATE = "private"
    PUBLIC = "public"
    HIDDEN = "hidden"


class Size(StrEnum):
    """The stored sizes of a photo."""

    FULL = "full"
    MEDIUM = "medium"
    THUMB = "thumb"


class PhotoContent(Base):
    """What is, or was, or is about to be stored under `object_key`.

    An upload claims its content before it writes the objects. A content that no photo refers to and nobody
    claimed lately is doomed: its objects are deleted, then the row. Whoever uploads the same picture
    meanwhile gets a new content with an object key of its own.
    """

    __tablename__ = "photo_contents"
    __table_args__ = (
        Index(
            "uq_photo_contents_live",
            "sha256",
            unique=True,
            sqlite_where=text("doomed_at IS NULL"),
            postgresql_where=text("doomed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    object_key: Mapped[str] = mapped_column(String(120), unique=True)
    width: Mapped[int] = mapped_column(SmallInteger)
    height: Mapped[int] = mapped_column(SmallInteger)
    claimed_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    doomed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Photo(Base):
    """One upload. `loose_since` says since when nothing owns it; `link_revision` is part of its links."""

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint(
            "(state = 'uploaded' AND owner_kind IS NULL AND owner_id IS NULL AND loose_since IS NOT NULL)"
            " OR (state <> 'uploaded' AND owner_kind IS NOT NULL AND owner_id IS NOT NULL"
            " AND loose_since IS NULL)",
            name="owned_or_loose",
        ),
        Index(None, "owner_kind", "owner_id"),
        Index(None, "uploaded_by", "loose_since"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("photo_contents.id"), index=True)
    # None: whoever sent it is not to be known (an unnamed reporter).
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10))
    owner_kind: Mapped[str | None] = mapped_column(String(40))
    owner_id: Mapped[int | None] = mapped_column(BigInt)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    loose_since: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    link_revision: Mapped[int] = mapped_column(default=0)

    content: Mapped[PhotoContent] = relationship()

"""Tables of the places."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt


class Campus(Base):
    """A campus (院区) of the compound."""

    __tablename__ = "campuses"

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)


class Building(Base):
    """A building on a campus."""

    __tablename__ = "buildings"
    __table_args__ = (UniqueConstraint("campus_id", "name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    campus_id: Mapped[int] = mapped_column(ForeignKey("campuses.id"), index=True)
    name: Mapped[str] = mapped_column(String(50))

"""Tables of the categories of demands."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, SmallInteger, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt


class Kind(StrEnum):
    """随手拍, 投诉, 建议, and the small services of 微管家."""

    SNAP = "snap"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    SERVICE = "service"


class Anonymity(StrEnum):
    """Whether one may stay unnamed: never, if one likes to, or (the default choice) unless one does not."""

    NEVER = "never"
    ALLOWED = "allowed"
    PREFERRED = "preferred"


class DeadlineClass(StrEnum):
    """涉险, 水电气暖等保障, 一般, 复杂 (rules-and-figures §4, E13); the rules say how long each has."""

    DANGER = "danger"
    UTILITIES = "utilities"
    GENERAL = "general"
    COMPLEX = "complex"


class Category(Base):
    """A category of demands. `code` is its name for machines and for Open311: stable, and unique.

    `words` lead the one door here. Open reports within `radius_m` metres, or at the same place, may be the
    same. `repair_category_id` is what a work order is raised in; property's, hence no foreign key.
    `is_wall_allowed`: handled cases may be shown to everybody if their reporters agree.
    """

    __tablename__ = "report_categories"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    hint: Mapped[str] = mapped_column(String(200), default="")
    words: Mapped[list[Any]] = mapped_column(JSON, default=list)
    anonymity: Mapped[str] = mapped_column(String(10), default=Anonymity.ALLOWED.value)
    deadline: Mapped[str] = mapped_column(String(10), default=DeadlineClass.GENERAL.value)
    radius_m: Mapped[int] = mapped_column(Integer, default=50, server_default=text("50"))
    needs_photo: Mapped[bool] = mapped_column(Boolean, default=False)
    needs_place: Mapped[bool] = mapped_column(Boolean, default=True)
    is_wall_allowed: Mapped[bool] = mapped_column(Boolean, default=True)
    repair_category_id: Mapped[int | None] = mapped_column(BigInt)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("handling_offices.id"))
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())

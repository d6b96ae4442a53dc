"""Tables of the handling offices."""

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt


class Office(Base):
    """A handling office (承办单位): a section, a team or a contractor's desk that answers demands.

    `campus_id` null: for every campus. `contractor_id` is property's, hence no foreign key: by it the figures
    of a contractor's services are told.
    """

    __tablename__ = "handling_offices"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    campus_id: Mapped[int | None] = mapped_column(ForeignKey("campuses.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    contractor_id: Mapped[int | None] = mapped_column(BigInt)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class OfficeMember(Base):
    """Somebody who handles what an office is assigned; a lead (负责人) is told when time runs out."""

    __tablename__ = "office_members"

    office_id: Mapped[int] = mapped_column(ForeignKey("handling_offices.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)
    is_lead: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

"""The table of the rules' versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, BigInt, UTCDateTime


class RuleVersion(Base):
    """One decision about a rule; append-only.

    `scope_id` is 0 for the whole compound. `follows_id` is the newest version of the same rule, scope and
    variant that its author had seen, 0 for the first: unique, so that decisions made at the same time
    cannot both stand. `changed_by` is 0 for the system; the name is kept as it was.
    """

    __tablename__ = "rule_versions"
    __table_args__ = (
        UniqueConstraint(
            *("rule_key", "scope_kind", "scope_id", "variant", "follows_id"), name="uq_rule_versions_follows"
        ),
        Index(
            "ix_rule_versions_effective", *("rule_key", "scope_kind", "scope_id", "variant", "effective_at")
        ),
        CheckConstraint("effective_at >= changed_at", name="not_in_the_past"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    rule_key: Mapped[str] = mapped_column(String(60))
    scope_kind: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[int] = mapped_column(BigInt)
    variant: Mapped[str] = mapped_column(String(20), default="")
    value: Mapped[Any] = mapped_column(JSON)
    effective_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int] = mapped_column(BigInt)
    changed_by_name: Mapped[str] = mapped_column(String(50))
    reason: Mapped[str] = mapped_column(String(200))
    follows_id: Mapped[int] = mapped_column(BigInt, default=0)

"""Counts of what waits, many of them in one statement."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Select, select

from backend.db import db

# A statement that counts: one row with one number.
Count: TypeAlias = Select[Any]


def together(counts: Mapping[str, Count]) -> dict[str, int]:
    """What each of these counts comes to, by its name; one statement, or none for no counts."""
    if not counts:
        return {}
    row = db.session.execute(
        select(*(count.scalar_subquery().label(name) for name, count in counts.items()))
    ).one()
    return {name: number or 0 for name, number in zip(counts, row, strict=True)}


def number(count: Count) -> int:
    """What one count comes to."""
    return db.session.scalar(count) or 0

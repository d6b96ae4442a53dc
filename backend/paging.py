"""A page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from backend.db import db


@dataclass(frozen=True, slots=True)
class Page:
    """Rows `(page - 1) * page_size …` of `total`."""

    rows: Sequence[Any]
    total: int
    page: int
    page_size: int


def paginate(statement: Select[Any], *, page: int, page_size: int, scalars: bool = True) -> Page:
    """One page of an ordered statement, with the count of the whole; two statements."""
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    result = db.session.execute(statement.limit(page_size).offset((page - 1) * page_size))
    rows = result.scalars().all() if scalars else result.all()
    return Page(rows, total, page, page_size)

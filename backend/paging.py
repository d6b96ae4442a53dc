"""A page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from backend.db import db


@dataclass(frozen=True, slots=True)
class Page:
    """Rows `(page - 1) * page_size …` of `total`; `has_more`: of more, which were not counted."""

    rows: Sequence[Any]
    total: int
    page: int
    page_size: int
    has_more: bool = False


def paginate(
    statement: Select[Any], *, page: int, page_size: int, scalars: bool = True, most: int | None = None
) -> Page:
    """One page of an ordered statement, with the count of the whole; two statements.

    A list that grows without end is counted up to `most` rows: what lies beyond is found by filters.
    """
    counted = statement.order_by(None)
    if most is not None:
        counted = counted.limit(most + 1)
    total = db.session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    has_more = most is not None and total > most
    result = db.session.execute(statement.limit(page_size).offset((page - 1) * page_size))
    rows = result.scalars().all() if scalars else result.all()
    return Page(rows, most if has_more and most is not None else total, page, page_size, has_more)

"""Reads of counts, scoped by the actor. Nobody sees the books' figures of a count that is going on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from backend.actor import Actor, Permission
from backend.counting import Count as Counted
from backend.db import db
from backend.paging import Page, paginate
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.purchasing.ingredients.models import Ingredient
from canteen.purchasing.stock import policies, queries
from canteen.purchasing.stock.errors import CountNotFound
from canteen.purchasing.stock.models import Batch, Count, CountLine, CountState


class Which(StrEnum):
    """Which lines of a count: 未盘, 已盘, 有差异."""

    OPEN = "open"
    COUNTED = "counted"
    DIFFERING = "differing"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountView:
    """A count; what differs is known once it was handed in. Surplus and shortage in grams."""

    id: int
    canteen_id: int
    canteen: str
    title: str
    state: str
    opened_at: datetime
    opened_by_name: str
    counted_at: datetime | None
    counted_by_name: str
    decided_at: datetime | None
    decided_by_name: str
    decision: str
    lines: int
    counted: int
    differing: int | None
    surplus_g: int | None
    shortage_g: int | None
    can_decide: bool

    @property
    def number(self) -> str:
        """The number of the count."""
        return policies.count_number(self.id, self.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLineView:
    """A line of a count; while it is going on `book_g` and `difference_g` are None."""

    batch_id: int
    ingredient_id: int
    ingredient: str
    lot: str
    location: str
    counted_g: int | None
    book_g: int | None
    counted_at: datetime | None
    counted_by_name: str
    note: str

    @property
    def batch(self) -> str:
        """The code of the batch."""
        return policies.code_of(self.batch_id)

    @property
    def difference_g(self) -> int | None:
        """What was counted, less what the books said."""
        if self.counted_g is None or self.book_g is None:
            return None
        return self.counted_g - self.book_g


def page_counts(
    actor: Actor, *, canteen_id: int, state: CountState | None = None, page: int = 1, page_size: int = 20
) -> Page:
    """The counts of a canteen, the latest first: CountView. Raises CanteenNotFound."""
    queries.ensure_reads(actor, canteen_id)
    statement = select(Count).where(Count.canteen_id == canteen_id)
    if state is not None:
        statement = statement.where(Count.state == state.value)
    found = paginate(statement.order_by(Count.id.desc()), page=page, page_size=page_size)
    return Page(_views(actor, found.rows), found.total, found.page, found.page_size)


def get_count(actor: Actor, count_id: int) -> CountView:
    """A count within reach. Raises CountNotFound."""
    return _views(actor, [find(actor, count_id, Permission.PURCHASING_READ)])[0]


def find(actor: Actor, count_id: int, permission: Permission) -> Count:
    """The count, if the actor holds the permission for its canteen. Raises CountNotFound."""
    count = db.session.get(Count, count_id)
    if count is None or not covers(actor, permission, menu_queries.get_canteen(count.canteen_id)):
        raise CountNotFound
    return count


def page_lines(
    actor: Actor,
    *,
    count_id: int,
    which: Which | None = None,
    q: str = "",
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The lines of a count by location and ingredient: CountLineView. Raises CountNotFound."""
    count = find(actor, count_id, Permission.PURCHASING_READ)
    is_blind = count.state in (CountState.OPEN, CountState.CANCELLED)
    statement = _lines().where(CountLine.count_id == count_id)
    if which is Which.DIFFERING and is_blind:
        which = Which.COUNTED
    if which is not None:
        statement = statement.where(_CONDITIONS[which])
    if q:
        named = policies.id_of(q)
        statement = statement.where(
            Batch.id == named if named is not None else Ingredient.name.contains(q, autoescape=True)
        )
    found = paginate(
        statement.order_by(Batch.location, Ingredient.name, Batch.id),
        page=page,
        page_size=page_size,
        scalars=False,
    )
    views = [_line_view(row, is_blind=is_blind) for row in found.rows]
    return Page(views, found.total, found.page, found.page_size)


def line_view(count: Count, batch_id: int) -> CountLineView:
    """One line. Raises CountNotFound."""
    row = db.session.execute(
        _lines().where(CountLine.count_id == count.id, CountLine.batch_id == batch_id)
    ).one_or_none()
    if row is None:
        raise CountNotFound
    return _line_view(row, is_blind=count.state == CountState.OPEN)


def counters(count_id: int) -> set[int]:
    """Who counted a line of a count."""
    counted = select(CountLine.counted_by).where(
        CountLine.count_id == count_id, CountLine.counted_by.is_not(None)
    )
    return {person for person in db.session.scalars(counted) if person is not None}


def count_live(canteen_id: int) -> Counted:
    """A count of the counts of a canteen that wait for approval."""
    return (
        select(func.count())
        .select_from(Count)
        .where(Count.canteen_id == canteen_id, Count.state == CountState.COUNTED.value)
    )


_CONDITIONS: dict[Which, ColumnElement[bool]] = {
    Which.OPEN: CountLine.counted_g.is_(None),
    Which.COUNTED: CountLine.counted_g.is_not(None),
    Which.DIFFERING: and_(CountLine.counted_g.is_not(None), CountLine.counted_g != CountLine.book_g),
}


def _lines() -> Select[Any]:
    statement: Select[Any] = select(CountLine).add_columns(
        Batch.id, Batch.ingredient_id, Ingredient.name, Batch.lot, Batch.location
    )
    return statement.join(Batch, Batch.id == CountLine.batch_id).join(
        Ingredient, Ingredient.id == Batch.ingredient_id
    )


def _line_view(row: Any, *, is_blind: bool) -> CountLineView:
    line, batch_id, ingredient_id, ingredient, lot, location = row
    return CountLineView(
        batch_id=batch_id,
        ingredient_id=ingredient_id,
        ingredient=ingredient,
        lot=lot,
        location=location,
        counted_g=line.counted_g,
        book_g=None if is_blind else line.book_g,
        counted_at=line.counted_at,
        counted_by_name=line.counted_by_name,
        note=line.note,
    )


def _views(actor: Actor, found: Sequence[Count]) -> list[CountView]:
    ids = [count.id for count in found]
    delta = CountLine.counted_g - CountLine.book_g
    rows = db.session.execute(
        select(
            CountLine.count_id,
            func.count(),
            func.count(CountLine.counted_g),
            func.count().filter(delta != 0),
            func.coalesce(func.sum(delta).filter(delta > 0), 0),
            func.coalesce(func.sum(-delta).filter(delta < 0), 0),
        )
        .where(CountLine.count_id.in_(ids))
        .group_by(CountLine.count_id)
    )
    sums = {row[0]: tuple(int(each or 0) for each in row[1:]) for row in rows}
    canteens = {
        canteen.id: canteen
        for canteen in db.session.scalars(
            select(Canteen).where(Canteen.id.in_({count.canteen_id for count in found}))
        )
    }
    own = [
        *("id", "canteen_id", "title", "state", "opened_at", "opened_by_name", "counted_at"),
        *("counted_by_name", "decided_at", "decided_by_name", "decision"),
    ]
    views = []
    for count in found:
        lines, counted, *differing = sums.get(count.id, (0, 0, 0, 0, 0))
        is_known = count.state not in (CountState.OPEN, CountState.CANCELLED)
        views.append(
            CountView(
                **{name: getattr(count, name) for name in own},
                canteen=canteens[count.canteen_id].name,
                lines=lines,
                counted=counted,
                differing=differing[0] if is_known else None,
                surplus_g=differing[1] if is_known else None,
                shortage_g=differing[2] if is_known else None,
                can_decide=_can_decide(actor, count, canteens[count.canteen_id]),
            )
        )
    return views


def _can_decide(actor: Actor, count: Count, canteen: Canteen) -> bool:
    return (
        count.state == CountState.COUNTED
        and actor.staff_id not in {count.opened_by, count.counted_by}
        and covers(actor, Permission.PURCHASING_APPROVE, canteen)
        and actor.staff_id not in counters(count.id)
    )

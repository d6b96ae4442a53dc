"""Requests and orders as people see them, scoped by the actor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from backend import clock
from backend.actor import Actor
from backend.db import db
from backend.paging import Page, paginate
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.purchasing.ingredients import queries as ingredient_queries
from canteen.purchasing.ingredients.models import IngredientCategory
from canteen.purchasing.orders import policies
from canteen.purchasing.orders.errors import (
    PurchaseOrderNotFound,
    PurchaseRequestNotFound,
)
from canteen.purchasing.orders.models import (
    EXPECTED,
    OrderState,
    PurchaseLine,
    PurchaseOrder,
    PurchaseRequest,
    RequestOrigin,
    RequestState,
)
from canteen.purchasing.orders.queries import APPROVE, READ, ensure_covers
from canteen.purchasing.suppliers import queries as supplier_queries


@dataclass(frozen=True, slots=True)
class RequestLineView:
    """A line of a request with the names of its ingredient and of the supplier that was cheapest then."""

    id: int
    ingredient_id: int
    ingredient_name: str
    category: IngredientCategory
    needed_g: int
    stock_g: int
    on_order_g: int
    pack_g: int | None
    supplier_id: int | None
    supplier_name: str
    wanted_g: int
    ordered_g: int
    note: str


@dataclass(frozen=True, slots=True)
class MadeOrder:
    """An order that was made from a request."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with its lines and the orders that were made from it."""

    id: int
    number: str
    canteen_id: int
    canteen_name: str
    wanted_on: date
    origin: RequestOrigin
    origin_id: int | None
    state: RequestState
    note: str
    created_at: datetime
    created_by_name: str
    ended_at: datetime | None
    ended_by_name: str
    lines: tuple[RequestLineView, ...]
    orders: tuple[MadeOrder, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of an order; `rest_g` is still expected."""

    id: int
    ingredient_id: int
    ingredient_name: str
    category: IngredientCategory
    pack_g: int
    packs: int
    price_fen: int
    amount_fen: int
    ordered_g: int
    received_g: int
    refused_g: int
    closed_g: int
    rest_g: int
    note: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with its lines; `problems` say why its supplier may not supply now."""

    id: int
    number: str
    canteen_id: int
    canteen_name: str
    supplier_id: int
    supplier_name: str
    problems: tuple[str, ...]
    request_id: int | None
    state: OrderState
    revision: int
    expected_on: date
    is_late: bool
    total_fen: int
    note: str
    created_at: datetime
    created_by_name: str
    submitted_at: datetime | None
    submitted_by_name: str
    decided_at: datetime | None
    decided_by_name: str
    decision: str
    ended_at: datetime | None
    ended_by_name: str
    ended_reason: str
    may_decide: bool
    lines: tuple[LineView, ...]


def page_requests(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    state: RequestState | None = None,
    origin: RequestOrigin | None = None,
    wanted_from: date | None = None,
    wanted_until: date | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of the requests of the canteens that the actor reads, the latest day first.

    Raises CanteenNotFound.
    """
    statement = _of_canteens(actor, select(PurchaseRequest), PurchaseRequest.canteen_id, canteen_id)
    if state is not None:
        statement = statement.where(PurchaseRequest.state == state.value)
    if origin is not None:
        statement = statement.where(PurchaseRequest.origin == origin.value)
    if wanted_from is not None:
        statement = statement.where(PurchaseRequest.wanted_on >= wanted_from)
    if wanted_until is not None:
        statement = statement.where(PurchaseRequest.wanted_on <= wanted_until)
    ordered = statement.order_by(PurchaseRequest.wanted_on.desc(), PurchaseRequest.id.desc())
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(request_views(found.rows), found.total, found.page, found.page_size)


def get_request(actor: Actor, request_id: int) -> RequestView:
    """A request of a canteen that the actor reads. Raises PurchaseRequestNotFound."""
    row = db.session.get(PurchaseRequest, request_id)
    if row is None or not covers(actor, READ, menu_queries.get_canteen(row.canteen_id)):
        raise PurchaseRequestNotFound
    return request_views([row])[0]


def page_orders(
    actor: Actor,
    *,
    canteen_id: int | None = None,
    supplier_id: int | None = None,
    state: OrderState | None = None,
    is_open: bool | None = None,
    is_late: bool | None = None,
    expected_from: date | None = None,
    expected_until: date | None = None,
    q: str = "",
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """A page of the orders of the canteens that the actor reads, the newest first. Raises CanteenNotFound."""
    statement = _of_canteens(actor, select(PurchaseOrder), PurchaseOrder.canteen_id, canteen_id)
    wanted: list[ColumnElement[bool]] = []
    if supplier_id is not None:
        wanted.append(PurchaseOrder.supplier_id == supplier_id)
    if state is not None:
        wanted.append(PurchaseOrder.state == state.value)
    if is_open is not None:
        open_ones = PurchaseOrder.state.in_([state.value for state in EXPECTED])
        wanted.append(open_ones if is_open else ~open_ones)
    if is_late:
        wanted += [
            PurchaseOrder.state == OrderState.APPROVED.value,
            PurchaseOrder.expected_on < clock.today(),
        ]
    if expected_from is not None:
        wanted.append(PurchaseOrder.expected_on >= expected_from)
    if expected_until is not None:
        wanted.append(PurchaseOrder.expected_on <= expected_until)
    if q:
        wanted.append(PurchaseOrder.number.contains(q, autoescape=True))
    found = paginate(
        statement.where(*wanted).order_by(PurchaseOrder.id.desc()), page=page, page_size=page_size
    )
    return Page(order_views(actor, found.rows), found.total, found.page, found.page_size)


def get_order(actor: Actor, order_id: int) -> OrderView:
    """An order of a canteen that the actor reads. Raises PurchaseOrderNotFound."""
    row = db.session.get(PurchaseOrder, order_id)
    canteen = menu_queries.get_canteen(row.canteen_id) if row is not None else None
    if row is None or canteen is None or not covers(actor, READ, canteen):
        raise PurchaseOrderNotFound
    return order_views(actor, [row], [canteen])[0]


def expected(actor: Actor, canteen_id: int) -> list[OrderView]:
    """The approved orders of a canteen that still wait for something, by the day; for who receives.

    Raises CanteenNotFound.
    """
    ensure_covers(actor, READ, canteen_id)
    rows = db.session.scalars(
        select(PurchaseOrder)
        .where(PurchaseOrder.canteen_id == canteen_id, PurchaseOrder.state == OrderState.APPROVED.value)
        .order_by(PurchaseOrder.expected_on, PurchaseOrder.id)
    ).all()
    return order_views(actor, rows)


def request_views(rows: Sequence[PurchaseRequest]) -> list[RequestView]:
    """Requests as people see them; four statements."""
    found = ingredient_queries.ingredients({line.ingredient_id for row in rows for line in row.lines})
    suppliers = supplier_queries.names({line.supplier_id or 0 for row in rows for line in row.lines})
    canteens = _canteen_names({row.canteen_id for row in rows})
    made = db.session.execute(
        select(PurchaseOrder.request_id, PurchaseOrder.id, PurchaseOrder.number)
        .where(PurchaseOrder.request_id.in_([row.id for row in rows]))
        .order_by(PurchaseOrder.id)
    ).all()
    return [
        RequestView(
            id=row.id,
            number=row.number,
            canteen_id=row.canteen_id,
            canteen_name=canteens.get(row.canteen_id, ""),
            wanted_on=row.wanted_on,
            origin=RequestOrigin(row.origin),
            origin_id=row.origin_id,
            state=RequestState(row.state),
            note=row.note,
            created_at=row.created_at,
            created_by_name=row.created_by_name,
            ended_at=row.ended_at,
            ended_by_name=row.ended_by_name,
            lines=tuple(
                RequestLineView(
                    id=line.id,
                    ingredient_id=line.ingredient_id,
                    ingredient_name=found[line.ingredient_id].name,
                    category=found[line.ingredient_id].category,
                    needed_g=line.needed_g,
                    stock_g=line.stock_g,
                    on_order_g=line.on_order_g,
                    pack_g=line.pack_g,
                    supplier_id=line.supplier_id,
                    supplier_name=suppliers.get(line.supplier_id or 0, ""),
                    wanted_g=line.wanted_g,
                    ordered_g=line.ordered_g,
                    note=line.note,
                )
                for line in row.lines
            ),
            orders=tuple(MadeOrder(one.id, one.number) for one in made if one.request_id == row.id),
        )
        for row in rows
    ]


def order_views(
    actor: Actor, rows: Sequence[PurchaseOrder], canteens: Sequence[Canteen] = ()
) -> list[OrderView]:
    """Orders as people see them; five statements or so. `canteens` are theirs, where they are at hand."""
    found = ingredient_queries.ingredients({line.ingredient_id for row in rows for line in row.lines})
    suppliers = supplier_queries.views({row.supplier_id for row in rows})
    of_id = {one.id: one for one in canteens or _canteens({row.canteen_id for row in rows})}
    reach, today = actor.reach(APPROVE), clock.today()
    return [
        OrderView(
            **{name: getattr(row, name) for name in _SAME},
            canteen_name=of_id[row.canteen_id].name,
            supplier_name=suppliers[row.supplier_id].name,
            problems=suppliers[row.supplier_id].problems,
            state=OrderState(row.state),
            is_late=row.state == OrderState.APPROVED and row.expected_on < today,
            may_decide=policies.may_decide(actor, row)
            and reach.covers(campus_id=of_id[row.canteen_id].campus_id, canteen_id=row.canteen_id),
            lines=tuple(_line_view(line, found) for line in row.lines),
        )
        for row in rows
    ]


_SAME = (
    *("id", "number", "canteen_id", "supplier_id", "request_id", "revision", "expected_on", "total_fen"),
    *("note", "created_at", "created_by_name", "submitted_at", "submitted_by_name", "decided_at"),
    *("decided_by_name", "decision", "ended_at", "ended_by_name", "ended_reason"),
)


def _line_view(line: PurchaseLine, found: Mapping[int, ingredient_queries.IngredientView]) -> LineView:
    return LineView(
        id=line.id,
        ingredient_id=line.ingredient_id,
        ingredient_name=found[line.ingredient_id].name,
        category=found[line.ingredient_id].category,
        pack_g=line.pack_g,
        packs=line.packs,
        price_fen=line.price_fen,
        amount_fen=line.packs * line.price_fen,
        ordered_g=line.ordered_g,
        received_g=line.received_g,
        refused_g=line.refused_g,
        closed_g=line.closed_g,
        rest_g=policies.rest_g(line.ordered_g, line.received_g, line.closed_g),
        note=line.note,
    )


def _canteens(ids: Collection[int]) -> Sequence[Canteen]:
    return db.session.scalars(select(Canteen).where(Canteen.id.in_(ids))).all() if ids else []


def _canteen_names(ids: Collection[int]) -> dict[int, str]:
    return {one.id: one.name for one in _canteens(ids)}


def _of_canteens(actor: Actor, statement: Select[Any], column: Any, canteen_id: int | None) -> Select[Any]:
    if canteen_id is not None:
        ensure_covers(actor, READ, canteen_id)
        return statement.where(column == canteen_id)
    return statement.where(column.in_(select(Canteen.id).where(menu_queries.readable(actor, READ))))

"""Reads of receipts (进货查验记录), scoped by the actor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.db import db
from backend.media import queries as media_queries
from backend.media.links import PhotoLinks
from backend.paging import Page, paginate
from canteen.menu import queries as menu_queries
from canteen.menu.models import Canteen
from canteen.menu.policies import covers
from canteen.purchasing.orders.models import PurchaseLine, PurchaseOrder
from canteen.purchasing.stock import policies, queries
from canteen.purchasing.stock.errors import ReceiptNotFound
from canteen.purchasing.stock.models import Batch, Receipt, ReceiptLine, ReceiptState


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """A certificate of a line; `photo` is None where only its number was taken down."""

    kind: str
    number: str
    photo_id: int | None
    photo: PhotoLinks | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of a receipt; `batch_id` is the batch that it became."""

    id: int
    position: int
    order_line_id: int | None
    ingredient_id: int
    name: str
    spec: str
    brand: str
    packs: int | None
    gross_g: int
    tare_g: int
    net_g: int
    cost_fen: int
    lot: str
    produced_on: date | None
    shelf_days: int | None
    expires_on: date | None
    temperature_dc: int | None
    appearance: str
    certificates: Sequence[CertificateView]
    location: str
    is_accepted: bool
    refusal: str
    batch_id: int | None

    @property
    def batch(self) -> str | None:
        """The code of the batch."""
        return policies.code_of(self.batch_id) if self.batch_id is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """A receipt. `total_fen` is what was accepted, or of a waiting one what is to be."""

    id: int
    canteen_id: int
    canteen: str
    order_id: int | None
    order_number: str | None
    supplier_id: int | None
    supplier_name: str
    supplier_address: str
    supplier_contact: str
    purchased_on: date
    state: str
    received_at: datetime
    received_by: int
    received_by_name: str
    checked_at: datetime | None
    checked_by_name: str
    note: str
    reason: str
    lines: Sequence[LineView]

    @property
    def number(self) -> str:
        """The number of the receipt."""
        return policies.receipt_number(self.id, self.received_at)

    @property
    def total_fen(self) -> int:
        """What the accepted lines cost."""
        return sum(line.cost_fen for line in self.lines if line.is_accepted)

    @property
    def accepted_g(self) -> int:
        """The net weight of the accepted lines."""
        return sum(line.net_g for line in self.lines if line.is_accepted)

    @property
    def refused(self) -> int:
        """How many lines were refused."""
        return sum(not line.is_accepted for line in self.lines)


def page_receipts(
    actor: Actor,
    *,
    canteen_id: int,
    state: ReceiptState | None = None,
    supplier_id: int | None = None,
    order_id: int | None = None,
    q: str = "",
    from_date: date | None = None,
    to_date: date | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page:
    """The receipts of a canteen, the latest first: ReceiptView. Raises CanteenNotFound."""
    queries.ensure_reads(actor, canteen_id)
    statement = select(Receipt).where(Receipt.canteen_id == canteen_id)
    if state is not None:
        statement = statement.where(Receipt.state == state.value)
    if supplier_id is not None:
        statement = statement.where(Receipt.supplier_id == supplier_id)
    if order_id is not None:
        statement = statement.where(Receipt.order_id == order_id)
    if q:
        named = select(ReceiptLine.receipt_id).where(
            or_(ReceiptLine.name.contains(q, autoescape=True), ReceiptLine.lot.contains(q, autoescape=True))
        )
        statement = statement.where(
            or_(Receipt.supplier_name.contains(q, autoescape=True), Receipt.id.in_(named))
        )
    if from_date is not None:
        statement = statement.where(Receipt.received_at >= clock.at_local(from_date, time.min))
    if to_date is not None:
        statement = statement.where(
            Receipt.received_at < clock.at_local(to_date + timedelta(days=1), time.min)
        )
    ordered = statement.order_by(Receipt.received_at.desc(), Receipt.id.desc()).options(
        selectinload(Receipt.lines)
    )
    found = paginate(ordered, page=page, page_size=page_size)
    return Page(_views(found.rows), found.total, found.page, found.page_size)


def between(canteen_id: int, from_on: date, until_on: date) -> list[ReceiptView]:
    """The receipts of both days and those between, the earliest first; unscoped."""
    statement = (
        select(Receipt)
        .where(
            Receipt.canteen_id == canteen_id,
            Receipt.received_at >= clock.at_local(from_on, time.min),
            Receipt.received_at < clock.at_local(until_on + timedelta(days=1), time.min),
        )
        .order_by(Receipt.received_at, Receipt.id)
        .options(selectinload(Receipt.lines))
    )
    return _views(db.session.scalars(statement).all())


def get_receipt(actor: Actor, receipt_id: int) -> ReceiptView:
    """A receipt within reach. Raises ReceiptNotFound."""
    find(actor, receipt_id, Permission.PURCHASING_READ)
    return views_of([receipt_id])[0]


def views_of(receipt_ids: Collection[int]) -> list[ReceiptView]:
    """These receipts by rising id, unscoped."""
    statement = (
        select(Receipt)
        .where(Receipt.id.in_(receipt_ids))
        .order_by(Receipt.id)
        .options(selectinload(Receipt.lines))
    )
    return _views(db.session.scalars(statement).all())


def find(actor: Actor, receipt_id: int, permission: Permission) -> Receipt:
    """The receipt, if the actor holds the permission for its canteen. Raises ReceiptNotFound."""
    receipt = db.session.get(Receipt, receipt_id)
    if receipt is None or not covers(actor, permission, menu_queries.get_canteen(receipt.canteen_id)):
        raise ReceiptNotFound
    return receipt


def receipt_of_line(line_id: int) -> int:
    """The receipt that has a line. Raises ReceiptNotFound."""
    receipt_id = db.session.scalar(select(ReceiptLine.receipt_id).where(ReceiptLine.id == line_id))
    if receipt_id is None:
        raise ReceiptNotFound
    return receipt_id


def order_lines(line_ids: Collection[int]) -> dict[int, tuple[PurchaseLine, PurchaseOrder]]:
    """Lines of orders with their orders, by the line. One statement."""
    if not line_ids:
        return {}
    rows = db.session.execute(
        select(PurchaseLine, PurchaseOrder)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(PurchaseLine.id.in_(line_ids))
    )
    return {line.id: (line, order) for line, order in rows}


def count_waiting(canteen_id: int) -> Count:
    """A count of the receipts that wait for a second person."""
    return (
        select(func.count())
        .select_from(Receipt)
        .where(Receipt.canteen_id == canteen_id, Receipt.state == ReceiptState.WAITING.value)
    )


def _views(receipts: Sequence[Receipt]) -> list[ReceiptView]:
    line_ids = [line.id for receipt in receipts for line in receipt.lines]
    batches = dict(
        db.session.execute(
            select(Batch.receipt_line_id, Batch.id).where(Batch.receipt_line_id.in_(line_ids))
        ).all()
    )
    photos = {
        one["photo_id"]
        for receipt in receipts
        for line in receipt.lines
        for one in line.certificates
        if one["photo_id"] is not None
    }
    links = media_queries.links(photos)
    order_ids = {receipt.order_id for receipt in receipts if receipt.order_id is not None}
    numbers = dict(
        db.session.execute(
            select(PurchaseOrder.id, PurchaseOrder.number).where(PurchaseOrder.id.in_(order_ids))
        ).all()
    )
    canteens = dict(
        db.session.execute(
            select(Canteen.id, Canteen.name).where(
                Canteen.id.in_({receipt.canteen_id for receipt in receipts})
            )
        ).all()
    )
    own = [
        *("id", "canteen_id", "order_id", "supplier_id", "supplier_name", "supplier_address"),
        *("supplier_contact", "purchased_on", "state", "received_at", "received_by", "received_by_name"),
        *("checked_at", "checked_by_name", "note", "reason"),
    ]
    return [
        ReceiptView(
            **{name: getattr(receipt, name) for name in own},
            canteen=canteens[receipt.canteen_id],
            order_number=numbers.get(receipt.order_id) if receipt.order_id is not None else None,
            lines=[_line_view(line, batches.get(line.id), links) for line in receipt.lines],
        )
        for receipt in receipts
    ]


def _line_view(line: ReceiptLine, batch_id: int | None, links: dict[int, PhotoLinks]) -> LineView:
    own: list[str] = [
        *("id", "position", "order_line_id", "ingredient_id", "name", "spec", "brand", "packs", "gross_g"),
        *("tare_g", "net_g", "cost_fen", "lot", "produced_on", "shelf_days", "expires_on"),
        *("temperature_dc", "appearance", "location", "is_accepted", "refusal"),
    ]
    values: dict[str, Any] = {name: getattr(line, name) for name in own}
    return LineView(
        **values,
        certificates=[
            CertificateView(
                kind=one["kind"],
                number=one["number"],
                photo_id=one["photo_id"],
                photo=links.get(one["photo_id"]) if one["photo_id"] is not None else None,
            )
            for one in line.certificates
        ],
        batch_id=batch_id,
    )

"""What comes into a canteen's store (进货查验), and counts of what lies there (盘点)."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from canteen.purchasing.stock import (
    counting,
    counts,
    documents,
    queries,
    receipts,
    receiving,
)
from canteen.purchasing.stock.count_schemas import (
    CountDecisionIn,
    CountedIn,
    CountIn,
    CountLineOut,
    CountLinesQuery,
    CountOut,
    CountsQuery,
    HandInIn,
)
from canteen.purchasing.stock.receipt_schemas import (
    GoodsCertificateIn,
    ReceiptCheckIn,
    ReceiptIn,
    ReceiptOut,
    ReceiptsQuery,
)
from canteen.purchasing.stock.schemas import (
    ReasonIn,
)

blueprint = Blueprint("kitchen_receiving", __name__, description="仓储：验收、盘点")

PDF = "application/pdf"
_READ, _RECORD = Permission.PURCHASING_READ, Permission.STOCK_RECORD
_APPROVE = Permission.PURCHASING_APPROVE


# Receipts


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/receipts",
    permission=_READ,
    query=ReceiptsQuery,
    out=ReceiptOut,
    many=True,
)
def list_receipts(actor: Actor, query: dict[str, Any]) -> Any:
    """The receipts of a canteen, the latest first"""
    return receipts.page_receipts(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/receipts/<id:receipt_id>",
    permission=_READ,
    out=ReceiptOut,
)
def get_receipt(actor: Actor, receipt_id: int) -> Any:
    """A receipt"""
    return receipts.get_receipt(actor, receipt_id)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/receipts",
    permission=_RECORD,
    body=ReceiptIn,
    out=ReceiptOut,
    status=201,
)
def receive(actor: Actor, body: dict[str, Any]) -> Any:
    """Take goods in (进货查验): in store at once, or after a second person's check"""
    return receiving.receive(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/receipts/<id:receipt_id>/check",
    permission=_RECORD,
    body=ReceiptCheckIn,
    out=ReceiptOut,
)
def check_receipt(actor: Actor, receipt_id: int, body: dict[str, Any]) -> Any:
    """Decide as the second person: into store, or back to the supplier"""
    return receiving.check(actor, receipt_id=receipt_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/receipts/<id:receipt_id>/void",
    permission=_APPROVE,
    body=ReasonIn,
    out=ReceiptOut,
)
def void_receipt(actor: Actor, receipt_id: int, body: dict[str, Any]) -> Any:
    """Take a receipt back of which nothing was moved yet"""
    return receiving.void(actor, receipt_id=receipt_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/receipt-lines/<id:line_id>/certificates",
    permission=_RECORD,
    body=GoodsCertificateIn,
    out=ReceiptOut,
    status=201,
)
def add_certificate(actor: Actor, line_id: int, body: Any) -> Any:
    """Add a certificate that came later"""
    return receiving.add_certificate(actor, line_id=line_id, certificate=body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/receipts/<id:receipt_id>/labels",
    permission=_READ,
    file=PDF,
)
def print_labels(actor: Actor, receipt_id: int) -> File:
    """The labels of a receipt's batches, one a page"""
    receipt = receipts.get_receipt(actor, receipt_id)
    ids = [line.batch_id for line in receipt.lines if line.batch_id is not None]
    return File(documents.labels_pdf(queries.views_of(ids)), f"批次标签{receipt.number}.pdf")


# Counts


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/counts",
    permission=_READ,
    query=CountsQuery,
    out=CountOut,
    many=True,
)
def list_counts(actor: Actor, query: dict[str, Any]) -> Any:
    """The counts of a canteen, the latest first"""
    return counts.page_counts(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/counts/<id:count_id>",
    permission=_READ,
    out=CountOut,
)
def get_count(actor: Actor, count_id: int) -> Any:
    """A count"""
    return counts.get_count(actor, count_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/counts/<id:count_id>/lines",
    permission=_READ,
    query=CountLinesQuery,
    out=CountLineOut,
    many=True,
)
def list_count_lines(actor: Actor, count_id: int, query: dict[str, Any]) -> Any:
    """The lines of a count; the books' figures once it was handed in"""
    return counts.page_lines(actor, count_id=count_id, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/counts",
    permission=_RECORD,
    body=CountIn,
    out=CountOut,
    status=201,
)
def open_count(actor: Actor, body: dict[str, Any]) -> Any:
    """Open a count"""
    return counting.open_count(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/stock/counts/<id:count_id>/batches/<id:batch_id>",
    permission=_RECORD,
    body=CountedIn,
    out=CountLineOut,
)
def count_batch(actor: Actor, count_id: int, batch_id: int, body: dict[str, Any]) -> Any:
    """Write down what lies of a batch; again, to mend it"""
    return counting.count_batch(actor, count_id=count_id, batch_id=batch_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/counts/<id:count_id>/hand-in",
    permission=_RECORD,
    body=HandInIn,
    out=CountOut,
)
def hand_in_count(actor: Actor, count_id: int, body: dict[str, Any]) -> Any:
    """End the counting: the differences wait for approval"""
    return counting.hand_in(actor, count_id=count_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/counts/<id:count_id>/decide",
    permission=_APPROVE,
    body=CountDecisionIn,
    out=CountOut,
)
def decide_count(actor: Actor, count_id: int, body: dict[str, Any]) -> Any:
    """Approve the differences, which the books follow then, or reject the count"""
    return counting.decide(actor, count_id=count_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/counts/<id:count_id>/cancel",
    permission=_RECORD,
    body=ReasonIn,
    out=CountOut,
)
def cancel_count(actor: Actor, count_id: int, body: dict[str, Any]) -> Any:
    """Give up a count that is going on"""
    return counting.cancel(actor, count_id=count_id, **body)

"""The store of a canteen: batches, issues, losses, inventory."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE as XLSX
from backend.http import endpoint
from canteen.purchasing.stock import (
    documents,
    listing,
    overview,
    queries,
    services,
)
from canteen.purchasing.stock.schemas import (
    BatchesQuery,
    BatchIn,
    BatchOut,
    CanteenQuery,
    InventoryQuery,
    LocationIn,
    LossIn,
    MonthlyOut,
    ReasonIn,
    StockedOut,
    StockIssueIn,
    StockMonthQuery,
    StockMovementOut,
    StockMovementsQuery,
    StockOverviewOut,
    StockReturnIn,
)

blueprint = Blueprint("kitchen_stock", __name__, description="仓储：批次、领用、报损、库存")

PDF = "application/pdf"
_READ, _RECORD = Permission.PURCHASING_READ, Permission.STOCK_RECORD
_APPROVE = Permission.PURCHASING_APPROVE


# Batches


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/batches",
    permission=_READ,
    query=BatchesQuery,
    out=BatchOut,
    many=True,
)
def list_batches(actor: Actor, query: dict[str, Any]) -> Any:
    """The batches of a canteen, in the order of use"""
    return queries.page_batches(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/batches/<id:batch_id>",
    permission=_READ,
    out=BatchOut,
)
def get_batch(actor: Actor, batch_id: int) -> Any:
    """A batch"""
    return queries.get_batch(actor, batch_id)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/batches/codes/<string:code>",
    permission=_READ,
    out=BatchOut,
)
def scan_batch(actor: Actor, code: str) -> Any:
    """The batch whose code was scanned or typed"""
    return queries.batch_by_code(actor, code)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/batches",
    permission=_APPROVE,
    body=BatchIn,
    out=BatchOut,
    status=201,
)
def open_batch(actor: Actor, body: dict[str, Any]) -> Any:
    """Take into the books what was in store before they were opened"""
    return services.open_batch(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/canteen/stock/batches/<id:batch_id>/location",
    permission=_RECORD,
    body=LocationIn,
    out=BatchOut,
)
def relocate_batch(actor: Actor, batch_id: int, body: dict[str, Any]) -> Any:
    """Say where a batch lies"""
    return services.relocate(actor, batch_id=batch_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/batches/<id:batch_id>/block",
    permission=_RECORD,
    body=ReasonIn,
    out=BatchOut,
)
def block_batch(actor: Actor, batch_id: int, body: dict[str, Any]) -> Any:
    """Block a batch: nothing is issued of it"""
    return services.block(actor, batch_id=batch_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/batches/<id:batch_id>/unblock",
    permission=_APPROVE,
    body=ReasonIn,
    out=BatchOut,
)
def unblock_batch(actor: Actor, batch_id: int, body: dict[str, Any]) -> Any:
    """Let go of a batch that the store has blocked"""
    return services.unblock(actor, batch_id=batch_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/batches/<id:batch_id>/losses",
    permission=_RECORD,
    body=LossIn,
    out=StockMovementOut,
    status=201,
)
def write_off(actor: Actor, batch_id: int, body: dict[str, Any]) -> Any:
    """Write off grams of a batch, or all that is left"""
    return services.write_off(actor, batch_id=batch_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/batches/<id:batch_id>/label",
    permission=_READ,
    file=PDF,
)
def print_label(actor: Actor, batch_id: int) -> File:
    """The label of a batch, 62 × 40 mm"""
    batch = queries.get_batch(actor, batch_id)
    return File(documents.labels_pdf([batch]), f"批次标签{batch.code}.pdf")


# Issues


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/issues",
    permission=_RECORD,
    body=StockIssueIn,
    out=StockMovementOut,
    many=True,
    status=201,
)
def issue(actor: Actor, body: dict[str, Any]) -> Any:
    """Issue ingredients to the kitchen, first expired first: all of the lines or none"""
    return services.issue(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/movements",
    permission=_READ,
    query=StockMovementsQuery,
    out=StockMovementOut,
    many=True,
)
def list_movements(actor: Actor, query: dict[str, Any]) -> Any:
    """What came, went and was corrected, the latest first"""
    return listing.page_movements(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/movements/<id:movement_id>/returns",
    permission=_RECORD,
    body=StockReturnIn,
    out=StockMovementOut,
    status=201,
)
def give_back(actor: Actor, movement_id: int, body: dict[str, Any]) -> Any:
    """Bring back to store what an issue did not use"""
    return services.give_back(actor, movement_id=movement_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/stock/movements/<id:movement_id>/void",
    permission=_RECORD,
    body=ReasonIn,
    out=StockMovementOut,
    status=201,
)
def void_movement(actor: Actor, movement_id: int, body: dict[str, Any]) -> Any:
    """Take back an issue, a return or a loss that was a mistake"""
    return services.void(actor, movement_id=movement_id, **body)


# The inventory


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/overview",
    permission=_READ,
    query=CanteenQuery,
    out=StockOverviewOut,
)
def get_overview(actor: Actor, query: dict[str, Any]) -> Any:
    """A canteen's store today, and what waits for somebody"""
    return overview.overview(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/inventory",
    permission=_READ,
    query=InventoryQuery,
    out=StockedOut,
    many=True,
)
def list_inventory(actor: Actor, query: dict[str, Any]) -> Any:
    """What a canteen has, or should have, of each ingredient"""
    return overview.inventory(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/inventory/export",
    permission=_READ,
    query=CanteenQuery,
    file=XLSX,
)
def export_inventory(actor: Actor, query: dict[str, Any]) -> File:
    """The inventory as an Excel sheet"""
    canteen, rows = overview.whole_inventory(actor, **query)
    return File(documents.inventory_workbook(canteen.name, rows), f"{canteen.name}库存.xlsx")


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/monthly",
    permission=_READ,
    query=StockMonthQuery,
    out=MonthlyOut,
    many=True,
)
def get_monthly(actor: Actor, query: dict[str, Any]) -> Any:
    """What came and went in a month (进销存), ingredient by ingredient"""
    return overview.monthly(actor, **query)[1]


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/monthly/export",
    permission=_READ,
    query=StockMonthQuery,
    file=XLSX,
)
def export_monthly(actor: Actor, query: dict[str, Any]) -> File:
    """The same as an Excel sheet"""
    canteen, rows = overview.monthly(actor, **query)
    month = query["month"]
    return File(
        documents.monthly_workbook(canteen.name, month, rows), f"{canteen.name}进销存{month:%Y-%m}.xlsx"
    )


@endpoint(
    blueprint,
    "GET",
    "/canteen/stock/monthly/print",
    permission=_READ,
    query=StockMonthQuery,
    file=PDF,
)
def print_monthly(actor: Actor, query: dict[str, Any]) -> File:
    """The same as a form to sign"""
    canteen, rows = overview.monthly(actor, **query)
    month = query["month"]
    printed = documents.monthly_pdf(canteen.name, month, rows, printed_by=actor.name)
    return File(printed, f"{canteen.name}进销存{month:%Y-%m}.pdf")

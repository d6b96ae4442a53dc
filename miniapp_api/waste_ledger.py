"""厨余垃圾台账, and the loads that collectors took."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.http import endpoint
from canteen.bulletins.ledger import documents, queries, services
from canteen.bulletins.ledger.schemas import HandOversQuery, WasteLedgerOut, WasteLedgerQuery
from canteen.food_safety.ledgers import services as hand_overs
from canteen.food_safety.ledgers.schemas import HandOverIn, HandOverOut, HandOverVoidIn

blueprint = Blueprint("waste_ledger", __name__, description="厨余垃圾台账")

PDF: Final = "application/pdf"
XLSX: Final = MEDIA_TYPE
_LEDGER = "/canteen/admin/waste-ledger"
_LOADS = "/canteen/admin/hand-overs"


@endpoint(
    blueprint,
    "GET",
    _LEDGER,
    permission=Permission.CANTEEN_READ,
    query=WasteLedgerQuery,
    out=WasteLedgerOut,
)
def get_waste_ledger(actor: Actor, query: dict[str, Any]) -> Any:
    """What a canteen threw away day by day"""
    return queries.get_ledger(actor, **query)


@endpoint(
    blueprint,
    "GET",
    f"{_LEDGER}/pdf",
    permission=Permission.CANTEEN_READ,
    query=WasteLedgerQuery,
    file=PDF,
)
def get_waste_ledger_pdf(actor: Actor, query: dict[str, Any]) -> File:
    """The form to sign and file"""
    ledger = services.export(actor, **query, media="pdf")
    content = documents.ledger_pdf(ledger, printed_by=actor.name)
    return File(content, f"{documents.ledger_title(ledger)}.pdf", PDF)


@endpoint(
    blueprint,
    "GET",
    f"{_LEDGER}/xlsx",
    permission=Permission.CANTEEN_READ,
    query=WasteLedgerQuery,
    file=XLSX,
)
def get_waste_ledger_xlsx(actor: Actor, query: dict[str, Any]) -> File:
    """The same as a workbook"""
    ledger = services.export(actor, **query, media="xlsx")
    return File(documents.ledger_workbook(ledger), f"{documents.ledger_title(ledger)}.xlsx", XLSX)


@endpoint(
    blueprint,
    "GET",
    _LOADS,
    permission=Permission.WASTE_RECORD,
    query=HandOversQuery,
    out=HandOverOut,
    many=True,
)
def list_hand_overs(actor: Actor, query: dict[str, Any]) -> Any:
    """A month's loads, the latest first"""
    return queries.page_hand_overs(actor, **query)


@endpoint(
    blueprint,
    "POST",
    _LOADS,
    permission=Permission.WASTE_RECORD,
    body=HandOverIn,
    out=HandOverOut,
    status=201,
)
def record_hand_over(actor: Actor, body: dict[str, Any]) -> Any:
    """Record a load that a collector took"""
    return hand_overs.hand_over(actor, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_LOADS}/<id:hand_over_id>/void",
    permission=Permission.WASTE_RECORD,
    body=HandOverVoidIn,
    out=HandOverOut,
)
def void_hand_over(actor: Actor, hand_over_id: int, body: dict[str, Any]) -> Any:
    """Take a load back that was recorded by mistake"""
    return hand_overs.void_hand_over(actor, hand_over_id=hand_over_id, **body)

"""Who an unnamed reporter is: opened by two keepers together, once."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.wire import PageQuery
from feedback.reports.seals import queries, services
from feedback.reports.seals.schemas import SealAskIn, SealDecideIn, SealedNameOut, SealRequestOut

blueprint = Blueprint("report_seals", __name__, description="匿名身份保管")

UNSEAL = Permission.REPORTS_UNSEAL
REQUESTS = "/feedback/seal-requests"


@endpoint(blueprint, "GET", REQUESTS, permission=UNSEAL, query=PageQuery, out=SealRequestOut, many=True)
def list_seal_requests(actor: Actor, query: dict[str, Any]) -> Any:
    """The wishes to open a seal, the newest first"""
    return queries.page_requests(actor, **query)


@endpoint(blueprint, "POST", REQUESTS, permission=UNSEAL, body=SealAskIn, out=SealRequestOut, status=201)
def ask_for_seal(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask to know who an unnamed reporter is"""
    return services.ask(actor, **body)


@endpoint(
    blueprint,
    "POST",
    f"{REQUESTS}/<id:request_id>/decide",
    permission=UNSEAL,
    body=SealDecideIn,
    out=SealRequestOut,
)
def decide_on_seal(actor: Actor, request_id: int, body: dict[str, Any]) -> Any:
    """Decide what another keeper asked for"""
    return services.decide(actor, request_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{REQUESTS}/<id:request_id>/look",
    permission=UNSEAL,
    out=SealedNameOut,
    keeps_answer=False,
)
def look_behind_seal(actor: Actor, request_id: int) -> Any:
    """The name, once and within a day, for who asked; recorded, and told to the reporter"""
    return services.look(actor, request_id)

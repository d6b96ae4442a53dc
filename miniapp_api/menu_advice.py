"""智慧菜单: suggested weeks, which a person adopts as drafts or lays aside."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.advice.weeks import queries, services
from canteen.advice.weeks.schemas import (
    AdoptedOut,
    AdoptionIn,
    DismissalIn,
    MenuProposalIn,
    MenuProposalOut,
    MenuProposalRowOut,
    MenuProposalsQuery,
)

blueprint = Blueprint("menu_advice", __name__, description="智慧菜单")

BASE = "/canteen/menu-proposals"
ONE = f"{BASE}/<id:proposal_id>"


@endpoint(
    blueprint,
    "POST",
    "/canteen/canteens/<id:canteen_id>/menu-proposals",
    permission=Permission.CANTEEN_MANAGE,
    body=MenuProposalIn,
    out=MenuProposalOut,
    status=201,
)
def suggest_week(actor: Actor, canteen_id: int, body: dict[str, Any]) -> Any:
    """Suggest a week's menus; nothing changes until somebody adopts it"""
    return services.keep(actor, services.suggest(actor, canteen_id=canteen_id, **body))


@endpoint(
    blueprint,
    "GET",
    BASE,
    permission=Permission.CANTEEN_READ,
    query=MenuProposalsQuery,
    out=MenuProposalRowOut,
    many=True,
)
def list_proposals(actor: Actor, query: dict[str, Any]) -> Any:
    """The suggested weeks of the canteens within reach, the latest week first"""
    return queries.page_proposals(actor, **query)


@endpoint(blueprint, "GET", ONE, permission=Permission.CANTEEN_READ, out=MenuProposalOut)
def get_proposal(actor: Actor, proposal_id: int) -> Any:
    """A suggested week with its reasons and what it would change"""
    return queries.get_proposal(actor, proposal_id)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/adoption",
    permission=Permission.CANTEEN_MANAGE,
    body=AdoptionIn,
    out=AdoptedOut,
)
def adopt_proposal(actor: Actor, proposal_id: int, body: dict[str, Any]) -> Any:
    """Make drafts of a suggested week, or of some of its meals"""
    return services.adopt(actor, proposal_id=proposal_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{ONE}/dismissal",
    permission=Permission.CANTEEN_MANAGE,
    body=DismissalIn,
    out=MenuProposalRowOut,
)
def dismiss_proposal(actor: Actor, proposal_id: int, body: dict[str, Any]) -> Any:
    """Lay a suggested week aside"""
    return services.dismiss(actor, proposal_id=proposal_id, **body)

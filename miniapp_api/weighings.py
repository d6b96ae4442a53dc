"""Weighings: batches of scales and gateways, and what managers decide about them."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.devices.policies import SignedRequest
from backend.endpoints import DEVICE
from backend.http import endpoint
from canteen.waste import queries, services
from canteen.waste.schemas import (
    QuarantineQuery,
    WeighingCorrectionIn,
    WeighingDecisionIn,
    WeighingOut,
    WeighingsIn,
    WeighingsQuery,
    WeighingsTakenOut,
)

blueprint = Blueprint("weighings", __name__, description="食物称重")


@endpoint(
    blueprint,
    "POST",
    "/devices/weighings",
    permission=DEVICE,
    body=WeighingsIn,
    out=WeighingsTakenOut,
)
def post_weighings(device: SignedRequest, body: dict[str, Any]) -> Any:
    """Send up to 1,000 events; each of them is answered for itself, and repeating it changes nothing"""
    return services.ingest(device, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/waste/quarantine",
    permission=Permission.WASTE_MANAGE,
    query=QuarantineQuery,
    out=WeighingOut,
    many=True,
)
def list_quarantined(actor: Actor, query: dict[str, Any]) -> Any:
    """The weighings that wait for a decision, the latest first"""
    return queries.list_quarantined(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/waste/quarantine/<id:weighing_id>/release",
    permission=Permission.WASTE_MANAGE,
    body=WeighingCorrectionIn,
    out=WeighingOut,
)
def release(actor: Actor, weighing_id: int, body: dict[str, Any]) -> Any:
    """Let a quarantined weighing count, as it is or corrected; answers with what counts now"""
    return services.release(actor, weighing_id=weighing_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/waste/quarantine/<id:weighing_id>/discard",
    permission=Permission.WASTE_MANAGE,
    body=WeighingDecisionIn,
    out=WeighingOut,
)
def discard(actor: Actor, weighing_id: int, body: dict[str, Any]) -> Any:
    """Decide that a quarantined weighing never counts"""
    return services.discard(actor, weighing_id=weighing_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/canteen/waste/weighings",
    permission=Permission.WASTE_MANAGE,
    query=WeighingsQuery,
    out=WeighingOut,
    many=True,
)
def list_weighings(actor: Actor, query: dict[str, Any]) -> Any:
    """The weighings of a canteen's day, the latest first"""
    return queries.list_weighings(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/canteen/waste/weighings/<id:weighing_id>/void",
    permission=Permission.WASTE_MANAGE,
    body=WeighingDecisionIn,
    out=WeighingOut,
)
def take_back(actor: Actor, weighing_id: int, body: dict[str, Any]) -> Any:
    """Take back a weighing that counts"""
    return services.take_back(actor, weighing_id=weighing_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/canteen/waste/weighings/<id:weighing_id>/correct",
    permission=Permission.WASTE_MANAGE,
    body=WeighingCorrectionIn,
    out=WeighingOut,
)
def correct(actor: Actor, weighing_id: int, body: dict[str, Any]) -> Any:
    """Put other grams or another meal in the place of a weighing that counts"""
    return services.correct(actor, weighing_id=weighing_id, **body)

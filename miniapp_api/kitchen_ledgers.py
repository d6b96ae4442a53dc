"""Ledgers of food safety: additives, and what collectors took away."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from canteen.food_safety.ledgers import queries, services
from canteen.food_safety.ledgers.schemas import (
    AdditiveChangeIn,
    AdditiveIn,
    AdditiveOut,
    AdditivesQuery,
    AdditiveUseIn,
    AdditiveUseOut,
    AdditiveUsesQuery,
    AdditiveUseVoidIn,
    HandOverIn,
    HandOverOut,
    HandOverPhotosOut,
    HandOverVoidIn,
    LedgerHandOversQuery,
)

blueprint = Blueprint("kitchen_ledgers", __name__, description="食品安全台账")

_ROOT: Final = "/canteen/ledgers"
# Who records sees what is to be recorded, too: each query asks for either permission.
_READ: Final = Permission.SELF
_RECORD: Final = Permission.SAFETY_RECORD
_MANAGE: Final = Permission.SAFETY_MANAGE


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/additives",
    permission=_READ,
    query=AdditivesQuery,
    out=AdditiveOut,
    many=True,
)
def list_additives(actor: Actor, query: dict[str, Any]) -> Any:
    """The additives on a canteen's list"""
    return queries.list_additives(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/additives",
    permission=_MANAGE,
    body=AdditiveIn,
    out=AdditiveOut,
    status=201,
)
def add_additive(actor: Actor, body: dict[str, Any]) -> Any:
    """Put an additive on a canteen's list"""
    return services.add_additive(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{_ROOT}/additives/<id:additive_id>",
    permission=_MANAGE,
    body=AdditiveChangeIn,
    out=AdditiveOut,
)
def change_additive(actor: Actor, additive_id: int, body: dict[str, Any]) -> Any:
    """Describe an additive anew; uses keep what it was"""
    return services.change_additive(actor, additive_id=additive_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/additive-uses",
    permission=_READ,
    query=AdditiveUsesQuery,
    out=AdditiveUseOut,
    many=True,
)
def list_additive_uses(actor: Actor, query: dict[str, Any]) -> Any:
    """What was used, the latest first"""
    return queries.page_uses(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/additive-uses",
    permission=_RECORD,
    body=AdditiveUseIn,
    out=AdditiveUseOut,
    status=201,
)
def use_additive(actor: Actor, body: dict[str, Any]) -> Any:
    """Record that so much of an additive went into so much food"""
    return services.use_additive(actor, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/additive-uses/<id:use_id>/void",
    permission=_RECORD,
    body=AdditiveUseVoidIn,
    out=AdditiveUseOut,
)
def void_additive_use(actor: Actor, use_id: int, body: dict[str, Any]) -> Any:
    """Take a use back that was recorded by mistake"""
    return services.void_use(actor, use_id=use_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/hand-overs",
    permission=_READ,
    query=LedgerHandOversQuery,
    out=HandOverOut,
    many=True,
)
def list_loads(actor: Actor, query: dict[str, Any]) -> Any:
    """The loads that collectors took, the latest first"""
    return queries.page_hand_overs(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/hand-overs",
    permission=_RECORD,
    body=HandOverIn,
    out=HandOverOut,
    status=201,
)
def record_load(actor: Actor, body: dict[str, Any]) -> Any:
    """Record a load; the 厨余垃圾台账 shows the same one"""
    return services.hand_over(actor, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/hand-overs/<id:hand_over_id>/void",
    permission=_RECORD,
    body=HandOverVoidIn,
    out=HandOverOut,
)
def void_load(actor: Actor, hand_over_id: int, body: dict[str, Any]) -> Any:
    """Take a load back that was recorded by mistake"""
    return services.void_hand_over(actor, hand_over_id=hand_over_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/hand-overs/<id:hand_over_id>/photos",
    permission=_READ,
    out=HandOverPhotosOut,
)
def get_load_photos(actor: Actor, hand_over_id: int) -> Any:
    """The photos of a load"""
    return {"photos": queries.photos_of(actor, hand_over_id)}

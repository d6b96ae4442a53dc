"""The contractors and their contracts."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from property.contractors import queries, services
from property.contractors.schemas import (
    ContractChangeIn,
    ContractIn,
    ContractorChangeIn,
    ContractorIn,
    ContractorOut,
    ContractorsQuery,
    ContractOut,
    ContractsQuery,
)

blueprint = Blueprint("contractors", __name__, description="服务商和合同")

READ, MANAGE = Permission.CONTRACTORS_READ, Permission.CONTRACTORS_MANAGE


@endpoint(
    blueprint,
    "GET",
    "/property/contractors",
    permission=READ,
    query=ContractorsQuery,
    out=ContractorOut,
    many=True,
)
def list_contractors(actor: Actor, query: dict[str, Any]) -> Any:
    """The contractors within one's reach"""
    return queries.page_contractors(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/contractors",
    permission=MANAGE,
    body=ContractorIn,
    out=ContractorOut,
    status=201,
)
def create_contractor(actor: Actor, body: dict[str, Any]) -> Any:
    """Register a contractor"""
    return services.create_contractor(actor, **body)


@endpoint(blueprint, "GET", "/property/contractors/<id:contractor_id>", permission=READ, out=ContractorOut)
def get_contractor(actor: Actor, contractor_id: int) -> Any:
    """One contractor"""
    return queries.get_contractor(actor, contractor_id)


@endpoint(
    blueprint,
    "PUT",
    "/property/contractors/<id:contractor_id>",
    permission=MANAGE,
    body=ContractorChangeIn,
    out=ContractorOut,
)
def change_contractor(actor: Actor, contractor_id: int, body: dict[str, Any]) -> Any:
    """Change what is known of a contractor, or take it out of use"""
    return services.change_contractor(actor, contractor_id=contractor_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/contracts",
    permission=READ,
    query=ContractsQuery,
    out=ContractOut,
    many=True,
)
def list_contracts(actor: Actor, query: dict[str, Any]) -> Any:
    """The contracts within one's reach, what ends first at the head"""
    return queries.page_contracts(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/contracts",
    permission=MANAGE,
    body=ContractIn,
    out=ContractOut,
    status=201,
)
def create_contract(actor: Actor, body: dict[str, Any]) -> Any:
    """Register a contract"""
    return services.create_contract(actor, **body)


@endpoint(blueprint, "GET", "/property/contracts/<id:contract_id>", permission=READ, out=ContractOut)
def get_contract(actor: Actor, contract_id: int) -> Any:
    """One contract"""
    return queries.get_contract(actor, contract_id)


@endpoint(
    blueprint,
    "PUT",
    "/property/contracts/<id:contract_id>",
    permission=MANAGE,
    body=ContractChangeIn,
    out=ContractOut,
)
def change_contract(actor: Actor, contract_id: int, body: dict[str, Any]) -> Any:
    """Let a contract say something else; months that are locked keep what they were counted by"""
    return services.change_contract(actor, contract_id=contract_id, **body)

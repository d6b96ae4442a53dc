"""Writes of contractors and contracts, within an open unit of work."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from backend import clock
from backend.actor import Actor
from backend.db import db, unit
from backend.places import queries as place_queries
from backend.refusals import refusing_clashes
from property.categories import queries as category_queries
from property.contractors import policies
from property.contractors.errors import ContractNumberTaken, ContractorNameTaken, ScopeUnknown
from property.contractors.models import Contract, Contractor, ContractScope
from property.contractors.policies import Scope


def add_contractor(**columns: Any) -> Contractor:
    """A new contractor. Raises ContractorNameTaken."""
    unit()
    added = Contractor(**columns)
    with refusing_clashes(ContractorNameTaken(name=columns["name"])):
        db.session.add(added)
    return added


def change_contractor(of: Contractor, **columns: Any) -> None:
    """Let a contractor be called, or be, something else. Raises ContractorNameTaken."""
    unit()
    with refusing_clashes(ContractorNameTaken(name=columns["name"])):
        for name, value in columns.items():
            setattr(of, name, value)


def add_contract(actor: Actor, scopes: Sequence[Scope], **columns: Any) -> Contract:
    """A new contract with its scopes. Raises ContractSpanInvalid, ScopeUnknown or ContractNumberTaken."""
    unit()
    policies.ensure_span(columns["from_on"], columns["until_on"])
    added = Contract(**columns, created_at=clock.now(), created_by=actor.staff_id)
    with refusing_clashes(ContractNumberTaken(number=columns["number"])):
        db.session.add(added)
    _set_scopes(added.id, scopes)
    return added


def change_contract(of: Contract, scopes: Sequence[Scope], **columns: Any) -> None:
    """Let a contract say something else; months that are locked keep what they were counted by.

    Raises ContractSpanInvalid, ScopeUnknown or ContractNumberTaken.
    """
    unit()
    policies.ensure_span(columns["from_on"], columns["until_on"])
    with refusing_clashes(ContractNumberTaken(number=columns["number"])):
        for name, value in columns.items():
            setattr(of, name, value)
    unit().execute(delete(ContractScope).where(ContractScope.contract_id == of.id))
    _set_scopes(of.id, scopes)


def _set_scopes(contract_id: int, scopes: Sequence[Scope]) -> None:
    _ensure_known(scopes)
    db.session.add_all(
        ContractScope(
            contract_id=contract_id,
            service=scope.service.value,
            place_kind=scope.place.kind.value if scope.place else None,
            place_id=scope.place.id if scope.place else None,
            category_id=scope.category_id,
        )
        for scope in dict.fromkeys(scopes)
    )
    db.session.flush()


def _ensure_known(scopes: Sequence[Scope]) -> None:
    """Places and categories are never deleted, so that looking first is enough. Raises ScopeUnknown."""
    places = {scope.place for scope in scopes if scope.place is not None}
    categories = {scope.category_id for scope in scopes if scope.category_id is not None}
    if len(place_queries.paths(places)) < len(places):
        raise ScopeUnknown
    if categories and not categories <= category_queries.names().keys():
        raise ScopeUnknown

"""Granting a role: identity keeps the grant; what it may name beside places is the modules' to know."""

from collections.abc import Callable, Mapping
from typing import Final

from backend.actor import Actor, ScopeKind
from backend.errors import NotFound
from backend.identity.roles import services as role_services
from backend.identity.roles.errors import ScopeInvalid
from backend.identity.roles.queries import GrantView
from canteen.evaluation.units import queries as unit_queries
from canteen.menu import queries as menu_queries
from property.contractors import queries as contractor_queries

# What knows whether a place that is not identity's own exists: it raises NotFound.
_LOOK_UPS: Final[Mapping[ScopeKind, Callable[[int], object]]] = {
    ScopeKind.CANTEEN: menu_queries.get_canteen,
    ScopeKind.UNIT: unit_queries.find_unit,
    ScopeKind.CONTRACTOR: contractor_queries.find_contractor,
}


def grant_role(
    actor: Actor, *, staff_id: int, role: str, scope_kind: ScopeKind, scope_id: int = 0
) -> GrantView:
    """Give an active member of staff a role within a scope that exists.

    What it names is never deleted, so that looking first is enough. Raises ScopeInvalid, and what
    identity's use case raises.
    """
    look_up = _LOOK_UPS.get(scope_kind)
    if look_up is not None:
        try:
            look_up(scope_id)
        except NotFound as unknown:
            raise ScopeInvalid from unknown
    return role_services.grant_role(
        actor, staff_id=staff_id, role=role, scope_kind=scope_kind, scope_id=scope_id
    )

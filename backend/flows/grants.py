"""Granting a role: identity keeps the grant, and the canteen that it may name is the canteen's to know."""

from backend.actor import Actor, ScopeKind
from backend.errors import NotFound
from backend.identity.roles import services as role_services
from backend.identity.roles.errors import ScopeInvalid
from backend.identity.roles.queries import GrantView
from canteen.menu import queries as menu_queries


def grant_role(
    actor: Actor, *, staff_id: int, role: str, scope_kind: ScopeKind, scope_id: int = 0
) -> GrantView:
    """Give an active member of staff a role within a scope that exists.

    Canteens are never deleted, so that looking first is enough. Raises ScopeInvalid, and what identity's
    use case raises.
    """
    if scope_kind is ScopeKind.CANTEEN:
        try:
            menu_queries.get_canteen(scope_id)
        except NotFound as unknown:
            raise ScopeInvalid from unknown
    return role_services.grant_role(
        actor, staff_id=staff_id, role=role, scope_kind=scope_kind, scope_id=scope_id
    )

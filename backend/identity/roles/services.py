"""Use cases of grants."""

from backend import clock
from backend.actor import Actor, Permission, ScopeKind, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.identity import operations as identity_operations
from backend.identity import queries as identity_queries
from backend.identity.errors import StaffNotActive
from backend.identity.models import RoleGrant, StaffStatus
from backend.identity.roles import policies, queries
from backend.identity.roles.errors import GrantExists, ScopeInvalid
from backend.identity.roles.queries import GrantView
from backend.identity.second_factor import queries as second_factor_queries
from backend.refusals import refusing_clashes


@atomic
def grant_role(
    actor: Actor, *, staff_id: int, role: str, scope_kind: ScopeKind, scope_id: int = 0
) -> GrantView:
    """Give an active member of staff a role within a scope; their sessions end.

    Raises Forbidden, RecentProofRequired, StaffNotFound, StaffNotActive, UnknownRole, ScopeInvalid or
    GrantExists.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    second_factor_queries.ensure_proved(actor)
    policies.ensure_scope(scope_kind, scope_id)
    given = queries.find_role(role)
    if not queries.place_exists(scope_kind, scope_id):
        raise ScopeInvalid
    if identity_queries.lock_staff(staff_id).status != StaffStatus.ACTIVE:
        raise StaffNotActive
    grant = RoleGrant(
        staff_id=staff_id,
        role=given,
        scope_kind=scope_kind.value,
        scope_id=scope_id,
        granted_at=clock.now(),
        granted_by=actor.staff_id,
    )
    with refusing_clashes(GrantExists()):
        db.session.add(grant)
    _changed(actor, "identity.role_granted", grant)
    return queries.grant_view(grant)


@atomic
def revoke_role(actor: Actor, *, staff_id: int, grant_id: int) -> None:
    """Take a grant away; the member of staff's sessions end.

    Raises Forbidden, RecentProofRequired, StaffNotFound, GrantNotFound or LastAdministrator.
    """
    ensure_everywhere(actor, Permission.IDENTITY_MANAGE)
    second_factor_queries.ensure_proved(actor)
    identity_queries.lock_staff(staff_id)
    grant = queries.find_grant(staff_id, grant_id)
    with identity_operations.keeping_an_administrator([staff_id]):
        db.session.delete(grant)
        _changed(actor, "identity.role_revoked", grant)


def _changed(actor: Actor, action: str, grant: RoleGrant) -> None:
    ended = identity_operations.end_sessions(grant.staff_id)
    record(
        actor,
        action,
        "staff",
        grant.staff_id,
        role=grant.role.code,
        scope_kind=grant.scope_kind,
        scope_id=grant.scope_id,
        sessions_ended=ended,
    )

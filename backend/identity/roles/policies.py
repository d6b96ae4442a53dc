"""Rules of grants: pure functions."""

from backend.actor import ScopeKind
from backend.identity.roles.errors import ScopeInvalid


def ensure_scope(kind: ScopeKind, scope_id: int) -> None:
    """The whole compound has no identifier, every other scope has one. Raises ScopeInvalid."""
    if (kind is ScopeKind.COMPOUND) != (scope_id == 0):
        raise ScopeInvalid

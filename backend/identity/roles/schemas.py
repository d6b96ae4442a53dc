"""Wire shapes of roles and grants."""

from backend.actor import ScopeKind
from backend.wire import Choice, Id, In, Instant, Int, Many, Out, Str


class RoleOut(Out):
    """A role and what it permits."""

    code = Str()
    name = Str()
    permissions = Many(Str())


class GrantIn(In):
    """A role and where it holds; the whole compound has `scope_id` 0."""

    role = Str(required=True, min_length=1, max_length=40)
    scope_kind = Choice(ScopeKind, required=True)
    scope_id = Int(minimum=0, load_default=0)


class GrantOut(Out):
    """A grant. `granted_by` 0 is the system."""

    id = Id()
    role = Str()
    role_name = Str()
    scope_kind = Str()
    scope_id = Int(minimum=0)
    granted_at = Instant()
    granted_by = Int(minimum=0)

"""Wire shapes of Open311's keys; what Open311 itself says has a form of its own."""

from backend.wire import Bool, Id, In, Instant, Int, Out, Str
from feedback.reports.open311.models import NAME_LENGTH


class ClientKeyIn(In):
    """Whose key it is."""

    name = Str(required=True, min_length=2, max_length=NAME_LENGTH)


class NewClientKeyOut(Out):
    """The key, told this once."""

    id = Id()
    name = Str()
    key = Str()


class ClientKeyOut(Out):
    """A key, without itself."""

    id = Id()
    name = Str()
    is_active = Bool()
    created_at = Instant()
    created_by_name = Str()
    revoked_at = Instant(allow_none=True)
    submissions = Int()

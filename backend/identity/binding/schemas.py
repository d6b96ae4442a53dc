"""Wire shapes of binding."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from backend.identity.models import BindRequestState
from backend.identity.schemas import ProfileOut
from backend.wire import Bool, Choice, Id, In, Instant, Int, Out, PageQuery, Part, Str


class BindIn(In):
    """A bind ticket with either a phone code, or a staff number and the name that belongs to it."""

    bind_ticket = Str(required=True, min_length=1, max_length=100)
    phone_code = Str(min_length=1, max_length=512)
    staff_no = Str(min_length=1, max_length=20)
    name = Str(min_length=1, max_length=50)

    @validates_schema
    def check_way(self, data: dict[str, Any], **_: Any) -> None:
        """One way or the other; a name alone never binds."""
        given = {name for name in ("phone_code", "staff_no", "name") if name in data}
        if given not in ({"phone_code"}, {"staff_no", "name"}):
            raise ValidationError("请提供手机号凭证，或同时提供工号和姓名")


class BindOut(Out):
    """Bound and logged in (`token`, `user`), or waiting for an administrator (`request_id`, `state`)."""

    token = Str()
    user = Part(ProfileOut)
    must_change_password = Bool()
    request_id = Str()
    state = Choice(BindRequestState)


class BindRequestsQuery(PageQuery):
    """Which requests."""

    state = Choice(BindRequestState)


class BindRequestOut(Out):
    """A request as an administrator sees it. With `is_rebinding` the present account would be replaced."""

    id = Id()
    reference = Str()
    provider = Str()
    staff_id = Id()
    staff_no = Str()
    name = Str()
    staff_status = Str()
    department = Str(max_length=1000)
    is_rebinding = Bool()
    state = Str()
    asked_at = Instant()
    decided_at = Instant(allow_none=True)
    decided_by = Int(minimum=0, allow_none=True)

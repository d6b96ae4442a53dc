"""Wire shapes of coming and going."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from backend.identity.policies import PASSWORD
from backend.identity.schemas import ProfileOut
from backend.wire import Bool, Id, In, Instant, Int, Out, Part, Str

_REQUIRED = "必填"


class LoginIn(In):
    """A login: `app` and `code` of a provider outside, or `staff_no` and `password`.

    Whoever has a second factor gives `second_factor_code` with the password.
    """

    provider = Str(required=True, min_length=1, max_length=20)
    app = Str(load_default="default", min_length=1, max_length=40)
    code = Str(min_length=1, max_length=512)
    staff_no = Str(min_length=1, max_length=20)
    password = Str(min_length=1, max_length=128, load_only=True)
    second_factor_code = Str(load_default="", max_length=20, load_only=True)

    @validates_schema
    def check_proof(self, data: dict[str, Any], **_: Any) -> None:
        """Every provider has its own proof."""
        needed = ("staff_no", "password") if data.get("provider") == PASSWORD else ("code",)
        missing = {name: [_REQUIRED] for name in needed if name not in data}
        if missing:
            raise ValidationError(missing)


class PasswordChangeIn(In):
    """One's own password, old and new."""

    old_password = Str(required=True, min_length=1, max_length=128, load_only=True)
    new_password = Str(required=True, min_length=1, max_length=128, load_only=True)


class LoginOut(Out):
    """Logged in (`token`, `user`), or an account that is bound to nobody (`bind_ticket`)."""

    token = Str()
    user = Part(ProfileOut)
    must_change_password = Bool()
    bind_ticket = Str()
    expires_at = Instant()


class SessionOut(Out):
    """A session of one's own."""

    id = Id()
    kind = Str()
    stage = Str()
    provider = Str()
    device = Str()
    device_name = Str()
    opened_at = Instant()
    seen_at = Instant()
    expires_at = Instant()
    is_current = Bool()


class EndedOut(Out):
    """How many sessions have ended."""

    sessions_ended = Int(minimum=0)

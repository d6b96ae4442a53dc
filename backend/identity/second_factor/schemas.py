"""Wire shapes of the second factor."""

from backend.wire import In, Many, Out, Str


class FactorCodeIn(In):
    """What the authenticator app shows, or a recovery code where one will do."""

    code = Str(required=True, min_length=1, max_length=40, load_only=True)


class RecoveryCodesOut(Out):
    """Codes that are told once, each good for one login without the phone."""

    recovery_codes = Many(Str())

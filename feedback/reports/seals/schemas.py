"""Wire shapes of the seals."""

from backend.wire import Bool, Id, In, Instant, Out, Str


class SealAskIn(In):
    """Of which report, and why."""

    report_id = Id(required=True)
    reason = Str(required=True, min_length=5, max_length=500)


class SealDecideIn(In):
    """Whether, and a word with it."""

    is_granted = Bool(required=True)
    text = Str(load_default="", max_length=500)


class SealRequestOut(Out):
    """A wish to open a seal; never whom it is about."""

    id = Id(required=True, attribute="request.id")
    report_id = Id(required=True, attribute="request.report_id")
    number = Str(required=True)
    reason = Str(required=True, attribute="request.reason")
    state = Str(required=True)
    state_name = Str(required=True)
    asked_by_name = Str(required=True)
    asked_at = Instant(required=True, attribute="request.asked_at")
    decided_by_name = Str(required=True)
    decided_at = Instant(allow_none=True, attribute="request.decided_at")
    text = Str(required=True, attribute="request.text")
    looked_at = Instant(allow_none=True, attribute="request.looked_at")
    look_until = Instant(allow_none=True)
    can_decide = Bool(required=True)
    can_look = Bool(required=True)


class SealedNameOut(Out):
    """Who an unnamed reporter is; shown once."""

    name = Str(required=True)
    staff_no = Str(required=True)
    department_name = Str(required=True)

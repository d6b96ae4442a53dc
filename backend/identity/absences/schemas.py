"""Wire shapes of absences."""

from backend.identity.absences.models import LONGEST_REASON, AbsenceKind, AbsenceState, Half
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str


class AbsenceIn(In):
    """From a half of one day to a half of another, both included; without halves, whole days."""

    kind = Choice(AbsenceKind, required=True)
    from_on = Date(required=True, data_key="from_date")
    from_half = Choice(Half, load_default=Half.AM)
    until_on = Date(required=True, data_key="until_date")
    until_half = Choice(Half, load_default=Half.PM)
    reason = Str(max_length=LONGEST_REASON, load_default="")


class AbsenceRecordIn(AbsenceIn):
    """An absence that was approved elsewhere."""

    staff_no = Str(required=True, min_length=1, max_length=20)


class AbsenceApprovalIn(In):
    """What the approver adds, if anything."""

    answer = Str(max_length=LONGEST_REASON, load_default="")


class AbsenceAnswerIn(In):
    """Why it is rejected or revoked."""

    answer = Str(required=True, min_length=1, max_length=LONGEST_REASON)


class OwnAbsencesQuery(PageQuery):
    """Which of one's own."""

    state = Choice(AbsenceState)


class AbsencesQuery(PageQuery):
    """Which absences; those that touch the days [from_date, until_date], departments with what is below."""

    state = Choice(AbsenceState)
    kind = Choice(AbsenceKind)
    department_id = Id()
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    q = Str(max_length=50, load_default="")


class AbsenceOut(Out):
    """An absence as its person sees it; [from_at, until_at) is what it covers, `span` says it in words."""

    id = Id()
    kind = Str()
    from_on = Date(data_key="from_date")
    from_half = Str()
    until_on = Date(data_key="until_date")
    until_half = Str()
    from_at = Instant()
    until_at = Instant()
    span = Str()
    state = Str()
    source = Str()
    reason = Str()
    answer = Str()
    filed_at = Instant()
    decided_at = Instant(allow_none=True)
    may_withdraw = Bool()


class ManagedAbsenceOut(AbsenceOut):
    """An absence as an approver sees it."""

    staff_id = Id()
    staff_no = Str()
    staff_name = Str()
    department = Str()
    decided_by = Str()
    may_decide = Bool()


class TouchedOrderOut(Out):
    """An order within an absence."""

    order_id = Id()
    number = Str()
    canteen = Str()
    date = Date()
    period = Str()
    total_fen = Int()


class AbsenceDecisionOut(Out):
    """An approved absence; the orders that were cancelled with it, and those that it was too late for."""

    absence = Part(ManagedAbsenceOut)
    cancelled = Many(Part(TouchedOrderOut), maximum=10_000)
    kept = Many(Part(TouchedOrderOut), maximum=10_000)


class AbsencesImportedOut(Out):
    """How many rows were new and how many were there already, and what became of orders."""

    created = Int()
    unchanged = Int()
    orders_cancelled = Int()
    orders_kept = Int()
    refunded_fen = Int()


class OrderWithinOut(Out):
    """An order of one's own within an absence: cancelled with it, or in whatever state it is."""

    order_id = Id()
    number = Str()
    canteen = Str()
    date = Date()
    period = Str()
    total_fen = Int()
    state = Str()

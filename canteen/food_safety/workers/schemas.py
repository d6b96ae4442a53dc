"""Wire shapes of kitchen workers. Temperatures are tenths of a degree."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str
from canteen.food_safety.workers.models import Basis, Outcome, Shift
from canteen.food_safety.workers.policies import CertificateState, Found

LEAST_DC, MOST_DC = 340, 430


class KitchenWorkersQuery(PageQuery):
    """Which workers."""

    canteen_id = Id()
    is_active = Bool()
    certificate_state = Choice(CertificateState)


class NewWorkerIn(In):
    """Somebody who works in a kitchen; a member of staff by their id."""

    canteen_id = Id(required=True)
    name = Str(required=True, min_length=1, max_length=50)
    job = Str(max_length=30, load_default="")
    staff_id = Id(allow_none=True)


class KitchenWorkerIn(In):
    """What is known of a worker."""

    name = Str(required=True, min_length=1, max_length=50)
    job = Str(required=True, max_length=30)
    is_active = Bool(required=True)


class HealthNoticeIn(In):
    """On what ground the worker was told."""

    basis = Choice(Basis, required=True)


class HealthCertificateIn(In):
    """A health certificate; it is valid through `valid_until`."""

    number = Str(required=True, min_length=2, max_length=40)
    issuer = Str(max_length=100, load_default="")
    issued_on = Date(required=True)
    valid_until = Date(required=True)
    photo_id = Id(allow_none=True)


class SafetyReasonIn(In):
    """Why."""

    reason = Str(required=True, min_length=2, max_length=200)


class WorkerCheckIn(In):
    """What was found of one worker: the temperature is measured, never assumed."""

    worker_id = Id(required=True)
    temperature_dc = Int(required=True, minimum=LEAST_DC, maximum=MOST_DC)
    symptoms = Many(Int(minimum=0, maximum=12), required=True, maximum=13)
    note = Str(max_length=100, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Found:
        """As the use case takes it."""
        return Found(**data)


class WorkerChecksIn(In):
    """A shift's sheet, or a part of it."""

    canteen_id = Id(required=True)
    shift = Choice(Shift, required=True)
    items = Many(Part(WorkerCheckIn), required=True, minimum=1, maximum=200)


class CheckSheetQuery(Query):
    """Whose sheet; of today unless a day is given."""

    canteen_id = Id(required=True)
    shift = Choice(Shift, required=True)
    on = Date(data_key="date")


class ChecksQuery(PageQuery):
    """Which checks; `open` for those whose block nobody has cleared."""

    canteen_id = Id(required=True)
    from_date = Date()
    to_date = Date()
    outcome = Choice(Outcome)
    open_only = Bool(data_key="open", load_default=False)


class CheckStatisticsQuery(Query):
    """Of which days, both included."""

    canteen_id = Id()
    from_date = Date(required=True)
    to_date = Date(required=True)


class DutyIn(In):
    """Who is put at their post for a shift of today."""

    worker_id = Id(required=True)
    shift = Choice(Shift, required=True)
    post = Str(max_length=30, load_default="")


class DutiesQuery(PageQuery):
    """Of which day."""

    canteen_id = Id(required=True)
    on = Date(required=True, data_key="date")


class HealthCertificateOut(Out):
    """A certificate; of its number the end alone."""

    id = Id()
    number_masked = Str()
    issuer = Str()
    issued_on = Date()
    valid_until = Date()
    state = Str()
    photo = Part(PhotoLinksOut, allow_none=True)


class HealthNoticeNotedOut(Out):
    """What the worker was told, and when."""

    basis = Str()
    basis_name = Str()
    version = Str()
    at = Instant()


class KitchenWorkerOut(Out):
    """A worker."""

    id = Id()
    canteen_id = Id()
    canteen_name = Str()
    staff_id = Id(allow_none=True)
    name = Str()
    job = Str()
    is_active = Bool()
    notice = Part(HealthNoticeNotedOut, allow_none=True)
    certificate = Part(HealthCertificateOut, allow_none=True)
    certificate_state = Str()
    is_blocked = Bool()
    certificates = Many(Part(HealthCertificateOut))


class HealthNoticeOut(Out):
    """The text that workers are shown."""

    version = Str()
    text = Str(max_length=1000)


class MorningCheckOut(Out):
    """A check: what it came to, and nothing of health."""

    id = Id()
    canteen_id = Id()
    worker_id = Id()
    name = Str()
    job = Str()
    date = Date()
    shift = Str()
    shift_name = Str()
    outcome = Str()
    outcome_name = Str()
    checked_at = Instant()
    checked_by_name = Str()
    is_cleared = Bool()
    cleared_at = Instant(allow_none=True)
    cleared_by_name = Str()


class ChecksTakenOut(Out):
    """How a sheet ended."""

    fit = Int()
    blocked = Int()
    checks = Many(Part(MorningCheckOut))


class SymptomOut(Out):
    """A code of the check."""

    code = Int()
    name = Str()


class KitchenDutyOut(Out):
    """A worker at their post."""

    id = Id()
    canteen_id = Id()
    worker_id = Id()
    name = Str()
    date = Date()
    shift = Str()
    shift_name = Str()
    post = Str()
    begun_at = Instant()
    ended_at = Instant(allow_none=True)


class UnfitOut(Out):
    """Why a worker may not be at their post."""

    code = Str()
    text = Str()


class CheckSheetWorkerOut(Out):
    """A line of the sheet."""

    worker_id = Id()
    name = Str()
    job = Str()
    has_notice = Bool()
    certificate_state = Str()
    certificate_until = Date(allow_none=True)
    check = Part(MorningCheckOut, allow_none=True)
    is_fit = Bool()
    unfit = Many(Part(UnfitOut))
    duty = Part(KitchenDutyOut, allow_none=True)


class CheckSheetOut(Out):
    """Everybody of a kitchen before a shift."""

    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    shift = Str()
    shift_name = Str()
    fever_dc = Int()
    symptoms = Many(Part(SymptomOut))
    unchecked = Int()
    workers = Many(Part(CheckSheetWorkerOut))


class CheckDetailsOut(Out):
    """What a check found."""

    temperature_dc = Int()
    symptoms = Many(Part(SymptomOut))
    note = Str()
    clearance = Str()


class CheckDayOut(Out):
    """How the checks of a day ended."""

    date = Date()
    checks = Int()
    fit = Int()
    blocked = Int()


class CheckStatisticsOut(Out):
    """How checks ended, without a name."""

    checks = Int()
    fit = Int()
    blocked = Int()
    cleared = Int()
    days = Many(Part(CheckDayOut))

"""Wire shapes of the months. Points, shares and per cents are numbers of at most one decimal."""

from backend.scoresheets.schemas import ScoreReasonOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Many,
    Month,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    Tenths,
)
from property.assessments.deductions.schemas import DeductionOut
from property.assessments.models import TEXT_LENGTH, LineSource, VersionState
from property.contractors.schemas import PaymentBandOut


class AssessmentsQuery(PageQuery):
    """Which months; the state is that of their latest version."""

    month = Month()
    contractor_id = Id()
    contract_id = Id()
    state = Choice(VersionState)


class AssessmentVersionQuery(Query):
    """Which version; the latest without a number."""

    number = Int(minimum=1, maximum=999, load_default=None)


class ContractorScoresQuery(PageQuery):
    """The months of a year, or all."""

    year = Int(minimum=2000, maximum=2999, load_default=None)


class AssessmentIn(In):
    """Which contract's month to open."""

    contract_id = Id(required=True)
    month = Month(required=True)


class AssessmentExclusionIn(In):
    """Whether an item does not apply this month, and why."""

    item_id = Id(required=True)
    is_excluded = Bool(load_default=True)
    reason = Str(load_default="", max_length=TEXT_LENGTH)


class AssessmentLockIn(In):
    """The revision that was read."""

    revision = Int(required=True, minimum=1)


class AssessmentCorrectionIn(In):
    """Why a locked month is corrected; with the figures that it has, or new ones."""

    reason = Str(required=True, min_length=1, max_length=TEXT_LENGTH)
    is_measured_anew = Bool(load_default=False)


class AssessmentItemOut(Out):
    """An item of a month; `base` before deductions, `score` after them, null where it does not apply."""

    item_id = Id()
    number = Str()
    level1 = Str()
    level2 = Str()
    level3 = Str()
    scoring = Str()
    points = Tenths()
    source = Choice(LineSource)
    source_name = Str()
    may_be_inapplicable = Bool()
    numerator = Int(allow_none=True)
    denominator = Int(allow_none=True)
    text = Str()
    base = Tenths(allow_none=True)
    taken = Tenths()
    score = Tenths(allow_none=True)
    reasons = Many(Part(ScoreReasonOut))


class AssessmentResultOut(Out):
    """A version's result; of an open one what it would come to now. `share` is per cent of the fee."""

    id = Id()
    number = Int()
    state = Choice(VersionState)
    state_name = Str()
    revision = Int()
    reason = Str()
    sheet_title = Str()
    sheet_version_id = Id()
    from_on = Date()
    until_on = Date()
    monthly_fee_fen = Int()
    measured_at = Instant()
    locked_at = Instant(allow_none=True)
    locked_by_name = Str()
    total = Tenths(allow_none=True)
    grade = Str()
    is_failing = Bool()
    share = Tenths()
    full_fen = Int()
    payable_fen = Int()
    withheld_fen = Int()


class AssessmentVersionOut(AssessmentResultOut):
    """A version with its items and its payment table."""

    bands = Many(Part(PaymentBandOut))
    items = Many(Part(AssessmentItemOut), maximum=200)


class AssessmentRowOut(Out):
    """A contract's month in a list."""

    id = Id()
    contract_id = Id()
    contract_number = Str()
    contract_title = Str()
    contractor_id = Id()
    contractor_name = Str()
    month = Month()
    versions = Int()
    open_appeals = Int()
    needs_correction = Bool()
    latest = Part(AssessmentResultOut)


class AssessmentOut(AssessmentRowOut):
    """All of a month. `shown` is the version asked for; `can` among deduct, exclude, refresh, lock, correct.

    Deductions are shown as they stand now; what a locked version counted is in its items' `taken`.
    """

    shown = Part(AssessmentVersionOut)
    all_versions = Many(Part(AssessmentResultOut))
    deductions = Many(Part(DeductionOut), maximum=1000)
    can = Many(Str())


class MonthScoresOut(Out):
    """A contract's month with all its versions."""

    assessment_id = Id()
    contract_id = Id()
    contract_title = Str()
    month = Month()
    versions = Many(Part(AssessmentVersionOut))

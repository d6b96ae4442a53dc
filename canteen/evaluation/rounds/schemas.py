"""Wire shapes of the quarterly evaluation. Points are numbers of at most one decimal."""

from backend.media.schemas import PhotoLinksOut
from backend.scoresheets.schemas import ItemMarkIn, ItemMarkOut, ScoreGradeOut, ScoreItemOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Str,
    Tenths,
)
from canteen.evaluation.rounds.models import NOTE_LENGTH, RoundState, SheetState
from canteen.evaluation.rounds.policies import LONGEST_TEXT, MOST_PHOTOS, Step


class RoundIn(In):
    """Which quarter is evaluated by which version of a score sheet, until when."""

    year = Int(required=True, minimum=2000, maximum=2999)
    quarter = Int(required=True, minimum=1, maximum=4)
    version_id = Id(required=True)
    due_on = Date(required=True)


class RoundDueIn(In):
    """Another due day."""

    due_on = Date(required=True)


class UnitSheetsQuery(PageQuery):
    """Which sheets of a round."""

    round_id = Id(required=True)
    state = Choice(SheetState, load_default=None)


class AnswerIn(In):
    """What a unit says of an item: its own score or that it does not apply, a text, photos."""

    is_inapplicable = Bool(load_default=False)
    score = Tenths(maximum=1_000, load_default=None, allow_none=True)
    text = Str(max_length=LONGEST_TEXT, load_default="")
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class ReviewIn(In):
    """The scores of some items."""

    marks = Many(Part(ItemMarkIn), minimum=1, maximum=200, required=True)


class ReturnIn(In):
    """What is to be completed."""

    note = Str(required=True, min_length=1, max_length=NOTE_LENGTH)


class RoundOut(Out):
    """A round, and how many of its sheets stand how."""

    id = Id()
    year = Int()
    quarter = Int()
    title = Str()
    version_id = Id()
    version_title = Str()
    due_on = Date()
    state = Choice(RoundState)
    opened_at = Instant()
    closed_at = Instant(allow_none=True)
    filling = Int()
    submitted = Int()
    returned = Int()
    closed = Int()


class CollectedOut(Out):
    """How many items the system has said something of, and of how many there was not enough data."""

    items = Int()
    insufficient = Int()


class SheetResultOut(Out):
    """How a unit stands in a round; `rank` is among those closed."""

    sheet_id = Id()
    round_id = Id()
    year = Int()
    quarter = Int()
    unit_id = Id()
    unit_name = Str()
    level = Str()
    region = Str()
    operation = Str()
    serving = Str()
    canteen_id = Id(allow_none=True)
    state = Choice(SheetState)
    submitted_at = Instant(allow_none=True)
    due_on = Date()
    is_overdue = Bool()
    total = Tenths(allow_none=True)
    grade = Str(allow_none=True)
    is_failing = Bool()
    rank = Int(allow_none=True)


class EvidenceFigureOut(Out):
    """A figure as it is shown."""

    title = Str()
    value = Str()


class EvidenceOut(Out):
    """What the system says of an item; `proposed` is null where there is not enough data."""

    text = Str()
    figures = Many(Part(EvidenceFigureOut))
    coverage = Str()
    proposed = Tenths(allow_none=True)
    is_sufficient = Bool()


class AnswerPhotoOut(Out):
    """A photo of an answer."""

    id = Id()
    links = Part(PhotoLinksOut)


class AnswerOut(Out):
    """What a unit says of an item."""

    is_inapplicable = Bool()
    score = Tenths(allow_none=True)
    text = Str()
    photos = Many(Part(AnswerPhotoOut))
    answered_at = Instant(allow_none=True)
    answered_by_name = Str()


class SheetLineOut(Out):
    """An item of a sheet with everything that is said of it."""

    item = Part(ScoreItemOut)
    answer = Part(AnswerOut)
    evidence = Part(EvidenceOut, allow_none=True)
    mark = Part(ItemMarkOut, allow_none=True)


class SheetStepOut(Out):
    """A step in a sheet's life."""

    at = Instant()
    by_name = Str()
    step = Choice(Step)
    step_name = Str()
    note = Str()


class UnitSheetOut(Out):
    """A unit's sheet."""

    id = Id()
    round_id = Id()
    year = Int()
    quarter = Int()
    title = Str()
    due_on = Date()
    unit_id = Id()
    unit_name = Str()
    level = Str()
    region = Str()
    operation = Str()
    serving = Str()
    state = Choice(SheetState)
    state_name = Str()
    return_note = Str()
    submitted_at = Instant(allow_none=True)
    submitted_by_name = Str()
    closed_at = Instant(allow_none=True)
    closed_by_name = Str()
    evidence_at = Instant(allow_none=True)
    full = Tenths(attribute="version.full")
    grades = Many(Part(ScoreGradeOut), attribute="version.grades")
    lines = Many(Part(SheetLineOut), maximum=200)
    unanswered = Many(Str())
    total = Tenths(allow_none=True)
    grade = Str(allow_none=True)
    is_failing = Bool()
    steps = Many(Part(SheetStepOut))
    can = Many(Str())

"""Wire shapes of the annex. Scores are points, plate waste is grams per diner."""

from backend.wire import Bool, Date, Id, Int, Many, Out, Part, Str, Tenths


class AnnexQuarterOut(Out):
    """How a unit's sheet of a quarter was closed."""

    quarter = Int()
    total = Tenths()
    grade = Str()
    is_failing = Bool()


class AnnexSpotCheckOut(Out):
    """A confirmed spot check."""

    inspection_id = Id()
    visited_on = Date(allow_none=True)
    total = Tenths()
    grade = Str()
    is_failing = Bool()


class AnnexRectificationsOut(Out):
    """The rectifications that were opened in the year."""

    opened = Int()
    closed = Int()
    in_time = Int()
    overdue = Int()
    escalated = Int()


class AnnexUnitOut(Out):
    """A unit's year. `quarters` are four, null where no sheet was closed; `total` is their mean."""

    unit_id = Id()
    code = Str()
    name = Str()
    level = Str()
    quarters = Many(Part(AnnexQuarterOut, allow_none=True))
    total = Tenths(allow_none=True)
    grade = Str()
    spot_check = Part(AnnexSpotCheckOut, allow_none=True)
    rectifications = Part(AnnexRectificationsOut)
    g_per_diner = Tenths(attribute="plate.g_per_diner", allow_none=True)
    g_text = Str(attribute="plate.text")
    coverage = Str(attribute="plate.coverage")
    is_vetoed = Bool()
    veto_reasons = Many(Str())


class AnnexGradeOut(Out):
    """How many units have a grade, and their share in per cent."""

    grade = Str()
    units = Int()
    percent = Tenths()


class AnnexOut(Out):
    """A year of evaluation."""

    year = Int()
    as_of = Date()
    spot_checked = Int()
    grades = Many(Part(AnnexGradeOut))
    units = Many(Part(AnnexUnitOut))

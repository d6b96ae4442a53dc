"""Wire shapes of measures."""

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from canteen.waste.measures.models import MeasureKind
from canteen.waste.statistics.schemas import WasteChangeOut, WasteFigureOut


class MeasuresQuery(PageQuery):
    """Whose measures: a canteen's, or all within reach."""

    canteen_id = Id()
    with_withdrawn = Bool(load_default=False)


class MeasureIn(In):
    """What is done, from when; until when once it ended (that day included). A dish, or the whole canteen."""

    kind = Choice(MeasureKind, required=True)
    dish_id = Id(allow_none=True, load_default=None)
    title = Str(required=True, min_length=1, max_length=50)
    note = Str(max_length=500, load_default="")
    from_on = Date(required=True, data_key="from_date")
    until_on = Date(allow_none=True, load_default=None, data_key="until_date")


class NewMeasureIn(MeasureIn):
    """And where."""

    canteen_id = Id(required=True)


class MeasureOut(Out):
    """A measure."""

    id = Id()
    canteen_id = Id()
    canteen = Str()
    kind = Choice(MeasureKind)
    kind_name = Str()
    dish_id = Id(allow_none=True)
    dish = Str()
    title = Str()
    note = Str()
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date", allow_none=True)
    created_by_name = Str()
    created_at = Instant()
    is_withdrawn = Bool()


class EffectWindowOut(Out):
    """Days, both included."""

    from_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")


class EffectOut(Out):
    """What came of a measure: two windows of equal length, null while no day of it is over.

    The weekdays are from Monday: at how many meals of each something was measured.
    """

    measure = Part(MeasureOut)
    before = Part(EffectWindowOut, allow_none=True)
    after = Part(EffectWindowOut, allow_none=True)
    base = Part(WasteFigureOut, allow_none=True)
    now = Part(WasteFigureOut, allow_none=True)
    change = Part(WasteChangeOut, allow_none=True)
    weekdays_before = Many(Int(), attribute="weekdays.before")
    weekdays_after = Many(Int(), attribute="weekdays.after")
    same_weekdays = Bool(attribute="weekdays.are_alike")
    text = Str()

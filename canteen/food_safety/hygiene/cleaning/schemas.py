"""Wire shapes of cleaning and disinfection. Concentrations are mg/L."""

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from canteen.food_safety.hygiene.models import CleaningKind, Every, Method

_MOST_MG_L = 1_000_000
_MOST_MINUTES = 1440


class _Task(In):
    station_id = Id(allow_none=True, load_default=None)
    kind = Choice(CleaningKind, required=True)
    target = Str(required=True, min_length=1, max_length=50)
    method = Choice(Method, required=True)
    agent = Str(max_length=50, load_default="")
    least_mg_l = Int(minimum=1, maximum=_MOST_MG_L, allow_none=True, load_default=None)
    least_minutes = Int(minimum=1, maximum=_MOST_MINUTES, allow_none=True, load_default=None)
    times = Int(minimum=1, maximum=24, load_default=1)
    every = Choice(Every, required=True)
    note = Str(max_length=200, load_default="")


class CleaningTaskIn(_Task):
    """A new task: so many times a day, a week or a month."""

    canteen_id = Id(required=True)


class CleaningTaskChangeIn(_Task):
    """A task as it is to be."""

    is_active = Bool(load_default=True)


class CleaningTaskOut(Out):
    """A task; without a station it is the whole kitchen's."""

    id = Id(attribute="row.id")
    canteen_id = Id(attribute="row.canteen_id")
    station_id = Id(attribute="row.station_id", allow_none=True)
    station = Str()
    kind = Str(attribute="row.kind")
    target = Str(attribute="row.target")
    method = Str(attribute="row.method")
    method_name = Str()
    agent = Str(attribute="row.agent")
    least_mg_l = Int(attribute="row.least_mg_l", allow_none=True)
    least_minutes = Int(attribute="row.least_minutes", allow_none=True)
    times = Int(attribute="row.times")
    every = Str(attribute="row.every")
    every_text = Str()
    note = Str(attribute="row.note")
    is_active = Bool(attribute="row.is_active")


class DueTaskOut(Out):
    """A task with how often it was done in its day, week or month."""

    task = Part(CleaningTaskOut)
    done = Int()
    due = Int(attribute="task.row.times")
    is_done = Bool()
    last_at = Instant(allow_none=True)


class CleaningRecordsQuery(PageQuery):
    """Which records."""

    canteen_id = Id(required=True)
    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")
    task_id = Id()
    kind = Choice(CleaningKind)
    is_below = Bool()


class CleaningRecordIn(In):
    """What was done: by a task, or by kind, target and method."""

    canteen_id = Id(required=True)
    task_id = Id(allow_none=True, load_default=None)
    kind = Choice(CleaningKind, allow_none=True, load_default=None)
    target = Str(max_length=50, load_default="")
    method = Choice(Method, allow_none=True, load_default=None)
    agent = Str(max_length=50, load_default="")
    station_id = Id(allow_none=True, load_default=None)
    done_at = Instant(allow_none=True, load_default=None)
    concentration_mg_l = Int(minimum=0, maximum=_MOST_MG_L, allow_none=True, load_default=None)
    minutes = Int(minimum=0, maximum=_MOST_MINUTES, allow_none=True, load_default=None)
    note = Str(max_length=200, load_default="")
    photo_ids = Many(Id(), maximum=3, load_default=list)


class CleaningVoidIn(In):
    """Why it is voided."""

    reason = Str(required=True, min_length=1, max_length=100)


class CleaningRecordOut(Out):
    """A record; one that was voided stays on the list."""

    id = Id(attribute="row.id")
    canteen_id = Id(attribute="row.canteen_id")
    task_id = Id(attribute="row.task_id", allow_none=True)
    station_id = Id(attribute="row.station_id", allow_none=True)
    station = Str()
    done_on = Date(attribute="row.done_on")
    done_at = Instant(attribute="row.done_at")
    kind = Str(attribute="row.kind")
    kind_name = Str()
    target = Str(attribute="row.target")
    method = Str(attribute="row.method")
    method_name = Str()
    agent = Str(attribute="row.agent")
    concentration_mg_l = Int(attribute="row.concentration_mg_l", allow_none=True)
    minutes = Int(attribute="row.minutes", allow_none=True)
    is_below = Bool(attribute="row.is_below")
    note = Str(attribute="row.note")
    recorded_at = Instant(attribute="row.recorded_at")
    recorded_by_name = Str(attribute="row.recorded_by_name")
    is_voided = Bool()
    void_reason = Str(attribute="row.void_reason")
    photos = Many(Part(PhotoLinksOut))

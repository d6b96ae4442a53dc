"""Wire shapes of findings."""

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from canteen.food_safety.controls.models import Area, FindingState, Source


class FindingsQuery(PageQuery):
    """Which findings."""

    canteen_id = Id()
    state = Choice(FindingState)
    is_overdue = Bool()
    area = Choice(Area)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")
    q = Str(max_length=50)


class FindingIn(In):
    """What was found, who puts it right, and by when."""

    canteen_id = Id(required=True)
    source = Choice(Source, load_default=Source.OTHER)
    area = Choice(Area, required=True)
    description = Str(required=True, min_length=1, max_length=300)
    measure = Str(max_length=300, load_default="")
    responsible = Str(max_length=50, required=True, min_length=1)
    responsible_id = Id(allow_none=True, load_default=None)
    due_on = Date(required=True, data_key="due_date")


class FindingRectifyIn(In):
    """What was done."""

    text = Str(required=True, min_length=1, max_length=300)
    photo_ids = Many(Id(), maximum=5, load_default=list)
    revision = Int(required=True, minimum=1)


class FindingCheckIn(In):
    """Whether it is put right; if not, by when it has to be."""

    is_ok = Bool(required=True)
    text = Str(max_length=300, load_default="")
    due_on = Date(allow_none=True, load_default=None, data_key="due_date")
    revision = Int(required=True, minimum=1)


class FindingReassignIn(In):
    """Who puts it right instead, by when, and why."""

    responsible = Str(max_length=50, required=True, min_length=1)
    responsible_id = Id(allow_none=True, load_default=None)
    due_on = Date(required=True, data_key="due_date")
    reason = Str(required=True, min_length=1, max_length=200)
    revision = Int(required=True, minimum=1)


class FindingEventOut(Out):
    """A step."""

    step = Str(attribute="row.step")
    step_name = Str()
    text = Str(attribute="row.text")
    at = Instant(attribute="row.at")
    by_name = Str(attribute="row.by_name")


class SafetyFindingOut(Out):
    """A finding."""

    id = Id(attribute="row.id")
    canteen_id = Id(attribute="row.canteen_id")
    canteen = Str()
    source = Str(attribute="row.source")
    source_name = Str()
    area = Str(attribute="row.area")
    area_name = Str()
    description = Str(attribute="row.description")
    measure = Str(attribute="row.measure")
    responsible = Str(attribute="row.responsible")
    responsible_id = Id(attribute="row.responsible_id", allow_none=True)
    found_on = Date(attribute="row.found_on")
    found_by_name = Str(attribute="row.found_by_name")
    due_on = Date(attribute="row.due_on", data_key="due_date")
    state = Str(attribute="row.state")
    state_name = Str()
    is_overdue = Bool()
    is_withdrawn = Bool(attribute="row.is_withdrawn")
    rectified_at = Instant(attribute="row.rectified_at", allow_none=True)
    rectified_by_name = Str(attribute="row.rectified_by_name")
    rectification = Str(attribute="row.rectification")
    closed_at = Instant(attribute="row.closed_at", allow_none=True)
    closed_by_name = Str(attribute="row.closed_by_name")
    revision = Int(attribute="row.revision")


class SafetyFindingDetailOut(SafetyFindingOut):
    """A finding with its steps and photos."""

    events = Many(Part(FindingEventOut))
    photos = Many(Part(PhotoLinksOut))

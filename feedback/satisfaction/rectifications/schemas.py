"""Wire shapes of the rectifications of low ratings."""

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Month, Out, PageQuery, Part, Str
from feedback.satisfaction.rectifications.models import REASON_LENGTH, TEXT_LENGTH, TITLE_LENGTH, State
from feedback.satisfaction.rectifications.policies import MOST_PHOTOS


class SatisfactionRectificationsQuery(PageQuery):
    """Which rectifications."""

    state = Choice(State)
    is_overdue = Bool(load_default=False)


class SatisfactionRectificationIn(In):
    """Who has to mend what, because of which month's ratings; without `due_on` by the rule."""

    service = Str(required=True, min_length=1, max_length=40)
    provider_kind = Str(required=True, min_length=1, max_length=20)
    provider_id = Int(required=True, minimum=0)
    month = Month(required=True)
    title = Str(required=True, min_length=1, max_length=TITLE_LENGTH)
    demand = Str(load_default="", max_length=TEXT_LENGTH)
    owner_staff_no = Str(load_default=None, allow_none=True, max_length=20)
    owner_office_id = Id(load_default=None, allow_none=True)
    due_on = Date(load_default=None, allow_none=True)


class SatisfactionOwnerIn(In):
    """Whose it is, and until when."""

    revision = Int(required=True, minimum=1)
    owner_staff_no = Str(load_default=None, allow_none=True, max_length=20)
    owner_office_id = Id(load_default=None, allow_none=True)
    due_on = Date(required=True)


class SatisfactionMeasuresIn(In):
    """What was done."""

    measures = Str(required=True, min_length=1, max_length=TEXT_LENGTH)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class SatisfactionClosingIn(In):
    """Close it; the reason is needed where too few have rated since."""

    revision = Int(required=True, minimum=1)
    reason = Str(load_default="", max_length=REASON_LENGTH)


class SatisfactionReturnIn(In):
    """Why it goes back."""

    revision = Int(required=True, minimum=1)
    reason = Str(required=True, min_length=1, max_length=REASON_LENGTH)


class SatisfactionEvidenceOut(Out):
    """What ratings said; nothing but the count is told of few."""

    count = Int()
    is_withheld = Bool()
    satisfied_rate = Str(allow_none=True)
    average = Str(allow_none=True)


class SatisfactionRectificationRowOut(Out):
    """A rectification in a list."""

    id = Id(attribute="of.id")
    origin = Str(attribute="of.origin")
    origin_name = Str()
    service = Str(attribute="of.service")
    service_title = Str()
    provider_kind = Str(attribute="of.provider_kind")
    provider_id = Int(attribute="of.provider_id")
    provider_name = Str(attribute="of.provider_name")
    month = Month(attribute="of.month")
    title = Str(attribute="of.title")
    demand = Str(attribute="of.demand")
    state = Str(attribute="of.state")
    state_name = Str()
    is_overdue = Bool()
    owner_id = Id(attribute="of.owner_id", allow_none=True)
    owner_name = Str(allow_none=True)
    owner_office_id = Id(attribute="of.owner_office_id", allow_none=True)
    owner_office_name = Str(allow_none=True)
    due_on = Date(attribute="of.due_on")
    opened_at = Instant(attribute="of.opened_at")
    submitted_at = Instant(attribute="of.submitted_at", allow_none=True)
    closed_at = Instant(attribute="of.closed_at", allow_none=True)
    before = Part(SatisfactionEvidenceOut)
    after = Part(SatisfactionEvidenceOut, allow_none=True)


class SatisfactionStepOut(Out):
    """What was done."""

    step = Str(attribute="step.step")
    step_name = Str(attribute="name")
    at = Instant(attribute="step.at")
    by_name = Str(attribute="step.by_name")
    text = Str(attribute="step.text")


class SatisfactionRectificationOut(SatisfactionRectificationRowOut):
    """All of a rectification; `after` is live until it is closed."""

    after = Part(SatisfactionEvidenceOut, attribute="latest", allow_none=True)
    revision = Int(attribute="of.revision")
    measures = Str(attribute="of.measures")
    closing_reason = Str(attribute="of.closing_reason")
    photos = Many(Part(PhotoLinksOut))
    steps = Many(Part(SatisfactionStepOut))
    can = Many(Str())

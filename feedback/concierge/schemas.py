"""Wire shapes of the concierge."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.places.schemas import RefIn
from backend.wire import Bool, Choice, Code, Id, In, Instant, Int, Json, Many, Out, PageQuery, Part, Str
from feedback.concierge import fields, policies
from feedback.concierge.fields import FieldType, FormField
from feedback.concierge.policies import Scope
from feedback.reports.policies import MOST_PHOTOS


class FormFieldIn(In):
    """One field of a form; `min` and `max` are characters, a value, a count or days from today, by type."""

    key = Str(required=True, min_length=1, max_length=30)
    title = Str(required=True, min_length=1, max_length=fields.LONGEST_TITLE)
    type = Choice(FieldType, required=True)
    required = Bool(load_default=False)
    choices = Many(
        Str(min_length=1, max_length=fields.LONGEST_CHOICE), maximum=fields.MOST_CHOICES, load_default=list
    )
    min = Int(minimum=0, maximum=fields.LARGEST_NUMBER, allow_none=True, load_default=None)
    max = Int(minimum=0, maximum=fields.LARGEST_NUMBER, allow_none=True, load_default=None)
    hint = Str(max_length=fields.LONGEST_HINT, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> FormField:
        """As policies know it."""
        return FormField(**{**data, "choices": tuple(data["choices"])})


class FormFieldOut(Out):
    """One field of a form."""

    key = Str()
    title = Str()
    type = Choice(FieldType)
    required = Bool()
    choices = Many(Str())
    min = Int(allow_none=True)
    max = Int(allow_none=True)
    hint = Str()


class ServiceOut(Out):
    """A service in use, as the phone offers it; `needs_place`: a request names one beside the form."""

    id = Id()
    code = Str()
    name = Str()
    icon = Str()
    intro = Str()
    category_id = Id()
    hours = Str()
    needs_photo = Bool()
    needs_place = Bool()
    open_limit = Int(metadata={"description": "0 is any number"})
    revision = Int()
    form = Many(Part(FormFieldOut))


class ManagedServiceOut(ServiceOut):
    """A service, in use or not, as its keepers see it."""

    words = Many(Str())
    office_id = Id(allow_none=True)
    is_direct = Bool()
    position = Int()
    is_active = Bool()


class ServiceIn(In):
    """All that is said of a service but its code."""

    name = Str(required=True, min_length=1, max_length=policies.LONGEST_NAME)
    icon = Str(max_length=40, load_default="")
    intro = Str(max_length=policies.LONGEST_INTRO, load_default="")
    category_id = Id(required=True)
    words = Many(
        Str(min_length=1, max_length=policies.LONGEST_WORD), maximum=policies.MOST_WORDS, load_default=list
    )
    office_id = Id(allow_none=True, load_default=None)
    is_direct = Bool(load_default=False)
    needs_photo = Bool(load_default=False)
    hours = Str(max_length=policies.LONGEST_HOURS, load_default="")
    open_limit = Int(minimum=0, maximum=policies.HIGHEST_LIMIT, load_default=0)
    is_active = Bool(load_default=True)
    form = Many(Part(FormFieldIn), required=True, minimum=1, maximum=fields.MOST_FIELDS)


class NewServiceIn(ServiceIn):
    """A new service; its code never changes."""

    code = Code(required=True, max_length=policies.LONGEST_CODE)


class ServicesOrderIn(In):
    """All services, in the order in which they shall stand."""

    item_ids = Many(Id(), required=True, minimum=1, maximum=policies.MOST_SERVICES)


class ServicesLoadedOut(Out):
    """What loading the standard catalogue came to."""

    created = Int()
    kept = Int()


class WhereIn(In):
    """Where, if it is said."""

    place = Part(RefIn, load_default=None, allow_none=True)


class AnswersField(Json):
    """Answers by the keys of the form's fields."""

    default_error_messages = {"invalid": "应为一个对象"}  # noqa: RUF012 # As marshmallow has it.

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict) or len(value) > 2 * fields.MOST_FIELDS:
            raise self.make_error("invalid")
        return value


class ServiceRequestIn(WhereIn):
    """Which service is asked for, and the answers in its form."""

    service = Str(required=True, min_length=1, max_length=policies.LONGEST_CODE)
    answers = AnswersField(required=True, metadata={"type": "object"})
    text = Str(max_length=policies.LONGEST_TEXT, load_default="")
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class ServiceRequestsQuery(PageQuery):
    """Which requests: one's own, those of one's offices, or all within reach."""

    scope = Choice(Scope, load_default=Scope.MINE)
    service_id = Id()
    is_open = Bool()


class ServiceRequestRowOut(Out):
    """A request in a list; `id` and `number` are the report's."""

    id = Id()
    number = Str()
    service_id = Id()
    service_name = Str()
    icon = Str()
    state = Str()
    state_name = Str()
    place_path = Str()
    office_id = Id(allow_none=True)
    office_name = Str()
    submitted_at = Instant()
    ended_at = Instant(allow_none=True)
    text = Str()


class RequestAnswerOut(Out):
    """One answer, as people read it; sealed ones are masked but for their author."""

    key = Str()
    title = Str()
    type = Choice(FieldType)
    text = Str()
    is_sealed = Bool()


class ServiceRequestOut(Out):
    """A request with its answers. All that is done with it are the verbs of the report of this id."""

    id = Id(attribute="row.id")
    number = Str(attribute="row.number")
    service_id = Id(attribute="row.service_id")
    service_code = Str()
    service_name = Str(attribute="row.service_name")
    icon = Str(attribute="row.icon")
    state = Str(attribute="row.state")
    state_name = Str(attribute="row.state_name")
    place_path = Str(attribute="row.place_path")
    office_id = Id(attribute="row.office_id", allow_none=True)
    office_name = Str(attribute="row.office_name")
    submitted_at = Instant(attribute="row.submitted_at")
    ended_at = Instant(attribute="row.ended_at", allow_none=True)
    text = Str(attribute="row.text")
    revision = Int()
    answers = Many(Part(RequestAnswerOut))
    photos = Many(Part(PhotoLinksOut))

"""Wire shapes of the reports."""

from typing import Any, Final

from marshmallow import post_load, validates_schema

from backend.media.schemas import PhotoLinksOut
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Json,
    Many,
    MicroDegrees,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    ValidationError,
)
from feedback.categories.models import Kind
from feedback.reports.listing import Scope, Sort
from feedback.reports.models import State

_TEXT: Final = 2000
_CODE: Final = 40
_PLATE: Final = 40
# More than one report takes, so that too many are refused by name.
_PHOTOS: Final = 20


class ReportPlaceIn(In):
    """Which place."""

    kind = Choice(PlaceKind, load_default=PlaceKind.ROOM)
    id = Id(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Ref:
        """As a reference."""
        return Ref(data["kind"], data["id"])


class ReportLocationIn(In):
    """A position in degrees, WGS 84."""

    latitude = MicroDegrees(required=True, maximum=90)
    longitude = MicroDegrees(required=True, maximum=180)

    @post_load
    def make(self, data: dict[str, int], **_: Any) -> tuple[int, int]:
        """As a pair of micro-degrees."""
        return data["latitude"], data["longitude"]


class NewReportIn(In):
    """A report: its category by code or id; where it is by place, by plate, or by position.

    A place is an object, or `place_id` with its kind, a room unless one is named.

    `is_on_behalf` and what follows it is for the desk, which writes down what somebody says.
    """

    category = Str(load_default="", max_length=_CODE)
    category_id = Id(load_default=None, allow_none=True)
    place = Part(ReportPlaceIn, load_default=None, allow_none=True)
    place_kind = Choice(PlaceKind, load_default=PlaceKind.ROOM)
    place_id = Id(load_default=None, allow_none=True)
    plate = Str(load_default="", max_length=_PLATE)
    location = Part(ReportLocationIn, load_default=None, allow_none=True)
    text = Str(required=True, min_length=1, max_length=_TEXT)
    photo_ids = Many(Id(), load_default=list, maximum=_PHOTOS)
    is_anonymous = Bool(load_default=False)
    is_wall_consented = Bool(load_default=False)
    follows_id = Id(load_default=None, allow_none=True)
    is_on_behalf = Bool(load_default=False)
    contact = Str(load_default="", max_length=50)
    contact_phone = Str(load_default="", max_length=30)
    reporter_staff_no = Str(load_default="", max_length=32)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """It has a category."""
        _ensure_category(data)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With place and position under their names inside the house."""
        given = dict(data)
        kind, place_id = given.pop("place_kind"), given.pop("place_id")
        if given["place"] is None and place_id is not None:
            given["place"] = Ref(kind, place_id)
        given["position"] = given.pop("location")
        return given


class _WhereQuery(Query):
    """Where somebody is."""

    place_kind = Choice(PlaceKind, load_default=PlaceKind.ROOM)
    place_id = Id(load_default=None)
    plate = Str(load_default="", max_length=_PLATE)
    latitude = MicroDegrees(load_default=None, maximum=90)
    longitude = MicroDegrees(load_default=None, maximum=180)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With a place and a position."""
        return _where(data)


class SimilarReportsQuery(_WhereQuery):
    """What somebody is about to report, and where."""

    category = Str(load_default="", max_length=_CODE)
    category_id = Id(load_default=None)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """It has a category."""
        _ensure_category(data)


class ReportsFilter(Query):
    """Which reports of a list; days are those of submission, both included."""

    scope = Choice(Scope, load_default=Scope.MINE)
    sort = Choice(Sort, load_default=Sort.NEWEST)
    state = Choice(State)
    category = Str(max_length=_CODE)
    category_id = Id()
    kind = Choice(Kind)
    campus_id = Id()
    building_id = Id()
    office_id = Id()
    overdue = Bool()
    is_open = Bool()
    supervised = Bool()
    q = Str(max_length=50)
    from_on = Date()
    until_on = Date()


class ReportsQuery(PageQuery, ReportsFilter):
    """The same by pages. For what is nearby: where; other filters do not apply then."""

    place_kind = Choice(PlaceKind, load_default=PlaceKind.ROOM)
    place_id = Id(load_default=None)
    plate = Str(load_default="", max_length=_PLATE)
    latitude = MicroDegrees(load_default=None, maximum=90)
    longitude = MicroDegrees(load_default=None, maximum=180)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With a place and a position."""
        return _where(data)


class ReportWithdrawIn(In):
    """Why, if one likes."""

    reason = Str(load_default="", max_length=500)


class NamedOut(Out):
    """Something with a name."""

    id = Id(required=True)
    name = Str(required=True)


class ReportCategoryRefOut(NamedOut):
    """What a report is filed under."""

    code = Str(required=True)


class ReportPlaceOut(Out):
    """Where it is; on the wall perhaps no more than a path."""

    kind = Str(allow_none=True)
    id = Id(allow_none=True)
    path = Str(required=True)


class ReportRowOut(Out):
    """A report in a list, as far as its reader may see it: names and photos are empty for others."""

    id = Id(required=True, attribute="report.id")
    number = Str(required=True, attribute="report.number")
    kind = Str(required=True, attribute="report.kind")
    kind_name = Str(required=True)
    sight = Str(required=True)
    category = Part(ReportCategoryRefOut, required=True)
    state = Str(required=True, attribute="report.state")
    state_name = Str(required=True)
    origin = Str(required=True, attribute="report.origin")
    origin_name = Str(required=True)
    deadline = Str(required=True, attribute="report.deadline")
    deadline_name = Str(required=True)
    place = Part(ReportPlaceOut, allow_none=True)
    location = Json(allow_none=True)
    text = Str(required=True)
    photos = Many(Part(PhotoLinksOut), required=True)
    is_anonymous = Bool(required=True, attribute="report.is_anonymous")
    is_mine = Bool(required=True)
    is_followed = Bool(required=True)
    reporter_name = Str(required=True)
    department_name = Str(required=True)
    office = Part(NamedOut, allow_none=True)
    submitted_at = Instant(required=True, attribute="report.submitted_at")
    accepted_at = Instant(allow_none=True, attribute="report.accepted_at")
    replied_at = Instant(allow_none=True, attribute="report.replied_at")
    ended_at = Instant(allow_none=True, attribute="report.ended_at")
    published_at = Instant(allow_none=True, attribute="report.published_at")
    due_at = Instant(allow_none=True)
    due_text = Str(required=True)
    is_provisional = Bool(required=True)
    is_paused = Bool(required=True)
    is_overdue = Bool(required=True)
    is_supervised = Bool(required=True)
    is_published = Bool(required=True)
    is_lapsed = Bool(required=True, attribute="report.is_lapsed")
    outcome = Str(required=True, attribute="report.outcome")
    outcome_name = Str(required=True)
    review_on = Date(allow_none=True, attribute="report.review_on")
    followers = Int(required=True, attribute="report.followers")
    cycle = Int(required=True, attribute="report.cycle")
    reopenings = Int(required=True, attribute="report.reopenings")
    reminders = Int(required=True, attribute="report.reminders")
    transfers = Int(required=True, attribute="report.transfers")
    extensions = Int(required=True, attribute="report.extensions")
    revision = Int(required=True, attribute="report.revision")


class ReportEventOut(Out):
    """One entry of the timeline."""

    id = Id(required=True)
    at = Instant(required=True)
    cycle = Int(required=True)
    step = Str(required=True)
    step_name = Str(required=True)
    from_state = Str(required=True)
    to_state = Str(required=True)
    actor_name = Str(required=True)
    text = Str(required=True)
    is_public = Bool(required=True)
    photos = Many(Part(PhotoLinksOut), required=True)


class ReportClockOut(Out):
    """A clock: `response` until a person takes it up, `answer` until the reply; one of each in each cycle."""

    kind = Str(required=True)
    cycle = Int(required=True)
    text = Str(required=True)
    started_at = Instant(required=True)
    due_at = Instant(required=True)
    extended_until = Instant(allow_none=True)
    verdict = Str(required=True)
    ended_at = Instant(allow_none=True)
    paused_since = Instant(allow_none=True)
    is_provisional = Bool(required=True)


class RelatedReportOut(Out):
    """Another report that this one has to do with."""

    id = Id(required=True)
    number = Str(required=True)
    state = Str(required=True)
    state_name = Str(required=True)
    text = Str(required=True)
    submitted_at = Instant(required=True)


class ReportModerationOut(Out):
    """How the checks of what was sent stand; only what is clean may be published."""

    state = Str(required=True)
    is_clean = Bool(required=True)


class ReportOut(ReportRowOut):
    """A report with all that its reader may see of it, and what they may do with it."""

    reply = Str(required=True)
    is_wall_consented = Bool(required=True, attribute="report.is_wall_consented")
    is_wall_allowed = Bool(required=True)
    contact_phone = Str(required=True)
    public_text = Str(required=True)
    public_photos = Many(Part(PhotoLinksOut), required=True)
    timeline = Many(Part(ReportEventOut), required=True)
    clocks = Many(Part(ReportClockOut), required=True)
    master = Part(RelatedReportOut, allow_none=True)
    follows = Part(RelatedReportOut, allow_none=True)
    duplicates = Many(Part(RelatedReportOut), required=True)
    moderation = Part(ReportModerationOut, allow_none=True)
    reopens_until = Instant(allow_none=True)
    can = Many(Str(), required=True)


class SimilarReportOut(Out):
    """An open report that may be about the same; says nothing of people."""

    id = Id(required=True)
    number = Str(required=True)
    category_name = Str(required=True)
    excerpt = Str(required=True)
    place_path = Str(required=True)
    state = Str(required=True)
    state_name = Str(required=True)
    submitted_at = Instant(required=True)
    followers = Int(required=True)
    is_followed = Bool(required=True)
    is_mine = Bool(required=True)
    distance_m = Int(allow_none=True)


class ReportCountsOut(Out):
    """What waits for the reader."""

    mine_open = Int(required=True)
    to_rate = Int(required=True)
    office = Int(required=True)
    pending = Int(required=True)
    accepted = Int(required=True)
    overdue = Int(required=True)
    supervised = Int(required=True)


class ReportContactOut(Out):
    """Whom to call."""

    name = Str(required=True)
    phone = Str(required=True)


def _ensure_category(data: dict[str, Any]) -> None:
    if not data.get("category") and data.get("category_id") is None:
        raise ValidationError("必填", "category")


def _where(data: dict[str, Any]) -> dict[str, Any]:
    given = dict(data)
    kind, place_id = given.pop("place_kind"), given.pop("place_id")
    latitude, longitude = given.pop("latitude"), given.pop("longitude")
    if (latitude is None) != (longitude is None):
        raise ValidationError("经度和纬度须同时提供", "latitude")
    given["place"] = Ref(kind, place_id) if place_id is not None else None
    given["position"] = (latitude, longitude) if latitude is not None else None
    return given

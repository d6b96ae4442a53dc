"""Wire shapes of the services of meetings."""

from backend.ratings.schemas import DimensionOut, RatingIn, RatingOut, scores_of
from backend.wire import Bool, Choice, Code, Id, In, Instant, Int, Many, Out, Part, Query, Str
from meeting.bookings.changes import Scope
from meeting.bookings.schemas import BookingIn
from meeting.hospitality import policies
from meeting.hospitality.ratings import HOSPITALITY


class ServiceWishIn(In):
    """A service, by id or by code, and how much of it; without a quantity one, or one for each head."""

    service_id = Id()
    code = Code(max_length=30)
    quantity = Int(minimum=1, maximum=policies.MOST_QUANTITY, allow_none=True, load_default=None)
    note = Str(max_length=200, load_default="")


class ServedBookingIn(BookingIn):
    """A booking to be made, with the services of its meetings."""

    services = Many(Part(ServiceWishIn), maximum=policies.MOST_SERVICES)


class ServiceOrderIn(In):
    """All services that meetings shall have; `word` of who orders after the lead time."""

    scope = Choice(Scope, load_default=Scope.ALL)
    occurrence_id = Id(allow_none=True, load_default=None)
    services = Many(Part(ServiceWishIn), required=True, maximum=policies.MOST_SERVICES)
    word = Str(max_length=200, load_default="")


class MeetingRoomNameOut(Out):
    """A room."""

    id = Id()
    name = Str()


class MeetingServiceLineOut(Out):
    """A service of a meeting."""

    service_id = Id()
    code = Str()
    name = Str()
    unit = Str()
    quantity = Int()
    price_fen = Int()
    note = Str()
    word = Str()
    is_short = Bool()
    latest_at = Instant()
    ordered_at = Instant()


class ServiceDefaultOut(Out):
    """A service of every meeting of a booking."""

    service_id = Id()
    code = Str()
    name = Str()
    unit = Str()
    quantity = Int(allow_none=True)
    note = Str()


class TaskSumsOut(Out):
    """How the tasks of a meeting stand."""

    total = Int()
    done = Int()
    unassigned = Int()


class ServedMeetingOut(Out):
    """A meeting with its services."""

    id = Id()
    start = Instant()
    end = Instant()
    state = Str()
    state_name = Str()
    room = Part(MeetingRoomNameOut)
    lines = Many(Part(MeetingServiceLineOut))
    tasks = Part(TaskSumsOut)


class BookingServicesOut(Out):
    """What was ordered for a booking; `late`: meetings that were left as they were."""

    booking_id = Id()
    may_order = Bool()
    may_order_late = Bool()
    defaults = Many(Part(ServiceDefaultOut))
    occurrences = Many(Part(ServedMeetingOut))
    late = Many(Id())


class ItemAvailabilityQuery(Query):
    """Where and when."""

    campus_id = Id(required=True)
    start = Instant(required=True)
    end = Instant(required=True)


class ItemAvailabilityOut(Out):
    """How many of an item are free all the time."""

    item_id = Id()
    name = Str()
    unit = Str()
    campus_id = Id()
    count = Int()
    lent = Int()
    free = Int()


class ItemStockIn(In):
    """How many a campus has."""

    campus_id = Id(required=True)
    count = Int(required=True, minimum=0, maximum=100_000)


class MeetingRateQuery(Query):
    """Which meeting of a series; without it the latest that is over."""

    occurrence_id = Id(allow_none=True, load_default=None)


class MeetingRateIn(RatingIn):
    """One score at least."""

    occurrence_id = Id(allow_none=True, load_default=None)
    scores = Part(scores_of(HOSPITALITY), required=True)


class OwnMeetingRatingOut(RatingOut):
    """One's own rating of a meeting's hospitality."""

    scores = Part(scores_of(HOSPITALITY))


class MeetingRatingOut(Out):
    """Whether a meeting can be rated, and how it was."""

    occurrence_id = Id()
    can_rate = Bool()
    closes_at = Instant(allow_none=True)
    dimensions = Many(Part(DimensionOut))
    rating = Part(OwnMeetingRatingOut, allow_none=True)

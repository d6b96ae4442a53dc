"""Wire shapes of the sign-in."""

from backend.wire import Bool, Date, Id, In, Instant, Int, Many, Out, Part, Query, Str, Tenths


class CheckInIn(In):
    """Which meeting of the booking, and the room's plate: what is printed on it, or its link's token."""

    occurrence_id = Id(allow_none=True, load_default=None)
    plate_code = Str(max_length=40, load_default="")


class PlateIn(In):
    """The plate of a room: what is printed on it, or its link's token."""

    plate_code = Str(required=True, min_length=1, max_length=40)


class CheckInRoomOut(Out):
    """A room by name."""

    id = Id()
    name = Str()


class CheckInOut(Out):
    """A meeting that is signed in to. `was_checked_in` if somebody had been before."""

    booking_id = Id()
    occurrence_id = Id()
    subject = Str()
    room = Part(CheckInRoomOut)
    start = Instant(attribute="start_at")
    end = Instant(attribute="end_at")
    state = Str()
    checked_in_at = Instant(allow_none=True)
    was_checked_in = Bool()


class EmptyRoomsQuery(Query):
    """The days, both included."""

    from_on = Date(required=True, data_key="from")
    until_on = Date(required=True, data_key="until")


class EmptyRoomsOfOut(Out):
    """A department, or (null) several small ones together."""

    department_id = Int(allow_none=True)
    department = Str()
    meetings = Int()
    no_shows = Int()
    percent = Tenths(allow_none=True)


class EmptyRoomsOut(Out):
    """How often nobody came to meetings that were signed in to or released."""

    from_on = Date(data_key="from")
    until_on = Date(data_key="until")
    meetings = Int()
    no_shows = Int()
    percent = Tenths(allow_none=True)
    departments = Many(Part(EmptyRoomsOfOut))

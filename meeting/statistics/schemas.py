"""Wire shapes of the statistics."""

from backend.wire import Bool, Choice, Date, Hundredths, Id, Int, Many, Out, Part, Query, Str, Tenths
from meeting.statistics.policies import By


class MeetingStatisticsQuery(Query):
    """The days on which meetings begin, both included; by what figures are told apart; what is counted."""

    from_on = Date(required=True, data_key="from")
    until_on = Date(required=True, data_key="until")
    by = Choice(By, load_default=By.DAY)
    campus_id = Id(load_default=None)
    room_id = Id(load_default=None)
    department_id = Id(load_default=None)


class MeetingRateOut(Out):
    """A share with what is behind it, and how many (`covered`) of `whole` it speaks of."""

    numerator = Int(allow_none=True)
    denominator = Int()
    percent = Tenths(allow_none=True)
    is_withheld = Bool()
    covered = Int(allow_none=True)
    whole = Int(allow_none=True)
    coverage = Tenths(allow_none=True)


class MeetingFiguresOut(Out):
    """What the meetings of some days have come to. Departments have no occupancy."""

    booked = Int(attribute="sums.booked")
    held = Int(attribute="sums.held")
    signed_in = Int(attribute="sums.signed_in")
    served = Int(attribute="sums.served")
    no_shows = Int(attribute="sums.no_shows")
    cancelled = Int(attribute="sums.cancelled")
    displaced = Int(attribute="sums.displaced")
    rejected = Int(attribute="sums.rejected")
    expired = Int(attribute="sums.expired")
    booked_minutes = Int(attribute="sums.booked_minutes")
    used_minutes = Int(attribute="sums.used_minutes")
    heads = Int(attribute="sums.heads")
    occupancy_booked = Part(MeetingRateOut, allow_none=True)
    occupancy_used = Part(MeetingRateOut, allow_none=True)
    no_show = Part(MeetingRateOut)
    cancellation = Part(MeetingRateOut)
    seats = Part(MeetingRateOut)
    booked_length = Tenths(allow_none=True)
    used_length = Tenths(allow_none=True)
    heads_of_meeting = Tenths(allow_none=True)


class MeetingFiguresRowOut(Out):
    """The figures of one thing; `key` is its identifier, or a day, a week or a month."""

    key = Str()
    name = Str()
    figures = Part(MeetingFiguresOut)


class MeetingHourOut(Out):
    """An hour of a weekday: minutes in use of physical rooms, on how many days, how many at a time."""

    weekday = Int()
    weekday_name = Str()
    hour = Int()
    minutes = Int()
    days = Int()
    rooms_in_use = Hundredths()
    occupancy = Part(MeetingRateOut)


class MeetingStatisticsOut(Out):
    """The figures of a span. No figure is told of a person. `heat` is given by hour only."""

    from_on = Date(data_key="from")
    until_on = Date(data_key="until")
    by = Choice(By)
    total = Part(MeetingFiguresOut)
    rows = Many(Part(MeetingFiguresRowOut))
    heat = Many(Part(MeetingHourOut))

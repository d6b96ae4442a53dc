"""Wire shapes of the statistics."""

from backend.wire import Choice, Date, Id, Int, Many, Out, Part, Query, Str, Tenths
from property.statistics.titles import Age, By


class PropertyStatisticsQuery(Query):
    """The days, both included, by what the figures are told apart, and what of the orders is counted."""

    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="until_date")
    by = Choice(By, load_default=By.CATEGORY)
    category = Str(max_length=40)
    building_id = Id()
    contractor_id = Id()


class RepairRateOut(Out):
    """A share with what is behind it; `percent` is null of nothing."""

    part = Int()
    whole = Int()
    percent = Tenths(allow_none=True)


class RepairFiguresOut(Out):
    """What the orders of some days come to. Minutes are natural; money is what the house paid, in fen."""

    submitted = Int(attribute="sums.submitted")
    ended_unserved = Int(attribute="sums.ended_unserved")
    completed = Int(attribute="sums.completed")
    response = Part(RepairRateOut)
    resolution = Part(RepairRateOut)
    first_fixed = Part(RepairRateOut)
    reworked = Part(RepairRateOut)
    reopened = Part(RepairRateOut)
    rated = Part(RepairRateOut)
    reminded = Int(attribute="sums.reminded")
    response_minutes = Int(allow_none=True)
    labour_minutes = Int(attribute="sums.labour_minutes")
    cost_fen = Int(attribute="sums.cost_fen")


class RepairFiguresRowOut(Out):
    """The figures of one thing; `key` is its identifier, or `2026-11`."""

    key = Str()
    name = Str()
    figures = Part(RepairFiguresOut)
    open = Int()


class RepairsPointOut(Out):
    """How many were reported and completed on a day, or in a month."""

    title = Str()
    submitted = Int()
    completed = Int()


class BacklogAgeOut(Out):
    """How many open orders were reported so long ago."""

    age = Choice(Age)
    name = Str()
    orders = Int()


class PropertyStatisticsOut(Out):
    """The figures of a span, and what is open now. No figure is told of a person."""

    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    by = Choice(By)
    total = Part(RepairFiguresOut)
    rows = Many(Part(RepairFiguresRowOut))
    course = Many(Part(RepairsPointOut))
    backlog = Many(Part(BacklogAgeOut))
    open = Int()

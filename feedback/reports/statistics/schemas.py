"""Wire shapes of the statistics."""

from backend.wire import Bool, Choice, Date, Id, Int, Many, Out, Part, Query, Str, Tenths
from feedback.categories.models import Kind
from feedback.reports.statistics.policies import By


class FeedbackStatisticsQuery(Query):
    """The days of submission, both included; by what the figures are told apart; what is counted."""

    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="until_date")
    by = Choice(By, load_default=By.CATEGORY)
    kind = Choice(Kind, load_default=None)
    category_id = Id(load_default=None)
    campus_id = Id(load_default=None)
    office_id = Id(load_default=None)


class FeedbackRateOut(Out):
    """A share with what is behind it, and how many it covers of `whole`; withheld below five."""

    numerator = Int(allow_none=True)
    denominator = Int()
    percent = Tenths(allow_none=True)
    is_withheld = Bool()
    whole = Int(allow_none=True)
    coverage = Tenths(allow_none=True)


class FeedbackFiguresOut(Out):
    """What the reports submitted on some days have come to."""

    submitted = Int(attribute="sums.submitted")
    withdrawn = Int(attribute="sums.withdrawn")
    unserved = Int(attribute="sums.unserved")
    received = Int()
    answered = Int(attribute="sums.answered")
    closed = Int(attribute="sums.closed")
    lapsed = Int(attribute="sums.lapsed")
    reopened = Int(attribute="sums.reopened")
    reminded = Int(attribute="sums.reminded")
    extended = Int(attribute="sums.extended")
    transferred = Int(attribute="sums.transferred")
    visited = Int(attribute="sums.visited")
    visit_reached = Int(attribute="sums.visit_reached")
    overdue = Int(attribute="overdue.answer")
    response = Part(FeedbackRateOut)
    closing = Part(FeedbackRateOut)
    answer = Part(FeedbackRateOut)
    resolution = Part(FeedbackRateOut)
    satisfaction = Part(FeedbackRateOut)
    rating = Part(FeedbackRateOut)
    visiting = Part(FeedbackRateOut)


class FeedbackFiguresRowOut(Out):
    """The figures of one thing; `key` is its identifier, a kind, or `2026-11`."""

    key = Str()
    name = Str()
    figures = Part(FeedbackFiguresOut)


class FeedbackComparisonOut(Out):
    """How the span differs from another: volume in per cent, rates in points."""

    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    submitted = Int()
    submitted_change = Tenths(allow_none=True)
    response = Tenths(allow_none=True)
    closing = Tenths(allow_none=True)
    answer = Tenths(allow_none=True)
    resolution = Tenths(allow_none=True)
    satisfaction = Tenths(allow_none=True)


class FeedbackStatisticsOut(Out):
    """The figures of a span, by month, and beside the year (同比) and the span (环比) before."""

    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    by = Choice(By)
    total = Part(FeedbackFiguresOut)
    rows = Many(Part(FeedbackFiguresRowOut))
    course = Many(Part(FeedbackFiguresRowOut))
    year_before = Part(FeedbackComparisonOut, allow_none=True)
    period_before = Part(FeedbackComparisonOut, allow_none=True)

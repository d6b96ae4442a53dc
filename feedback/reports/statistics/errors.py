"""What can go wrong with statistics."""

from backend.errors import Invalid


class StatisticsSpan(Invalid):
    """The days are none, or too many for one request."""

    code = "feedback.statistics_span"
    message = "统计时段不正确，最多 {days} 天"

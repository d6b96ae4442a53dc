"""Refusals of the calendar."""

from backend.errors import Invalid, NotFound


class InvalidSegments(Invalid):
    """A segment ends before it begins, or the segments overlap or are out of order."""

    code = "workdays.invalid_segments"
    message = "时段有误：每段的开始时间须早于结束时间，各段须按先后排列且互不重叠"


class BeyondCalendar(Invalid):
    """The arithmetic would leave the dates that the calendar was loaded for."""

    code = "workdays.beyond_calendar"
    message = "推算的日期超出了日历范围（{start_on} 至 {last_on}）"


class OverrideNotFound(NotFound):
    """The day follows the published calendar; there is nothing to remove."""

    code = "workdays.override_not_found"
    message = "{on_date} 没有特殊安排"

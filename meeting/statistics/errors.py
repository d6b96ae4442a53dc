"""What can go wrong with statistics."""

from backend.errors import Invalid


class StatisticsSpan(Invalid):
    """The days are none, or too many for one request."""

    code = "meeting.statistics_span"
    message = "统计时段不正确，最多 {days} 天"


class DepartmentTooSmall(Invalid):
    """Fewer than five people work there: figures of it would be figures of them."""

    code = "meeting.department_too_small"
    message = "该部门不足 5 人，不单独统计"


class HoursOfDepartment(Invalid):
    """When rooms are in use is known of rooms, not of departments."""

    code = "meeting.hours_of_department"
    message = "高峰时段按会议室统计，不能按部门筛选"

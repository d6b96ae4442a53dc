"""Refusals of the service levels."""

from backend.errors import Conflict, Invalid, NotFound


class CalendarNotFound(NotFound):
    """There is no such service calendar."""

    code = "service_levels.calendar_not_found"
    message = "没有找到该服务日历"


class CalendarNameTaken(Conflict):
    """Another service calendar has the name."""

    code = "service_levels.calendar_name_taken"
    message = "已有名为「{name}」的服务日历"


class VersionNotFound(NotFound):
    """There is no such version of the policy."""

    code = "service_levels.version_not_found"
    message = "没有找到该版本的服务时限"


class VersionFixed(Conflict):
    """A version that was put in force is never changed again: what was promised by it stays readable."""

    code = "service_levels.version_fixed"
    message = "第 {number} 版已经发布，不能再修改，请新建一版"


class VersionEffectiveInPast(Invalid):
    """A version can not begin to hold before now: it would change what was promised already."""

    code = "service_levels.effective_in_past"
    message = "生效时间不能早于现在"


class VersionIncomplete(Invalid):
    """Some urgency has no line that holds everywhere."""

    code = "service_levels.version_incomplete"
    message = "缺少适用于全部类别、全部部位的时限：{missing}"


class LineInvalid(Invalid):
    """A line can not be meant: `position` counts from 1."""

    code = "service_levels.line_invalid"
    message = "第 {position} 行：{problem}"


class ClassNotFound(NotFound):
    """The place has no class of its own that could be taken away."""

    code = "service_levels.class_not_found"
    message = "该位置没有单独设置部位级别"

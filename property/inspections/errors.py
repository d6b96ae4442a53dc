"""Refusals of what is inspected, and when."""

from backend.errors import Conflict, Invalid, NotFound


class ChecklistNotFound(NotFound):
    """There is no such checklist, or no such version of it."""

    code = "inspections.checklist_not_found"
    message = "没有找到该检查表"


class ChecklistInvalid(Invalid):
    """An item makes no sense; `item` is its number from 1."""

    code = "inspections.checklist_invalid"
    message = "第 {item} 项：{reason}"


class NameTaken(Conflict):
    """There is one of this name."""

    code = "inspections.name_taken"
    message = "已有名为「{name}」的{thing}"


class PointNotFound(NotFound):
    """There is no such point, or it is beyond the actor's reach."""

    code = "inspections.point_not_found"
    message = "没有找到该巡检点"


class PointPlaceNeeded(Invalid):
    """A point is at a place in use or at an asset, and at one of them only."""

    code = "inspections.point_place_needed"
    message = "巡检点应设在一个在用的地点或一台未报废的设备上"


class PositionUnwanted(Invalid):
    """Security points have a position and a radius, and nothing else asks where somebody is."""

    code = "inspections.position_unwanted"
    message = "只有安防点位可以要求定位，且须同时填写经纬度和允许距离"


class RouteNotFound(NotFound):
    """There is no such route, or it is beyond the actor's reach."""

    code = "inspections.route_not_found"
    message = "没有找到该巡检路线"


class RouteInvalid(Invalid):
    """The stops are not points and checklists in use, each point once."""

    code = "inspections.route_invalid"
    message = "路线应由在用的巡检点和检查表组成，每个点位只出现一次"


class PlanNotFound(NotFound):
    """There is no such plan, or it is beyond the actor's reach."""

    code = "inspections.plan_not_found"
    message = "没有找到该计划"


class PlanInvalid(Invalid):
    """The plan names what it cannot work with."""

    code = "inspections.plan_invalid"
    message = "计划有误：{reason}"


class ScheduleInvalid(Invalid):
    """The schedule makes no sense."""

    code = "inspections.schedule_invalid"
    message = "周期设置有误：{reason}"


class PlanChanged(Conflict):
    """It was changed since it was shown; `revision` is how it stands now."""

    code = "inspections.plan_changed"
    message = "该计划刚刚有变动，请刷新后重试"


class PlanIdle(Conflict):
    """The plan is out of use, or nothing on it can be inspected."""

    code = "inspections.plan_idle"
    message = "该计划已停用，或没有可巡检的点位"


class MeterNotFound(NotFound):
    """There is no such meter, or it is beyond the actor's reach."""

    code = "inspections.meter_not_found"
    message = "没有找到该仪表"


class MeterInactive(Conflict):
    """The meter is out of use."""

    code = "inspections.meter_inactive"
    message = "该仪表已停用"


class NumberInvalid(Invalid):
    """Not a number, too large, or of more than three decimals."""

    code = "inspections.number_invalid"
    message = "应为数字，最多三位小数"


class ReadingFalls(Conflict):
    """The meter showed more before; `last` is what."""

    code = "inspections.reading_falls"
    message = "读数小于上次的 {last}；如已换表请注明，如上次有误请更正"


class ReadingInvalid(Invalid):
    """The reading lies in the future or before the last one, or says nothing where it should."""

    code = "inspections.reading_invalid"
    message = "抄表记录有误：{reason}"


class ReadingSettled(Conflict):
    """Only the last reading of a meter can be corrected."""

    code = "inspections.reading_settled"
    message = "只能更正该仪表最近一次的读数"

"""Refusals of the workforce."""

from backend.errors import Conflict, Invalid, NotFound


class GroupNotFound(NotFound):
    """There is no such group."""

    code = "property.group_not_found"
    message = "没有找到该班组"


class GroupExists(Conflict):
    """Another group has this name."""

    code = "property.group_exists"
    message = "已有名为「{group}」的班组"


class GroupClosed(Conflict):
    """A group that is out of use takes nobody in."""

    code = "property.group_closed"
    message = "班组「{group}」已停用"


class GroupHasWorkers(Conflict):
    """A group goes out of use once nobody works in it any more."""

    code = "property.group_has_workers"
    message = "班组「{group}」还有 {workers} 名在岗人员，请先调离或停用"


class WorkerNotFound(NotFound):
    """This member of staff is no worker, or not any more."""

    code = "property.worker_not_found"
    message = "没有找到该维修人员"


class WorkerExists(Conflict):
    """This member of staff is a worker already."""

    code = "property.worker_exists"
    message = "「{name}」已是维修人员"


class WorkerUnsuitable(Invalid):
    """Only an active member of staff can work."""

    code = "property.worker_unsuitable"
    message = "工号 {staff_no} 不存在或不在职"


class ShiftNotFound(NotFound):
    """There is no such shift."""

    code = "property.shift_not_found"
    message = "没有找到该班次"


class ShiftExists(Conflict):
    """Another shift has this name."""

    code = "property.shift_exists"
    message = "已有名为「{shift}」的班次"


class DutyInvalid(Invalid):
    """A duty of the week is wrong: a day outside of it, a shift out of use, somebody of another group."""

    code = "property.duty_invalid"
    message = "排班有误：{reason}"


class DutiesOverlap(Invalid):
    """One worker would be on two shifts at the same time."""

    code = "property.duties_overlap"
    message = "{name} {on_date} 的「{first}」与「{second}」时间重叠"


class WeekTaken(Conflict):
    """The week has duties, which a copy would replace."""

    code = "property.duty_week_taken"
    message = "该周已有 {duties} 条排班，确认覆盖后再复制"

"""Refusals about what 会务 offers."""

from backend.errors import Conflict, Invalid, NotFound


class ServiceNotFound(NotFound):
    """There is no such service."""

    code = "meeting.service_not_found"
    message = "没有找到该会务服务"


class ItemNotFound(NotFound):
    """There is no such item of equipment."""

    code = "meeting.item_not_found"
    message = "没有找到该会务物资"


class HospitalityCodeTaken(Conflict):
    """Another service, item or line has the code or the name."""

    code = "meeting.hospitality_code_taken"
    message = "编码或名称已被使用，请更换"


class ServiceItemUnknown(Invalid):
    """The equipment that a service needs is not known."""

    code = "meeting.service_item_unknown"
    message = "所选会务物资不存在，请重新选择"


class ServiceWithoutTask(Invalid):
    """A service that nobody does anything for."""

    code = "meeting.service_without_task"
    message = "请填写会前准备、会中续服、全程值守或会后清理中的至少一项"


class StockPromised(Conflict):
    """More of it is promised to meetings than would be left."""

    code = "meeting.stock_promised"
    message = "已承诺给会议的最多为 {promised} 件，库存不能少于此数"


class ChecklistRepeated(Invalid):
    """Two lines of a checklist have one code."""

    code = "meeting.checklist_repeated"
    message = "检查项编码重复，请修改"

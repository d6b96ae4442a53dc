"""Refusals of units and of what they report."""

from backend.errors import Conflict, Invalid, NotFound


class UnitNotFound(NotFound):
    """There is no such unit, or it is not the actor's to know of."""

    code = "evaluation.unit_not_found"
    message = "没有找到该被评估单位"


class UnitTaken(Conflict):
    """Another unit has the code, the name, the canteen or the platform."""

    code = "evaluation.unit_taken"
    message = "单位编号、名称、所属食堂或对接平台已用于另一个单位"


class UnitLinkInvalid(Invalid):
    """The platform is none, or the unit is a canteen of ours, which reports nothing."""

    code = "evaluation.unit_link_invalid"
    message = "对接平台无效：应为已登记的平台，且本单位食堂不对接平台"


class PhoneInvalid(Invalid):
    """No phone number."""

    code = "evaluation.phone_invalid"
    message = "联系电话应为 5 到 20 位数字，可带短横线"


class PhoneMissing(NotFound):
    """The unit has no phone number, or one that cannot be read any more."""

    code = "evaluation.phone_missing"
    message = "该单位没有登记可读取的联系电话"


class OwnCanteenReports(Conflict):
    """The figures of our own canteens come from the system itself."""

    code = "evaluation.own_canteen_reports"
    message = "本单位食堂的数据由系统自动取得，不需要填报"


class MonthNotBegun(Invalid):
    """A month is reported from its first day on, and not for ever afterwards."""

    code = "evaluation.month_not_begun"
    message = "只能填报已经开始的月份，且不早于 {earliest}"


class FiguresImpossible(Invalid):
    """The figures contradict each other; `problems` are sentences."""

    code = "evaluation.figures_impossible"
    message = "填报数据有误：{first}"

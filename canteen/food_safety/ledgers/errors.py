"""Refusals of additives and hand-overs."""

from backend.errors import Conflict, Invalid, NotFound


class HandOverNotFound(NotFound):
    """There is no such load, or it is another canteen's."""

    code = "canteen.hand_over_not_found"
    message = "没有找到该收运记录"


class HandOverTakenBack(Conflict):
    """It was taken back before, or is itself what takes another one back."""

    code = "canteen.hand_over_taken_back"
    message = "该收运记录已经作废"


class HandOverTime(Invalid):
    """A load is recorded once it is gone, and within the days that its month's ledger stays open."""

    code = "canteen.hand_over_time"
    message = "收运时间应在过去 {days} 天以内，且不晚于现在"


class AdditiveNotFound(NotFound):
    """There is no such additive on the list of a canteen within reach."""

    code = "canteen.additive_not_found"
    message = "没有找到该食品添加剂"


class AdditiveExists(Conflict):
    """The canteen's list has an additive of this name."""

    code = "canteen.additive_exists"
    message = "该食堂的添加剂目录中已有「{name}」"


class AdditiveInactive(Conflict):
    """It was taken off the list."""

    code = "canteen.additive_inactive"
    message = "「{name}」已停用，不能登记使用"


class AdditiveOverLimit(Conflict):
    """More than the limit went in; what happened is recorded with a word about it."""

    code = "canteen.additive_over_limit"
    message = "用量为 {used} mg/kg，超过限量 {limit} mg/kg；确属实际用量的，请填写说明后提交"


class AdditiveUseInvalid(Invalid):
    """A dish, batch or ingredient that is not this canteen's, or a time to come."""

    code = "canteen.additive_use_invalid"
    message = "添加剂使用记录有误：{reason}"


class AdditiveUseNotFound(NotFound):
    """There is no such use at a canteen within reach."""

    code = "canteen.additive_use_not_found"
    message = "没有找到该使用记录"


class AdditiveUseTakenBack(Conflict):
    """It was taken back before."""

    code = "canteen.additive_use_taken_back"
    message = "该使用记录已经作废"

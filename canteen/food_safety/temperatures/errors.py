"""Refusals around temperatures."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class FridgeNotFound(NotFound):
    """No such fridge, or one out of reach."""

    code = "canteen.fridge_not_found"
    message = "没有找到该冷藏设备"


class FridgeExists(Conflict):
    """Another fridge of the canteen has the name."""

    code = "canteen.fridge_exists"
    message = "本食堂已有同名的冷藏设备"


class LimitsInvalid(Invalid):
    """The lower limit is not below the upper one."""

    code = "canteen.fridge_limits_invalid"
    message = "温度下限应低于上限"


class ThermometerUnknown(Invalid):
    """No thermometer or gateway of this canteen."""

    code = "canteen.thermometer_unknown"
    message = "没有找到本食堂的温度计，请先登记设备"


class ProbeTaken(Conflict):
    """The probe reports of another fridge."""

    code = "canteen.probe_taken"
    message = "该温度计探头已用于其他冷藏设备"


class ReadingTimeInvalid(Invalid):
    """In the future, or too long ago."""

    code = "canteen.reading_time_invalid"
    message = "测温时间不能晚于现在，也不能早于 24 小时前"


class ReadingNotFound(NotFound):
    """No such reading, or one out of reach."""

    code = "canteen.reading_not_found"
    message = "没有找到该温度记录"


class ReadingNotManual(Conflict):
    """What a device has measured stands."""

    code = "canteen.reading_not_manual"
    message = "设备上报的温度不能撤回"


class ReadingVoided(Conflict):
    """It was taken back before."""

    code = "canteen.reading_voided"
    message = "该温度记录已撤回"


class NotOwnReading(Forbidden):
    """Somebody else's reading, or one of an earlier day, is a manager's to take back."""

    code = "canteen.not_own_reading"
    message = "只能撤回本人当天登记的温度，其他的请由食品安全管理人员处理"


class ReadingInvalid(Invalid):
    """A reading of a device that cannot be read."""

    code = "canteen.reading_invalid"
    message = "{reason}"


class ProbeUnknown(Invalid):
    """No fridge has this probe."""

    code = "canteen.probe_unknown"
    message = "探头“{probe}”没有对应的冷藏设备"


class ReadingConflict(Conflict):
    """Another reading came under this number."""

    code = "canteen.reading_seq_reused"
    message = "序号 {seq} 已有不同内容的记录"


class ExcursionNotFound(NotFound):
    """No such excursion, or one out of reach."""

    code = "canteen.excursion_not_found"
    message = "没有找到该温度异常记录"

"""Refusals of the inspector's export and of the retention."""

from backend.errors import Conflict, Invalid, NotFound


class PeriodTooLong(Invalid):
    """An export covers at most a quarter."""

    code = "canteen.safety_period"
    message = "请选择不超过 {days} 天的起止日期"


class RetentionUnknown(NotFound):
    """There are no such records, or they are not deleted here."""

    code = "canteen.retention_unknown"
    message = "该类记录不在此处清理"


class RetentionTooEarly(Conflict):
    """The records are still to be kept."""

    code = "canteen.retention_too_early"
    message = "按规定须保存至少 {months} 个月，只能清理 {allowed_until} 及以前的记录"

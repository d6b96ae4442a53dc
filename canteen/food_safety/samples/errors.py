"""Refusals around samples."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class SampleTooLight(Invalid):
    """Less than the canteen's rule demands (case 31: 124 g of 125)."""

    code = "canteen.sample_too_light"
    message = "「{dish}」留样 {weight_g} 克，不足 {minimum_g} 克"


class SampleExists(Conflict):
    """The dish has a sample; a second one is an extra sample with a word."""

    code = "canteen.sample_exists"
    message = "{names}已留样；确需再留的请登记为补样并说明原因"


class ExtraNeedsReason(Invalid):
    """A second sample without a word."""

    code = "canteen.sample_reason_needed"
    message = "「{dish}」补样须说明原因"


class SampleDishUnknown(Invalid):
    """No dish of this canteen."""

    code = "canteen.sample_dish_unknown"
    message = "没有找到要留样的菜品，请刷新后重试"


class SampleDishTwice(Invalid):
    """A dish twice in one request, and not as an extra sample."""

    code = "canteen.sample_dish_twice"
    message = "同一菜品在本次提交中出现了两次"


class SampleTimeInvalid(Invalid):
    """Not yet, too long ago, or not at that meal."""

    code = "canteen.sample_time_invalid"
    message = "请检查留样时间：不能晚于现在，且应在供餐当日或次日、24 小时以内"


class SampleNotFound(NotFound):
    """No such sample, or one out of reach."""

    code = "canteen.sample_not_found"
    message = "没有找到该留样"


class SampleNotDue(Conflict):
    """Its hours are not over."""

    code = "canteen.sample_not_due"
    message = "「{dish}」留样未满 {hours} 小时，{until} 后方可销毁"


class SampleLocked(Conflict):
    """Somebody needs it."""

    code = "canteen.sample_locked"
    message = "「{dish}」留样已封存（{reason}），不能销毁或作废"


class SampleDisposed(Conflict):
    """It was disposed of before."""

    code = "canteen.sample_disposed"
    message = "「{dish}」留样已于 {at} 销毁"


class SampleVoided(Conflict):
    """The entry was voided."""

    code = "canteen.sample_voided"
    message = "「{dish}」的留样登记已作废"


class NotOwnSample(Forbidden):
    """Somebody else's entry, or one of an earlier day, is a manager's to void."""

    code = "canteen.not_own_sample"
    message = "只能作废本人当天登记的留样，其他的请由食品安全管理人员处理"


class WaiverExists(Conflict):
    """The dish has a waiver, or a sample."""

    code = "canteen.sample_waiver_exists"
    message = "该菜品已登记免留样或已留样"


class WaiverNotFound(NotFound):
    """No such waiver, or one out of reach."""

    code = "canteen.sample_waiver_not_found"
    message = "没有找到该免留样登记"


class NoLabels(NotFound):
    """Nothing to print."""

    code = "canteen.no_labels"
    message = "没有可打印的留样标签"


class TooManyDays(Invalid):
    """A longer time than one list shows."""

    code = "canteen.sample_days_invalid"
    message = "请选择不超过 {most} 天的起止日期"

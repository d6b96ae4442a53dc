"""Refusals of hygiene."""

from backend.errors import Conflict, Invalid, NotFound


class StationNotFound(NotFound):
    """There is no such station, or it is beyond the actor's reach."""

    code = "canteen.station_not_found"
    message = "没有找到该岗位，请核对岗位码"


class StationExists(Conflict):
    """The canteen has a station of this name."""

    code = "canteen.station_exists"
    message = "该食堂已有岗位「{name}」"


class StationInactive(Conflict):
    """The station is not used any more."""

    code = "canteen.station_inactive"
    message = "岗位「{name}」已停用"


class RecordDay(Invalid):
    """A day to come, or one that is too long ago."""

    code = "canteen.record_day"
    message = "只能登记 {earliest} 至今天的记录"


class UnknownItem(Invalid):
    """An answer to an item that is not on this checklist."""

    code = "canteen.checklist_item_unknown"
    message = "检查表已更新，请刷新后重新填写"


class RemarkNeeded(Invalid):
    """What is not in order needs a word."""

    code = "canteen.checklist_remark_needed"
    message = "「{item}」不符合要求，请写明情况"


class CleaningTaskNotFound(NotFound):
    """There is no such task within reach."""

    code = "canteen.cleaning_task_not_found"
    message = "没有找到该清洁消毒计划"


class CleaningInvalid(Invalid):
    """A task or record that does not say what was done, or names what is not the canteen's."""

    code = "canteen.cleaning_invalid"
    message = "清洁消毒内容有误：{reason}"


class ConcentrationNeeded(Invalid):
    """The task asks for a concentration: what was measured has to be entered."""

    code = "canteen.concentration_needed"
    message = "「{target}」要求浓度不低于 {least} mg/L，请填写实测浓度"


class CleaningRecordNotFound(NotFound):
    """There is no such record within reach."""

    code = "canteen.cleaning_record_not_found"
    message = "没有找到该清洁消毒记录"


class CleaningRecordVoided(Conflict):
    """It was voided before."""

    code = "canteen.cleaning_record_voided"
    message = "该记录已经作废"

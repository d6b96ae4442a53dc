"""Refusals of spot checks."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class PlanNotFound(NotFound):
    """There is no such plan."""

    code = "evaluation.plan_not_found"
    message = "没有找到该年度抽查计划"


class PlanExists(Conflict):
    """The year has been drawn, or drawn again since the version that was seen."""

    code = "evaluation.plan_exists"
    message = "{year}年的抽查名单已经抽取（第 {version} 版），如需重新抽取请刷新后说明原因"


class PlanReasonNeeded(Invalid):
    """A further draw of a year says why."""

    code = "evaluation.plan_reason_needed"
    message = "重新抽取须说明原因"


class PlanYearClosed(Invalid):
    """Only the present year and the next one can be drawn."""

    code = "evaluation.plan_year"
    message = "只能抽取今年或明年的抽查名单"


class NothingToDraw(Conflict):
    """There is no active unit."""

    code = "evaluation.nothing_to_draw"
    message = "没有可抽查的单位，请先登记被评估单位"


class NamedUnitUnknown(Invalid):
    """A unit that is to be in by name is not active."""

    code = "evaluation.named_unit_unknown"
    message = "指定抽查的单位（{code}）不存在或已停用"


class InspectionNotFound(NotFound):
    """There is no such inspection, or it is not the actor's to know of."""

    code = "evaluation.inspection_not_found"
    message = "没有找到该抽查任务"


class InspectionUnitInactive(Conflict):
    """The unit is not active any more."""

    code = "evaluation.inspection_unit_inactive"
    message = "该单位已停用，不能安排抽查"


class SheetNeeded(Invalid):
    """Several score sheets are in force, or none, so that one has to be named."""

    code = "evaluation.sheet_needed"
    message = "请选择评分表：当前有 {count} 张生效的评分表"


class InspectionChanged(Conflict):
    """It was changed since it was shown; `revision` is how it stands now."""

    code = "evaluation.inspection_changed"
    message = "该抽查任务刚刚有变动，请刷新后重试"


class VisitInvalid(Invalid):
    """The day of the visit lies outside of the window, or in the future."""

    code = "evaluation.visit_invalid"
    message = "抽查日期应在安排的时间段（{from_on} 至 {until_on}）内，且不晚于今天"


class InspectionNotConfirmed(Conflict):
    """Rectifications come from what was confirmed."""

    code = "evaluation.inspection_not_confirmed"
    message = "抽查结果办结后才能下达整改"


class InspectionExists(Conflict):
    """The unit has its inspection of this year."""

    code = "evaluation.inspection_exists"
    message = "该单位{year}年已有抽查任务，不能重复安排"


class InspectionState(Conflict):
    """The transition table does not know this step."""

    code = "evaluation.inspection_state"
    message = "该抽查任务当前为「{state_name}」，不能进行此操作"


class WindowInvalid(Invalid):
    """The days of the visit are not in order, or not within the year, or over."""

    code = "evaluation.window_invalid"
    message = "抽查时间段有误：应在{year}年内，且结束日期不早于开始日期和今天"


class TeamInvalid(Invalid):
    """The team does not suit: too few, somebody twice, or somebody who may not inspect."""

    code = "evaluation.team_invalid"
    message = "抽查组人员有误：{reason}"


class ConflictOfInterest(Forbidden):
    """Somebody would inspect the unit that they belong to."""

    code = "evaluation.conflict_of_interest"
    message = "{names}属于被抽查单位，应当回避"


class OwnScoring(Forbidden):
    """Who scored does not decide on the unit's objection to it."""

    code = "evaluation.own_scoring"
    message = "抽查组成员不能处理对本组评分的异议，请由其他管理人员办理"


class NotTheLead(Forbidden):
    """Only the lead of the team submits."""

    code = "evaluation.not_the_lead"
    message = "只有抽查组组长可以提交"


class NotYetVisited(Conflict):
    """The window has not begun."""

    code = "evaluation.not_yet_visited"
    message = "抽查尚未开始，{from_on}起可以评分"


class ItemChanged(Conflict):
    """Another member scored this item meanwhile; `item` is how it stands."""

    code = "evaluation.item_changed"
    message = "该项刚刚由{by}评过分，请核对后再保存"


class TooManyPhotos(Invalid):
    """More photos than an item takes."""

    code = "evaluation.too_many_photos"
    message = "每项最多附 {limit} 张照片"


class AnswerTextNeeded(Invalid):
    """An objection, and the decision on one, is put into words."""

    code = "evaluation.answer_text_needed"
    message = "请填写具体意见"


class AnswerAwaited(Conflict):
    """The unit still has time to answer."""

    code = "evaluation.answer_awaited"
    message = "被抽查单位尚未确认，{until_on}前请等待其反馈"

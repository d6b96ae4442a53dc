"""Refusals of the quarterly evaluation."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class RoundNotFound(NotFound):
    """There is no such round."""

    code = "evaluation.round_not_found"
    message = "没有找到该评估批次"


class RoundExists(Conflict):
    """A quarter has one round."""

    code = "evaluation.round_exists"
    message = "{year} 年第 {quarter} 季度的评估已经发起"


class RoundTooEarly(Invalid):
    """A quarter is evaluated once it has begun."""

    code = "evaluation.round_too_early"
    message = "该季度尚未开始，不能发起评估"


class DueInvalid(Invalid):
    """The due day lies in the past, or too far ahead."""

    code = "evaluation.due_invalid"
    message = "填报截止日期应为今天或以后的 {days} 天以内"


class NobodyToEvaluate(Conflict):
    """There is no active unit."""

    code = "evaluation.no_units"
    message = "没有参加评估的单位，请先登记被评估单位"


class RoundClosed(Conflict):
    """A closed round never changes."""

    code = "evaluation.round_closed"
    message = "该评估批次已经结束"


class SheetsOpen(Conflict):
    """A round is closed once all of its sheets are."""

    code = "evaluation.sheets_open"
    message = "还有 {count} 个单位的评估表没有办结"


class UnitSheetNotFound(NotFound):
    """There is no such sheet, or it is not the actor's to know of."""

    code = "evaluation.sheet_not_found"
    message = "没有找到该评估表"


class SheetState(Conflict):
    """The transition table does not know this step."""

    code = "evaluation.sheet_state"
    message = "该评估表当前为“{state_name}”，不能进行此操作"


class SheetNotDue(Conflict):
    """Reviewers take a sheet in after its due day only."""

    code = "evaluation.sheet_not_due"
    message = "填报截止日期 {due_on} 尚未过，不能收回评估表"


class SheetIncomplete(Conflict):
    """Items without an answer; `numbers` are theirs."""

    code = "evaluation.sheet_incomplete"
    message = "还有 {count} 项没有填写：第 {items} 项"


class AnswerInvalid(Invalid):
    """Neither a score nor inapplicable, or both; or more than the item's points."""

    code = "evaluation.answer_invalid"
    message = "第 {number} 项：{reason}"


class OwnSheet(Forbidden):
    """Nobody reviews what they have answered or submitted."""

    code = "evaluation.own_sheet"
    message = "不能评审本人填写或提交的评估表，请由其他评估人员办理"


class RemarkNeeded(Invalid):
    """A score that departs from what the system proposes is explained."""

    code = "evaluation.remark_needed"
    message = "第 {number} 项的评分与系统数据测算的 {proposed} 分不同，请在备注中说明理由"

"""Refusals of rectifications."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class RectificationNotFound(NotFound):
    """There is no such rectification, or it is not the actor's to know of."""

    code = "evaluation.rectification_not_found"
    message = "没有找到该整改任务"


class RectificationState(Conflict):
    """The transition table does not know this step."""

    code = "evaluation.rectification_state"
    message = "该整改任务当前为「{state_name}」，不能进行此操作"


class RectificationChanged(Conflict):
    """It was changed since it was shown; `revision` is how it stands now."""

    code = "evaluation.rectification_changed"
    message = "该整改任务刚刚有变动，请刷新后重试"


class DeadlineInvalid(Invalid):
    """The deadline lies in the past, or too far ahead."""

    code = "evaluation.deadline_invalid"
    message = "整改期限应在今天之后的 {days} 天以内"


class OriginUnknown(Invalid):
    """What the rectification is to come from does not exist, is not confirmed, or is of another unit."""

    code = "evaluation.origin_unknown"
    message = "所选的抽查或评估结果不存在、尚未确认，或不属于该单位"


class MeasuresIncomplete(Invalid):
    """The report leaves out one of the items, or names one that there is not."""

    code = "evaluation.measures_incomplete"
    message = "请逐项填写整改情况"


class FailedItemsInvalid(Invalid):
    """A failed re-check names the items that failed, and they are the rectification's."""

    code = "evaluation.failed_items_invalid"
    message = "复查不通过时，请指明仍未整改到位的问题"


class RectificationReasonNeeded(Invalid):
    """The step says why."""

    code = "evaluation.rectification_reason_needed"
    message = "请填写原因"


class RectificationTooManyPhotos(Invalid):
    """More photos than a report takes."""

    code = "evaluation.rectification_too_many_photos"
    message = "每次整改报告最多附 {limit} 张照片"


class OwnRectification(Forbidden):
    """Nobody checks, or decides for, the unit that they belong to or have spoken for."""

    code = "evaluation.own_rectification"
    message = "不能办理本单位或本人经办的整改复查，请由其他管理人员办理"


class ExtensionPending(Conflict):
    """A request for more time waits for its decision."""

    code = "evaluation.extension_pending"
    message = "已有一份延期申请待审批，请勿重复提交"


class ExtensionNotFound(NotFound):
    """No request for more time waits."""

    code = "evaluation.extension_not_found"
    message = "没有待审批的延期申请"


class ExtensionInvalid(Invalid):
    """The wanted deadline is not later than the standing one."""

    code = "evaluation.extension_invalid"
    message = "申请的期限应晚于现在的期限（{due_on}），且在 {days} 天以内"

"""Refusals of the rectifications of low ratings."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class SatisfactionRectificationNotFound(NotFound):
    """There is no such rectification, or it is not the actor's to know of."""

    code = "feedback.rectification_not_found"
    message = "没有找到该整改任务"


class SatisfactionRectificationState(Conflict):
    """The transition table does not know this step."""

    code = "feedback.rectification_state"
    message = "该整改任务当前为「{state_name}」，不能进行此操作"


class SatisfactionRectificationChanged(Conflict):
    """It was changed since it was shown; `revision` is how it stands now."""

    code = "feedback.rectification_changed"
    message = "该整改任务刚刚有变动，请刷新后重试"


class SatisfactionRectificationNotYours(Forbidden):
    """The actor may see it, but does not own it."""

    code = "feedback.rectification_not_yours"
    message = "该整改任务不由您负责"


class OwnSatisfactionRectification(Forbidden):
    """Nobody judges what they own or have submitted."""

    code = "feedback.rectification_own"
    message = "不能复核由本人或本人所在单位负责的整改，请由其他人员办理"


class RectificationEvidenceNeeded(Invalid):
    """Too few have rated since; without new ratings the reviewer says why it is closed."""

    code = "feedback.rectification_reason_needed"
    message = "整改后的评价不足 {least} 条，数据不足，请填写办结理由"


class RectificationOwnerInvalid(Invalid):
    """There is no such active member of staff, or both a person and an office are named."""

    code = "feedback.rectification_owner_invalid"
    message = "责任人或责任单位有误，请重新选择"


class RectificationDueInvalid(Invalid):
    """The deadline is past, or too far ahead."""

    code = "feedback.rectification_due_invalid"
    message = "整改期限应在今天之后的 {days} 天以内"


class RectificationProviderUnknown(Invalid):
    """No module knows such a provider of such a service."""

    code = "feedback.rectification_provider_unknown"
    message = "没有找到该服务提供方"

"""Refusals of the surveys."""

from backend.errors import Conflict, Invalid, NotFound


class SurveyNotFound(NotFound):
    """There is no such survey, or the actor is not invited to it."""

    code = "feedback.survey_not_found"
    message = "没有找到该问卷"


class SurveyState(Conflict):
    """The survey is not in the state that this needs."""

    code = "feedback.survey_state"
    message = "该问卷当前为「{state_name}」，不能进行此操作"


class SurveyChanged(Conflict):
    """It was changed since it was shown; `revision` is how it stands now."""

    code = "feedback.survey_changed"
    message = "该问卷刚刚有变动，请刷新后重试"


class SurveyStopped(Conflict):
    """It can no longer be answered."""

    code = "feedback.survey_stopped"
    message = "该问卷已截止，感谢关注"


class SurveyNotStopped(Conflict):
    """There are no results before the stop: two looks would tell the answer that came between them."""

    code = "feedback.survey_not_stopped"
    message = "问卷截止后才能查看结果"


class SurveyAnswered(Conflict):
    """The person has answered; what they said cannot be found again, and so neither changed."""

    code = "feedback.survey_answered"
    message = "您已提交过该问卷，感谢参与"


class SurveyAnswersEmpty(Invalid):
    """Not one question is answered."""

    code = "feedback.survey_answers_empty"
    message = "请至少回答一个问题"


class SurveyAnswerInvalid(Invalid):
    """An answer does not fit its question; `question_id` says which."""

    code = "feedback.survey_answer_invalid"
    message = "有一个问题的回答不符合要求，请检查后重试"


class SurveyQuestionsInvalid(Invalid):
    """A question lacks options, has some that it cannot have, or has two alike; `position` says which."""

    code = "feedback.survey_questions_invalid"
    message = "第 {position} 题的选项设置有误：{reason}"


class SurveyDatesInvalid(Invalid):
    """The last day is past, too far ahead, or before the opening."""

    code = "feedback.survey_dates_invalid"
    message = "截止日期应在开始之后，且在今天起的 {days} 天以内"


class SurveyTargetsInvalid(Invalid):
    """The audience names nothing, or something that is not there."""

    code = "feedback.survey_targets_invalid"
    message = "调查范围有误，请重新选择"


class SurveySampleTooSmall(Invalid):
    """A smaller sample would say nothing, and hide nobody."""

    code = "feedback.survey_sample_too_small"
    message = "抽样人数不能少于 {least} 人"


class SurveyAudienceTooSmall(Invalid):
    """Of so few people no result would ever be told."""

    code = "feedback.survey_audience_too_small"
    message = "调查范围内不足 {least} 人，无法保证匿名，请扩大范围"

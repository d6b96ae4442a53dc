"""Wire shapes of the surveys."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from feedback.surveys.models import (
    COMMENT_LENGTH,
    INTRO_LENGTH,
    OPTION_LENGTH,
    QUESTION_LENGTH,
    TITLE_LENGTH,
    AudienceKind,
    QuestionKind,
    Segment,
    State,
)
from feedback.surveys.policies import MOST_OPTIONS, MOST_QUESTIONS, Given, Question

_RATE = {"description": "A fraction of 1, three decimals; null where too little is behind it"}
_AVERAGE = {"description": "Two decimals; null where too little is behind it"}


class SurveysQuery(PageQuery):
    """Which surveys."""

    state = Choice(State)


class SurveyQuestionIn(In):
    """A question; `options` of choices, and what a matrix asks about."""

    kind = Choice(QuestionKind, required=True)
    text = Str(required=True, min_length=1, max_length=QUESTION_LENGTH)
    most = Int(load_default=None, allow_none=True, minimum=2, maximum=MOST_OPTIONS)
    options = Many(Str(min_length=1, max_length=OPTION_LENGTH), load_default=list, maximum=MOST_OPTIONS)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Question:
        """As policies know it."""
        return Question(**data)


class SurveyIn(In):
    """All of a draft."""

    title = Str(required=True, min_length=1, max_length=TITLE_LENGTH)
    intro = Str(load_default="", max_length=INTRO_LENGTH)
    audience = Choice(AudienceKind, required=True)
    target_ids = Many(Id(), load_default=list, maximum=100)
    segment = Choice(Segment, load_default=Segment.NONE)
    sample_size = Int(load_default=None, allow_none=True, minimum=1, maximum=100_000)
    opens_at = Instant(load_default=None, allow_none=True)
    stops_on = Date(required=True)
    questions = Many(Part(SurveyQuestionIn), required=True, minimum=1, maximum=MOST_QUESTIONS)


class SurveyChangeIn(SurveyIn):
    """All of a draft anew."""

    revision = Int(required=True, minimum=1)


class SurveyScoreIn(In):
    """The score of one of the things that a matrix asks about."""

    option_id = Id(required=True)
    score = Int(required=True, minimum=1, maximum=5)


class SurveyAnswerIn(In):
    """What is said to one question."""

    question_id = Id(required=True)
    option_ids = Many(Id(), load_default=list, maximum=MOST_OPTIONS)
    score = Int(load_default=None, allow_none=True, minimum=1, maximum=5)
    text = Str(load_default="", max_length=COMMENT_LENGTH)
    scores = Many(Part(SurveyScoreIn), load_default=list, maximum=MOST_OPTIONS)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Given:
        """As policies know it; of two scores for one thing the last."""
        scores = {each["option_id"]: each["score"] for each in data.pop("scores")}
        return Given(**data, scores=scores)


class SurveyAnswersIn(In):
    """The answers; a question may be left out."""

    answers = Many(Part(SurveyAnswerIn), required=True, maximum=MOST_QUESTIONS)


class SurveyThanksOut(Out):
    """That the survey was answered; nothing that would lead to the answers."""

    id = Id()
    has_answered = Bool()


class SurveyOptionOut(Out):
    """What can be chosen, or scored."""

    id = Id()
    position = Int()
    text = Str()


class SurveyQuestionOut(Out):
    """A question."""

    id = Id()
    position = Int()
    kind = Str()
    kind_name = Str()
    text = Str()
    most = Int(allow_none=True)
    options = Many(Part(SurveyOptionOut))


class OwnSurveyRowOut(Out):
    """A survey that one is invited to."""

    id = Id()
    title = Str()
    intro = Str()
    stops_on = Date()
    questions = Int()
    has_answered = Bool()


class OwnSurveyOut(Out):
    """A survey as it is put to one."""

    id = Id()
    title = Str()
    intro = Str()
    stops_on = Date()
    has_answered = Bool()
    is_anonymous = Bool()
    questions = Many(Part(SurveyQuestionOut))


class SurveyRowOut(Out):
    """A survey as its managers see it."""

    id = Id(attribute="survey.id")
    title = Str(attribute="survey.title")
    state = Str(attribute="survey.state")
    state_name = Str()
    audience = Str(attribute="survey.audience")
    audience_name = Str()
    segment = Str(attribute="survey.segment")
    segment_name = Str()
    sample_size = Int(attribute="survey.sample_size", allow_none=True)
    opens_at = Instant(attribute="survey.opens_at", allow_none=True)
    stops_on = Date(attribute="survey.stops_on")
    opened_at = Instant(attribute="survey.opened_at", allow_none=True)
    stopped_at = Instant(attribute="survey.stopped_at", allow_none=True)
    is_stopped_early = Bool(attribute="survey.is_stopped_early")
    invited = Int(attribute="survey.invited")
    answered = Int(attribute="survey.answered")
    response_rate = Str(allow_none=True, metadata=_RATE)
    created_at = Instant(attribute="survey.created_at")
    created_by_name = Str(attribute="survey.created_by_name")


class SurveyTargetOut(Out):
    """A department, campus or role that a survey is meant for."""

    id = Id()
    name = Str()


class SurveyOut(SurveyRowOut):
    """All of a survey. `can` is what may be done with it now."""

    revision = Int(attribute="survey.revision")
    intro = Str(attribute="survey.intro")
    targets = Many(Part(SurveyTargetOut))
    questions = Many(Part(SurveyQuestionOut))
    can = Many(Str())


class SurveySegmentOut(Out):
    """A label; 0 are those whose segment is too small to be named."""

    id = Int()
    name = Str()
    invited = Int()
    answered = Int(allow_none=True)
    response_rate = Str(allow_none=True, metadata=_RATE)
    is_withheld = Bool()


class SurveyOptionFiguresOut(Out):
    """How many chose an option; of a matrix, how many scored it, with the share of 4 and 5."""

    id = Id()
    text = Str()
    count = Int(allow_none=True)
    rate = Str(allow_none=True, metadata=_RATE)
    average = Str(allow_none=True, metadata=_AVERAGE)


class SurveyLineOut(Out):
    """What was said to a question; `base` answered it."""

    base = Int(attribute="figures.base", allow_none=True)
    is_withheld = Bool(attribute="figures.is_withheld")
    average = Str(attribute="figures.average", allow_none=True, metadata=_AVERAGE)
    satisfied_rate = Str(attribute="figures.satisfied_rate", allow_none=True, metadata=_RATE)
    distribution = Many(Int(), attribute="figures.distribution", allow_none=True)
    options = Many(Part(SurveyOptionFiguresOut), attribute="figures.options")


class SurveyLabelFiguresOut(SurveyLineOut):
    """What those of one label said."""

    id = Int()
    name = Str()


class SurveyQuestionFiguresOut(SurveyLineOut):
    """What was said to one question."""

    id = Id()
    position = Int()
    kind = Str()
    kind_name = Str()
    text = Str()
    comments = Many(Str(max_length=COMMENT_LENGTH))
    by_segment = Many(Part(SurveyLabelFiguresOut))


class SurveyResultsOut(Out):
    """What came of a survey; `unanswered` are 未参评."""

    id = Id(attribute="survey.id")
    title = Str(attribute="survey.title")
    stopped_at = Instant(attribute="survey.stopped_at")
    invited = Int(attribute="survey.invited")
    answered = Int(attribute="survey.answered")
    unanswered = Int()
    response_rate = Str(allow_none=True, metadata=_RATE)
    is_withheld = Bool()
    fewest = Int()
    segment = Str(attribute="survey.segment")
    segment_name = Str()
    segments = Many(Part(SurveySegmentOut))
    questions = Many(Part(SurveyQuestionFiguresOut))

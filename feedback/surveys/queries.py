"""Reads of the surveys: one's own to answer, and for managers how they stand and what came of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.paging import Page, paginate
from backend.ratings.policies import FEWEST, ratio
from feedback.surveys import figures, people, policies
from feedback.surveys.errors import SurveyNotFound, SurveyNotStopped, SurveyStopped
from feedback.surveys.figures import Counted, Line, QuestionFigures, Sums
from feedback.surveys.models import (
    AudienceKind,
    QuestionKind,
    Segment,
    State,
    Survey,
    SurveyAnswer,
    SurveyInvite,
    SurveyOption,
    SurveyQuestion,
    SurveyResponse,
    SurveySegment,
)
from feedback.surveys.policies import OTHERS_ID, STATE_NAMES, Asked
from feedback.surveys.titles import AUDIENCE_NAMES, QUESTION_NAMES, SEGMENT_NAMES

_WITH_QUESTIONS: Final = selectinload(Survey.questions).selectinload(SurveyQuestion.options)
_LABEL: Final = func.coalesce(SurveyResponse.campus_id, SurveyResponse.department_id, OTHERS_ID)


@dataclass(frozen=True, slots=True)
class OptionView:
    """What can be chosen, or scored."""

    id: int
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as it is asked."""

    id: int
    position: int
    kind: str
    text: str
    most: int | None
    options: Sequence[OptionView]

    @property
    def kind_name(self) -> str:
        """单选, 多选 …"""
        return QUESTION_NAMES[QuestionKind(self.kind)]


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A survey that one is invited to."""

    id: int
    title: str
    intro: str
    stops_on: date
    questions: int
    has_answered: bool


@dataclass(frozen=True, slots=True)
class OwnSurvey:
    """A survey as it is put to one."""

    id: int
    title: str
    intro: str
    stops_on: date
    has_answered: bool
    questions: Sequence[QuestionView]
    is_anonymous: bool = True


@dataclass(frozen=True, slots=True)
class TargetView:
    """A department, campus or role that a survey is meant for."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey as its managers see it; nothing of what was said."""

    survey: Survey

    @property
    def state_name(self) -> str:
        """草稿, 进行中 or 已截止."""
        return STATE_NAMES[State(self.survey.state)]

    @property
    def audience_name(self) -> str:
        """全体职工, 按部门 …"""
        return AUDIENCE_NAMES[AudienceKind(self.survey.audience)]

    @property
    def segment_name(self) -> str:
        """不分组, 按院区 or 按部门."""
        return SEGMENT_NAMES[Segment(self.survey.segment)]

    @property
    def response_rate(self) -> Decimal | None:
        """Answered of invited; None before anybody is."""
        return ratio(self.survey.answered, self.survey.invited, places=3)


@dataclass(frozen=True, slots=True)
class SurveyView(SurveyRow):
    """All of a survey. `can` is what may be done with it now."""

    targets: Sequence[TargetView]
    questions: Sequence[QuestionView]

    @property
    def can(self) -> list[str]:
        """edit, open and discard, stop, or results."""
        return {
            State.DRAFT: ["edit", "open", "discard"],
            State.OPEN: ["stop"],
            State.STOPPED: ["results"],
        }[State(self.survey.state)]


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A label: how many were invited and, unless they are too few, how many have answered."""

    id: int
    name: str
    invited: int
    answered: int | None

    @property
    def is_withheld(self) -> bool:
        """Whether too few have answered."""
        return self.answered is None

    @property
    def response_rate(self) -> Decimal | None:
        """Answered of invited."""
        return ratio(self.answered, self.invited, places=3) if self.answered is not None else None


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a survey. Who did not answer is 未参评: never for, never against."""

    survey: Survey
    segments: Sequence[SegmentView]
    questions: Sequence[QuestionFigures]
    fewest: int = FEWEST

    @property
    def is_withheld(self) -> bool:
        """Whether too few have answered for any result."""
        return self.survey.answered < FEWEST

    @property
    def unanswered(self) -> int:
        """未参评."""
        return self.survey.invited - self.survey.answered

    @property
    def response_rate(self) -> Decimal | None:
        """Answered of invited."""
        return ratio(self.survey.answered, self.survey.invited, places=3)

    @property
    def segment_name(self) -> str:
        """不分组, 按院区 or 按部门."""
        return SEGMENT_NAMES[Segment(self.survey.segment)]


def page_own(actor: Actor, *, page: int, page_size: int) -> Page:
    """The open surveys that the actor is invited to, those first that they have not answered."""
    questions = (
        select(func.count()).where(SurveyQuestion.survey_id == Survey.id).correlate(Survey).scalar_subquery()
    )
    statement = (
        select(Survey.id, Survey.title, Survey.intro, Survey.stops_on, questions, SurveyInvite.has_answered)
        .join(SurveyInvite, SurveyInvite.survey_id == Survey.id)
        .where(
            SurveyInvite.staff_id == actor.staff_id,
            Survey.state == State.OPEN.value,
            Survey.stops_on >= clock.today(),
        )
        .order_by(SurveyInvite.has_answered, Survey.stops_on, Survey.id)
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([OwnRow(*row) for row in found.rows], found.total, found.page, found.page_size)


def get_own(actor: Actor, survey_id: int) -> OwnSurvey:
    """A survey to answer. Raises SurveyNotFound for who is not invited, SurveyStopped."""
    survey = _find(survey_id)
    _ensure_answerable(survey)
    has_answered = db.session.scalar(
        select(SurveyInvite.has_answered).where(
            SurveyInvite.survey_id == survey_id, SurveyInvite.staff_id == actor.staff_id
        )
    )
    if has_answered is None:
        raise SurveyNotFound
    return OwnSurvey(survey.id, survey.title, survey.intro, survey.stops_on, has_answered, _questions(survey))


def asked(survey_id: int) -> list[Asked]:
    """The questions of a survey that can be answered. Raises SurveyNotFound or SurveyStopped."""
    survey = _find(survey_id)
    _ensure_answerable(survey)
    return [
        Asked(each.id, QuestionKind(each.kind), each.most, [option.id for option in each.options])
        for each in survey.questions
    ]


def _ensure_answerable(survey: Survey) -> None:
    if survey.state == State.DRAFT:
        raise SurveyNotFound
    if survey.state == State.STOPPED or survey.stops_on < clock.today():
        raise SurveyStopped


def page_managed(actor: Actor, *, state: State | None = None, page: int, page_size: int) -> Page:
    """All surveys, the latest first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.SURVEYS_MANAGE)
    statement = select(Survey).order_by(Survey.id.desc())
    if state is not None:
        statement = statement.where(Survey.state == state.value)
    found = paginate(statement, page=page, page_size=page_size)
    return Page([SurveyRow(row) for row in found.rows], found.total, found.page, found.page_size)


def get_managed(actor: Actor, survey_id: int) -> SurveyView:
    """All of a survey for its managers. Raises Forbidden or SurveyNotFound."""
    ensure_everywhere(actor, Permission.SURVEYS_MANAGE)
    return view_of(_find(survey_id))


def view_of(survey: Survey) -> SurveyView:
    """A survey as its managers see it."""
    ids = [each.target_id for each in survey.targets]
    names = people.target_names(AudienceKind(survey.audience), ids)
    return SurveyView(survey, [TargetView(each, names.get(each, "")) for each in ids], _questions(survey))


def get_results(actor: Actor, survey_id: int) -> Results:
    """What came of a survey that has stopped; eight statements however many answered.

    Raises Forbidden, SurveyNotFound or SurveyNotStopped.
    """
    ensure_everywhere(actor, Permission.SURVEYS_MANAGE)
    survey = _find(survey_id)
    if survey.state != State.STOPPED:
        raise SurveyNotStopped
    segments = _segments(survey)
    labels = {each.id: each.name for each in segments}
    sums, comments = _sums(survey_id), _comments(survey_id)
    return Results(
        survey,
        segments if len(segments) > 1 else (),
        [
            figures.question_figures(
                Line(
                    each.id,
                    each.position,
                    QuestionKind(each.kind),
                    each.text,
                    {option.id: option.text for option in each.options},
                ),
                sums,
                labels,
                comments.get(each.id, ()),
            )
            for each in survey.questions
        ],
    )


def _segments(survey: Survey) -> list[SegmentView]:
    rows = db.session.scalars(
        select(SurveySegment)
        .where(SurveySegment.survey_id == survey.id)
        .order_by(SurveySegment.label_id == OTHERS_ID, SurveySegment.label_id)
    ).all()
    hidden = policies.withheld({row.label_id: row.answered for row in rows})
    return [
        SegmentView(row.label_id, row.name, row.invited, None if row.label_id in hidden else row.answered)
        for row in rows
    ]


def _sums(survey_id: int) -> Sums:
    """How often each thing was said, and how many answered each question, by label; two statements."""
    about = (SurveyAnswer.question_id, _LABEL)
    of_survey = (
        select(*about)
        .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.response_id)
        .where(SurveyResponse.survey_id == survey_id)
        .group_by(*about)
    )
    counted = of_survey.add_columns(SurveyAnswer.option_id, SurveyAnswer.score, func.count()).group_by(
        SurveyAnswer.option_id, SurveyAnswer.score
    )
    bases = of_survey.add_columns(func.count(SurveyAnswer.response_id.distinct()))
    return Sums(
        [Counted(*row) for row in db.session.execute(counted)],
        {(question_id, label): base for question_id, label, base in db.session.execute(bases)},
    )


def _comments(survey_id: int) -> dict[int, list[str]]:
    """What was written, by question. Sorted by its own words: no order of responses joins two questions."""
    rows: Any = db.session.execute(
        select(SurveyAnswer.question_id, SurveyAnswer.text)
        .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.response_id)
        .where(SurveyResponse.survey_id == survey_id, SurveyAnswer.text != "")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for question_id, text in rows:
        found[question_id].append(text)
    return {question_id: sorted(texts) for question_id, texts in found.items()}


def _find(survey_id: int) -> Survey:
    found = db.session.scalars(
        select(Survey).where(Survey.id == survey_id).options(_WITH_QUESTIONS, selectinload(Survey.targets))
    ).one_or_none()
    if found is None:
        raise SurveyNotFound
    return found


def _questions(survey: Survey) -> list[QuestionView]:
    return [
        QuestionView(each.id, each.position, each.kind, each.text, each.most, _options(each.options))
        for each in survey.questions
    ]


def _options(options: Sequence[SurveyOption]) -> list[OptionView]:
    return [OptionView(each.id, each.position, each.text) for each in options]


def invited_of(staff_id: int) -> list[dict[str, Any]]:
    """The surveys that a person is invited to, under Chinese names, for the copy of their data.

    What they answered nobody can find.
    """
    rows: Any = db.session.execute(
        select(Survey.title, Survey.stops_on, SurveyInvite.has_answered)
        .join(SurveyInvite, SurveyInvite.survey_id == Survey.id)
        .where(SurveyInvite.staff_id == staff_id)
        .order_by(Survey.id)
    )
    return [{"问卷": title, "截止日期": stops_on, "已填写": has} for title, stops_on, has in rows]

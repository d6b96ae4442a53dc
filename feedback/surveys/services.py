"""Use cases of the surveys. They hold for the whole compound: so must the permission."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from backend import clock
from backend.actor import SYSTEM, Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.notifications.operations import notify
from backend.ratings.policies import FEWEST
from backend.rules import queries as rule_queries
from feedback.surveys import operations, policies, queries
from feedback.surveys.errors import SurveyAudienceTooSmall, SurveySampleTooSmall
from feedback.surveys.messages import INVITED
from feedback.surveys.models import AudienceKind, Segment, State, Survey
from feedback.surveys.policies import Given, Question
from feedback.surveys.queries import SurveyView
from feedback.surveys.rules import SMALLEST_SAMPLE

OBJECT: Final = "survey"
MINE: Final = "pages/feedback/surveys"


@dataclass(frozen=True, slots=True)
class Thanks:
    """That a survey was answered; nothing that would lead to the answers."""

    id: int
    has_answered: bool = True


@atomic
def create(actor: Actor, **said: Any) -> SurveyView:
    """A new draft. Raises Forbidden and whatever makes a draft invalid."""
    ensure_everywhere(actor, Permission.SURVEYS_MANAGE)
    survey = Survey(created_at=clock.now(), created_by_name=actor.name)
    _write(survey, **said)
    record(actor, "feedback.survey_created", OBJECT, survey.id, title=survey.title)
    return queries.view_of(survey)


@atomic
def change(actor: Actor, *, survey_id: int, revision: int, **said: Any) -> SurveyView:
    """Say all of a draft anew. Raises SurveyNotFound, SurveyState, SurveyChanged and what `create` raises."""
    survey = _managed(actor, survey_id, State.DRAFT)
    policies.ensure_seen(revision, survey.revision)
    survey.revision += 1
    _write(survey, **said)
    record(actor, "feedback.survey_changed", OBJECT, survey.id, title=survey.title)
    return queries.view_of(survey)


@atomic
def discard(actor: Actor, *, survey_id: int) -> None:
    """Throw a draft away. Raises Forbidden, SurveyNotFound or SurveyState."""
    survey = _managed(actor, survey_id, State.DRAFT)
    record(actor, "feedback.survey_discarded", OBJECT, survey.id, title=survey.title)
    operations.discard(survey)


@atomic
def open_survey(actor: Actor, *, survey_id: int) -> SurveyView:
    """Draw who is invited, and tell them once.

    Raises Forbidden, SurveyNotFound, SurveyState, SurveyDatesInvalid, SurveySampleTooSmall or
    SurveyAudienceTooSmall.
    """
    return _open(actor, _managed(actor, survey_id, State.DRAFT))


@atomic
def stop(actor: Actor, *, survey_id: int) -> SurveyView:
    """End a survey before its last day. Raises Forbidden, SurveyNotFound or SurveyState."""
    survey = _managed(actor, survey_id, State.OPEN)
    _stop(actor, survey, is_early=True)
    return queries.view_of(survey)


@atomic
def answer(actor: Actor, *, survey_id: int, answers: Sequence[Given]) -> Thanks:
    """Answer a survey once. Nothing is recorded of it: neither in the trail, nor who said what.

    Raises SurveyNotFound, SurveyStopped, SurveyAnswered, SurveyAnswersEmpty or SurveyAnswerInvalid.
    """
    marks = policies.marks_of(queries.asked(survey_id), answers)
    operations.answer(survey_id, actor.staff_id, marks, clock.today())
    return Thanks(survey_id)


def open_due() -> int:
    """Open the drafts whose time has come; returns how many. What cannot be opened stays a draft."""
    return sum(_open_due(survey_id) for survey_id in operations.drafts_to_open(clock.now()))


def stop_due() -> int:
    """Stop the surveys whose last day is over; returns how many."""
    return sum(_stop_due(survey_id) for survey_id in operations.open_past(clock.today()))


@atomic
def _open_due(survey_id: int) -> bool:
    survey = operations.lock(survey_id)
    # Another scheduler may have been here; an audience that is too small waits for somebody to mend it.
    if survey.state != State.DRAFT or survey.opens_at is None or not _is_sound(survey):
        return False
    _open(SYSTEM, survey)
    return True


@atomic
def _stop_due(survey_id: int) -> bool:
    survey = operations.lock(survey_id)
    if survey.state != State.OPEN or survey.stops_on >= clock.today():
        return False
    _stop(SYSTEM, survey, is_early=False)
    return True


def _is_sound(survey: Survey) -> bool:
    return survey.stops_on >= clock.today() and operations.audience_size(survey) >= FEWEST


def _open(actor: Actor, survey: Survey) -> SurveyView:
    now = clock.now()
    policies.ensure_dates(None, survey.stops_on, clock.today())
    if operations.audience_size(survey) < FEWEST:
        raise SurveyAudienceTooSmall(least=FEWEST)
    invited = operations.invite(survey, now)
    until = survey.stops_on.isoformat()
    notify(INVITED, invited, {"title": survey.title, "until": until}, page=MINE, dedupe=str(survey.id))
    record(actor, "feedback.survey_opened", OBJECT, survey.id, title=survey.title, people=len(invited))
    return queries.view_of(survey)


def _stop(actor: Actor, survey: Survey, *, is_early: bool) -> None:
    operations.stop(survey, is_early=is_early, at=clock.now())
    record(
        actor,
        "feedback.survey_stopped",
        OBJECT,
        survey.id,
        title=survey.title,
        people=survey.invited,
        answered=survey.answered,
    )


def _managed(actor: Actor, survey_id: int, state: State) -> Survey:
    ensure_everywhere(actor, Permission.SURVEYS_MANAGE)
    survey = operations.lock(survey_id)
    policies.ensure_state(survey.state, state)
    return survey


def _write(
    survey: Survey,
    *,
    title: str,
    audience: AudienceKind,
    stops_on: date,
    questions: Sequence[Question],
    intro: str = "",
    segment: Segment = Segment.NONE,
    target_ids: Sequence[int] = (),
    sample_size: int | None = None,
    opens_at: datetime | None = None,
) -> None:
    policies.ensure_questions(questions)
    policies.ensure_dates(opens_at, stops_on, clock.today())
    operations.ensure_targets(audience, target_ids)
    least = rule_queries.value(SMALLEST_SAMPLE)
    if sample_size is not None and sample_size < least:
        raise SurveySampleTooSmall(least=least)
    said = {
        "title": title,
        "intro": intro,
        "audience": audience.value,
        "segment": segment.value,
        "sample_size": sample_size,
        "opens_at": opens_at,
        "stops_on": stops_on,
    }
    operations.write(survey, questions, target_ids, said)

"""Surveys: to answer, and for those who make them."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents.sheets import MEDIA_TYPE
from backend.http import endpoint
from backend.wire import PageQuery
from feedback.surveys import documents, queries, services
from feedback.surveys.schemas import (
    OwnSurveyOut,
    OwnSurveyRowOut,
    SurveyAnswersIn,
    SurveyChangeIn,
    SurveyIn,
    SurveyOut,
    SurveyResultsOut,
    SurveyRowOut,
    SurveysQuery,
    SurveyThanksOut,
)

blueprint = Blueprint("surveys", __name__, description="问卷调查")

MANAGE = Permission.SURVEYS_MANAGE


@endpoint(
    blueprint,
    "GET",
    "/feedback/surveys",
    permission=Permission.SELF,
    query=PageQuery,
    out=OwnSurveyRowOut,
    many=True,
)
def list_own_surveys(actor: Actor, query: dict[str, Any]) -> Any:
    """The open surveys that one is invited to"""
    return queries.page_own(actor, **query)


@endpoint(blueprint, "GET", "/feedback/surveys/<id:survey_id>", permission=Permission.SELF, out=OwnSurveyOut)
def get_own_survey(actor: Actor, survey_id: int) -> Any:
    """A survey to answer"""
    return queries.get_own(actor, survey_id)


@endpoint(
    blueprint,
    "POST",
    "/feedback/surveys/<id:survey_id>/answers",
    permission=Permission.SELF,
    body=SurveyAnswersIn,
    out=SurveyThanksOut,
    status=201,
    # A stored answer holds the hash of the request, by which whose answers they are could be found out.
    keeps_answer=False,
)
def answer_survey(actor: Actor, survey_id: int, body: dict[str, Any]) -> Any:
    """Answer a survey, once and without a name; a repetition is refused, and the first answers stand"""
    return services.answer(actor, survey_id=survey_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/feedback/surveys/manage",
    permission=MANAGE,
    query=SurveysQuery,
    out=SurveyRowOut,
    many=True,
)
def list_surveys(actor: Actor, query: dict[str, Any]) -> Any:
    """All surveys, the latest first"""
    return queries.page_managed(actor, **query)


@endpoint(blueprint, "GET", "/feedback/surveys/manage/<id:survey_id>", permission=MANAGE, out=SurveyOut)
def get_survey(actor: Actor, survey_id: int) -> Any:
    """All of a survey but what was said"""
    return queries.get_managed(actor, survey_id)


@endpoint(blueprint, "POST", "/feedback/surveys", permission=MANAGE, body=SurveyIn, out=SurveyOut, status=201)
def create_survey(actor: Actor, body: dict[str, Any]) -> Any:
    """Draft a survey"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/feedback/surveys/<id:survey_id>",
    permission=MANAGE,
    body=SurveyChangeIn,
    out=SurveyOut,
)
def change_survey(actor: Actor, survey_id: int, body: dict[str, Any]) -> Any:
    """Say all of a draft anew"""
    return services.change(actor, survey_id=survey_id, **body)


@endpoint(blueprint, "DELETE", "/feedback/surveys/<id:survey_id>", permission=MANAGE)
def discard_survey(actor: Actor, survey_id: int) -> Any:
    """Throw a draft away"""
    return services.discard(actor, survey_id=survey_id)


@endpoint(blueprint, "POST", "/feedback/surveys/<id:survey_id>/open", permission=MANAGE, out=SurveyOut)
def open_survey(actor: Actor, survey_id: int) -> Any:
    """Draw who is invited, and tell them once"""
    return services.open_survey(actor, survey_id=survey_id)


@endpoint(blueprint, "POST", "/feedback/surveys/<id:survey_id>/stop", permission=MANAGE, out=SurveyOut)
def stop_survey(actor: Actor, survey_id: int) -> Any:
    """End a survey before its last day"""
    return services.stop(actor, survey_id=survey_id)


@endpoint(
    blueprint, "GET", "/feedback/surveys/<id:survey_id>/results", permission=MANAGE, out=SurveyResultsOut
)
def get_survey_results(actor: Actor, survey_id: int) -> Any:
    """What came of a survey that has stopped"""
    return queries.get_results(actor, survey_id)


@endpoint(
    blueprint,
    "GET",
    "/feedback/surveys/<id:survey_id>/results/workbook",
    permission=MANAGE,
    file=MEDIA_TYPE,
)
def get_survey_workbook(actor: Actor, survey_id: int) -> File:
    """The same as a workbook"""
    results = queries.get_results(actor, survey_id)
    return File(documents.results_workbook(results), f"{documents.results_title(results)}.xlsx")

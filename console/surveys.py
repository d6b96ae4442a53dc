"""问卷调查: the surveys of the compound, their editor, and what came of those that have stopped."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.documents import sheets
from backend.ratings.policies import FEWEST
from backend.wire import Choice, PageQuery, Query, Str
from console.notices import field_of
from console.pages import page, pages, render
from feedback.notices import audiences
from feedback.surveys import documents, policies, queries
from feedback.surveys.errors import SurveyState
from feedback.surveys.models import AudienceKind, QuestionKind, Segment, State
from feedback.surveys.titles import AUDIENCE_NAMES, QUESTION_NAMES, SEGMENT_NAMES

blueprint = pages("console_surveys", __name__)

MANAGE: Final = Permission.SURVEYS_MANAGE
_PATH: Final = "/surveys"
_ONE: Final = f"{_PATH}/<id:survey_id>"
_USUAL_DAYS: Final = 14
TONES: Final = {State.DRAFT: "gray", State.OPEN: "blue", State.STOPPED: "green"}


class SurveysPage(PageQuery):
    """Which surveys."""

    state = Choice(State)


class ResultsPage(Query):
    """The results, or a workbook of them."""

    format = Str(max_length=4)


@page(blueprint, _PATH, permission=MANAGE, query=SurveysPage)
def surveys(actor: Actor, query: dict[str, Any]) -> str:
    """All surveys, the latest first."""
    found = queries.page_managed(actor, **query)
    return render("surveys/list.html", found=found, query=query, **_words())


@page(blueprint, f"{_PATH}/new", permission=MANAGE, is_compound_wide=True)
def new_survey(actor: Actor) -> str:
    """The form of a new one."""
    return _form(actor, None)


@page(blueprint, _ONE, permission=MANAGE)
def survey(actor: Actor, survey_id: int) -> str:
    """One survey: whom it asks what, and how many have answered."""
    return render("surveys/survey.html", view=queries.get_managed(actor, survey_id), **_words())


@page(blueprint, f"{_ONE}/edit", permission=MANAGE)
def edit_survey(actor: Actor, survey_id: int) -> str:
    """The form that says a draft anew."""
    view = queries.get_managed(actor, survey_id)
    if "edit" not in view.can:
        raise SurveyState(state=view.survey.state, state_name=view.state_name)
    return _form(actor, view)


@page(blueprint, f"{_ONE}/results", permission=MANAGE, query=ResultsPage)
def results(actor: Actor, survey_id: int, query: dict[str, Any]) -> str | File:
    """What came of a survey that has stopped, question by question."""
    found = queries.get_results(actor, survey_id)
    if query.get("format") == "xlsx":
        name = f"{documents.results_title(found)}.xlsx"
        return File(documents.results_workbook(found), name, sheets.MEDIA_TYPE)
    return render("surveys/results.html", results=found, survey=found.survey, **_words())


def share(value: Decimal | None) -> str:
    """A fraction of 1 in per cent: `62.5%`; 数据不足 of what is not told."""
    return f"{value * 100:.1f}%" if value is not None else "数据不足"


def _form(actor: Actor, view: queries.SurveyView | None) -> str:
    today = clock.today()
    return render(
        "surveys/form.html",
        view=view,
        survey=view.survey if view else None,
        questions=list(view.questions) if view else [],
        chosen={each.id for each in view.targets} if view else set(),
        choices=_choices(),
        usual_stop=today + timedelta(days=_USUAL_DAYS),
        latest_stop=today + timedelta(days=policies.LONGEST_DAYS),
        today=today,
        field_of=field_of,
        most_questions=policies.MOST_QUESTIONS,
        most_options=policies.MOST_OPTIONS,
        **_words(),
    )


def _choices() -> dict[AudienceKind, list[dict[str, Any]]]:
    """What a survey may be meant for: the whole compound is within its makers' reach."""
    found = audiences.everything()
    return {
        AudienceKind.DEPARTMENTS: found["departments"],
        AudienceKind.CAMPUSES: found["campuses"],
        AudienceKind.ROLES: found["roles"],
    }


def _words() -> dict[str, Any]:
    return {
        "state_names": policies.STATE_NAMES,
        "audience_names": AUDIENCE_NAMES,
        "segment_names": SEGMENT_NAMES,
        "question_names": QUESTION_NAMES,
        "tones": TONES,
        "share": share,
        "fewest": FEWEST,
        "Segment": Segment,
        "Kind": QuestionKind,
        "State": State,
    }

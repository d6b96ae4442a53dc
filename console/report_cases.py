"""承办申请, 回访 and 督办清单: what waits for a decision, for a question, or for somebody's attention."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Choice, Id, PageQuery
from console.pages import page, pages, render
from console.reports import offices_in_use, report_words
from feedback.offices import queries as offices
from feedback.reports import queries as report_queries
from feedback.reports import views
from feedback.reports.applications import queries as applications
from feedback.reports.applications.models import ApplicationKind, ApplicationState
from feedback.reports.applications.queries import Scope
from feedback.reports.applications.titles import KIND_NAMES
from feedback.reports.errors import ReportNotFound
from feedback.reports.models import Outcome
from feedback.reports.policies import Verb
from feedback.reports.visits import listing, queries
from feedback.reports.visits.policies import Concern
from feedback.reports.visits.titles import CONCERN_NAMES

blueprint = pages("console_report_cases", __name__)

_SCOPES: Final = {Scope.TO_DECIDE: "待我审批", Scope.MINE: "本单位提出的", Scope.ALL: "全部"}
# Of both lists of the visits' page: the done ones are turned, what is to be visited is worked off.
_DUE_SHOWN: Final = 50


class ApplicationsPage(PageQuery):
    """Which applications."""

    scope = Choice(Scope, load_default=Scope.TO_DECIDE)
    state = Choice(ApplicationState)
    kind = Choice(ApplicationKind)


class VisitsPage(PageQuery):
    """Which visits of those that were made."""

    outcome = Choice(Outcome)


class SupervisionPage(PageQuery):
    """Which of the supervision list."""

    reason = Choice(Concern)
    office_id = Id()


@page(blueprint, "/feedback/applications", permission=Permission.SELF, query=ApplicationsPage)
def applications_page(actor: Actor, query: dict[str, Any]) -> str:
    """What the actor may decide, what their offices asked for, or all within reach."""
    found = applications.list_applications(actor, **query)
    return render(
        "reports/applications.html",
        found=found,
        query=query,
        scopes=_SCOPES,
        kinds=KIND_NAMES,
        offices=offices_in_use() if any(each.can_decide for each in found.rows) else [],
        **report_words(),
    )


@page(blueprint, "/feedback/visits", permission=Permission.REPORTS_VISIT, query=VisitsPage)
def visits_page(actor: Actor, query: dict[str, Any]) -> str:
    """What is to be visited, the longest answered first, and what was."""
    return render(
        "reports/visits.html",
        due=queries.list_due(actor, page=1, page_size=_DUE_SHOWN),
        done=queries.list_visits(actor, **query),
        query=query,
        **report_words(),
    )


@page(blueprint, "/feedback/visits/<id:report_id>", permission=Permission.REPORTS_VISIT)
def visit(actor: Actor, report_id: int) -> str:
    """What the visitor asks about, and the form for what was said."""
    found = views.get_report(actor, report_id)
    if not report_queries.standing(actor, found.report).visits:
        raise ReportNotFound
    done = any(each.cycle == found.report.cycle for each in queries.of_report(actor, report_id))
    may_visit = Verb.VISIT in found.can and not done
    return render("reports/visit.html", one=found, may_visit=may_visit, **report_words())


@page(blueprint, "/feedback/supervision", permission=Permission.SELF, query=SupervisionPage)
def supervision(actor: Actor, query: dict[str, Any]) -> str:
    """What is overdue, supervised, reopened again and again, or suspended past its review."""
    return render(
        "reports/supervision.html",
        found=listing.list_supervised(actor, **query),
        query=query,
        concerns=CONCERN_NAMES,
        offices=sorted(offices.names().items()),
        now=clock.now(),
        **report_words(),
    )

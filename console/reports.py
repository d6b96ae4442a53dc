"""诉求: the lists of the desk and of an office, one of them with all about it, and calls written down."""

from datetime import date
from enum import Enum
from typing import Any, Final
from urllib.parse import urlencode

from backend import clock
from backend.actor import Actor, Permission
from backend.flows import report_orders
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from backend.wire import Bool, Choice, Date, Id, PageQuery, Query, Str
from backend.workdays.models import Verdict
from backend.workdays.titles import VERDICT_NAMES
from console.pages import page, pages, render
from console.work_orders import categories_to_file
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.categories.queries import CategoryView
from feedback.categories.titles import DEADLINE_NAMES, KIND_NAMES
from feedback.concierge import queries as concierge
from feedback.deadlines import queries as deadlines
from feedback.deadlines.titles import KIND_NAMES as CLOCK_NAMES
from feedback.moderation.titles import SUBMISSION_NAMES
from feedback.offices import queries as offices
from feedback.reports import listing, policies, queries, reading, views
from feedback.reports.applications import queries as applications
from feedback.reports.applications.models import ApplicationState
from feedback.reports.applications.titles import STATE_NAMES as APPLICATION_NAMES
from feedback.reports.errors import ReportNotFound
from feedback.reports.listing import Scope, Sort
from feedback.reports.models import Origin, State
from feedback.reports.policies import OUTCOME_NAMES, STATE_NAMES, Step, Verb
from feedback.reports.ratings import HANDLING
from feedback.reports.reporting import MOST_EXPORTED
from feedback.reports.views import ReportView
from feedback.reports.visits import queries as visits
from property.categories.titles import URGENCY_NAMES

blueprint = pages("console_reports", __name__)

READ: Final = Permission.FEEDBACK_READ
TRIAGE: Final = Permission.REPORTS_TRIAGE
_PATH: Final = "/feedback/reports"
_PLACES_SHOWN: Final = 20
_FOUND_SHOWN: Final = 10
STATE_TONES: Final = {
    State.PENDING: "yellow",
    State.ACCEPTED: "yellow",
    State.ASSIGNED: "blue",
    State.IN_ORDER: "blue",
    State.REPLIED: "green",
    State.TO_RATE: "green",
    State.CLOSED: "green",
    State.SUSPENDED: "red",
    State.REJECTED: "gray",
    State.DUPLICATE: "gray",
    State.HIDDEN: "gray",
    State.WITHDRAWN: "gray",
}
VERDICT_TONES: Final = {
    Verdict.RUNNING: "blue",
    Verdict.PAUSED: "gray",
    Verdict.MET: "green",
    Verdict.MISSED: "red",
    Verdict.VOID: "gray",
}
APPLICATION_TONES: Final = {
    ApplicationState.WAITING: "yellow",
    ApplicationState.APPROVED: "green",
    ApplicationState.REFUSED: "red",
    ApplicationState.VOID: "gray",
}
SORTS: Final = {Sort.NEWEST: "最新提交", Sort.OLDEST: "最早提交", Sort.DUE: "最先到期"}


class ReportsPage(PageQuery):
    """Which reports."""

    state = Choice(State)
    is_open = Bool(load_default=False)
    kind = Choice(Kind)
    category_id = Id()
    campus_id = Id()
    office_id = Id()
    overdue = Bool(load_default=False)
    supervised = Bool(load_default=False)
    from_on = Date()
    until_on = Date()
    q = Str(max_length=50)
    sort = Choice(Sort, load_default=Sort.NEWEST)


class FindQuery(Query):
    """Words of what is looked for."""

    find = Str(load_default="", max_length=50)


class OthersQuery(FindQuery):
    """Words of other reports; one of them, or several."""

    many = Bool(load_default=False)


class HintsPage(Query):
    """What somebody calls about, and where it is."""

    category_id = Id()
    place_kind = Choice(PlaceKind)
    place_id = Id()


def report_words() -> dict[str, Any]:
    """What states, kinds and verdicts are called, for templates."""
    return {
        "state_names": STATE_NAMES,
        "state_tones": STATE_TONES,
        "kind_names": KIND_NAMES,
        "clock_names": CLOCK_NAMES,
        "verdict_names": VERDICT_NAMES,
        "verdict_tones": VERDICT_TONES,
        "application_names": APPLICATION_NAMES,
        "application_tones": APPLICATION_TONES,
        "outcome_names": OUTCOME_NAMES,
        "most_photos": policies.MOST_PHOTOS,
    }


def campuses() -> list[tuple[int, str]]:
    """The campuses, to filter by."""
    return [(each.id, each.path) for each in places.load_tree().walk() if each.kind is PlaceKind.CAMPUS]


def categories_by_kind(*, for_calls: bool = False) -> list[tuple[str, list[tuple[int, str]]]]:
    """The categories by kind; with `for_calls` those in use under which a call may be written down."""
    found: dict[str, list[tuple[int, str]]] = {}
    for each in categories.list_all():
        if not for_calls or (each.is_active and each.kind is not Kind.SERVICE):
            found.setdefault(KIND_NAMES[each.kind], []).append((each.id, each.name))
    return list(found.items())


def offices_in_use() -> list[tuple[int, str]]:
    """The offices to which something may be given."""
    return [(each.id, each.name) for each in offices.list_all() if each.is_active]


@page(blueprint, _PATH, permission=READ, query=ReportsPage)
def reports(actor: Actor, query: dict[str, Any]) -> str:
    """What the actor reads by permission."""
    return _list(actor, query, Scope.DESK)


@page(blueprint, "/feedback/office", permission=Permission.REPORTS_HANDLE, query=ReportsPage)
def office_reports(actor: Actor, query: dict[str, Any]) -> str:
    """What the actor's own offices have, or had last."""
    return _list(actor, query, Scope.OFFICE)


def _list(actor: Actor, query: dict[str, Any], scope: Scope) -> str:
    return render(
        "reports/list.html",
        found=listing.page_reports(actor, scope=scope, **query),
        query=query,
        is_office=scope is Scope.OFFICE,
        export=f"/api/v1/feedback/reports/export?{_said(scope, query)}",
        most=MOST_EXPORTED,
        categories=categories_by_kind(),
        campuses=campuses(),
        offices=sorted(offices.names().items()),
        sorts=SORTS,
        **report_words(),
    )


def _said(scope: Scope, query: dict[str, Any]) -> str:
    """The filters as the export's address says them."""

    def text(value: Any) -> str:
        if isinstance(value, bool):
            return "true"
        if isinstance(value, Enum):
            return str(value.value)
        return value.isoformat() if isinstance(value, date) else str(value)

    given = {
        name: text(value) for name, value in query.items() if value and name not in ("page", "page_size")
    }
    return urlencode({"scope": scope.value, **given})


@page(blueprint, f"{_PATH}/<id:report_id>", permission=Permission.SELF)
def report(actor: Actor, report_id: int) -> str:
    """One with everything about it that its reader may know and do."""
    found = views.get_report(actor, report_id)
    row = found.report
    who = queries.standing(actor, row)
    asked = applications.of_report(actor, report_id) if who.is_staff else []
    needs_offices = {Verb.ASSIGN, Verb.OBJECT, Verb.RAISE_ORDER} & set(found.can)
    return render(
        "reports/report.html",
        one=found,
        who=who,
        reads=actor.can(READ),
        category=categories.find(row.category_id),
        order=_order(actor, found),
        request=_request(actor, found),
        applications=asked,
        to_decide=[each for each in asked if each.can_decide],
        visits=visits.of_report(actor, report_id) if who.is_staff else [],
        offices=offices_in_use() if needs_offices or any(each.can_decide for each in asked) else [],
        repair_categories=categories_to_file() if Verb.RAISE_ORDER in found.can else [],
        urgency_names=URGENCY_NAMES,
        dimensions=HANDLING.dimensions,
        moderation_names=SUBMISSION_NAMES,
        now=clock.now(),
        today=clock.today(),
        **report_words(),
    )


def _order(actor: Actor, found: ReportView) -> Any:
    """How its latest work order stands; one was raised if its timeline says so."""
    if not any(each.step == Step.RAISE_ORDER for each in found.timeline):
        return None
    return report_orders.order_of(actor, found.report.id)


def _request(actor: Actor, found: ReportView) -> Any:
    """What was answered in a service's form."""
    is_insider = found.sight is not listing.Sight.PUBLIC
    if found.report.origin != Origin.CONCIERGE or not is_insider:
        return None
    return concierge.get_request(actor, found.report.id)


@page(blueprint, f"{_PATH}/<id:report_id>/others", permission=TRIAGE, query=OthersQuery)
def others(actor: Actor, report_id: int, query: dict[str, Any]) -> str:
    """Reports that this one may be the same as: those found by words, or else what is near it."""
    one = queries.find(actor, report_id)
    if not queries.standing(actor, one).triages:
        raise ReportNotFound
    if query["find"].strip():
        found = listing.page_reports(
            actor,
            scope=Scope.DESK,
            q=query["find"],
            is_open=query["many"],
            page=1,
            page_size=_FOUND_SHOWN,
        ).rows
        shown = [(each.report, each.category.name, each.report.text) for each in found]
    else:
        shown = [(each, each.category_name, each.excerpt) for each in _similar(actor, one)]
    return render(
        "reports/others.html",
        found=[each for each in shown if each[0].id != report_id],
        one=one,
        text=query["find"],
        many=query["many"],
        **report_words(),
    )


def _similar(actor: Actor, one: Any) -> list[reading.SimilarReport]:
    category = categories.find(one.category_id)
    if not category.is_active:
        return []
    place = Ref(PlaceKind(one.place_kind), one.place_id) if one.place_id is not None else None
    position = (one.latitude_e6, one.longitude_e6) if one.latitude_e6 is not None else None
    return reading.similar(actor, category_id=one.category_id, place=place, position=position)


@page(blueprint, f"{_PATH}/new", permission=TRIAGE)
def telephone(actor: Actor) -> str:
    """The form for what somebody says on the telephone or at the desk."""
    return render("reports/new.html", categories=categories_by_kind(for_calls=True), **report_words())


@page(blueprint, f"{_PATH}/new/places", permission=TRIAGE, query=FindQuery)
def telephone_places(actor: Actor, query: dict[str, Any]) -> str:
    """The first places whose path has every word, to choose one."""
    found = places.search_places(query["find"], limit=_PLACES_SHOWN) if query["find"].strip() else []
    return render("orders/report_places.html", found=found, text=query["find"], most=_PLACES_SHOWN)


@page(blueprint, f"{_PATH}/new/hints", permission=TRIAGE, query=HintsPage)
def telephone_hints(actor: Actor, query: dict[str, Any]) -> str:
    """By when it would be answered, what it needs, and the open reports that may be about the same."""
    category_id, kind, place_id = query.get("category_id"), query.get("place_kind"), query.get("place_id")
    category: CategoryView | None = categories.leaf(category_id) if category_id is not None else None
    place = Ref(kind, place_id) if kind is not None and place_id is not None else None
    return render(
        "reports/hints.html",
        category=category,
        deadline_name=DEADLINE_NAMES[category.deadline] if category else "",
        promise=deadlines.promise(category.deadline) if category else None,
        place=place,
        similar=reading.similar(actor, category_id=category.id, place=place) if category and place else [],
        **report_words(),
    )

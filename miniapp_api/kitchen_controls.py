"""日管控, 周排查 and 月调度, and the problems that they find."""

from datetime import date
from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from canteen.food_safety.controls import documents, facts
from canteen.food_safety.controls import waiting as attention
from canteen.food_safety.controls.days import queries as days
from canteen.food_safety.controls.days import services as day_services
from canteen.food_safety.controls.days.schemas import (
    ControlAnswersIn,
    ControlCloseIn,
    ControlDayOut,
    ControlDayStateOut,
    ControlItemsIn,
    ControlItemsOut,
    FactGroupOut,
)
from canteen.food_safety.controls.findings import queries as findings
from canteen.food_safety.controls.findings import services as finding_services
from canteen.food_safety.controls.findings.schemas import (
    FindingCheckIn,
    FindingIn,
    FindingReassignIn,
    FindingRectifyIn,
    FindingsQuery,
    SafetyFindingDetailOut,
    SafetyFindingOut,
)
from canteen.food_safety.controls.models import SafetyMonth, SafetyWeek
from canteen.food_safety.controls.reviews import queries as reviews
from canteen.food_safety.controls.reviews import services as review_services
from canteen.food_safety.controls.reviews.schemas import (
    ControlsWaitingOut,
    ReviewStepIn,
    SafetyMonthIn,
    SafetyMonthOut,
    SafetyReviewIn,
    SafetyReviewsQuery,
    SafetyWeekIn,
    SafetyWeekOut,
)
from canteen.food_safety.hygiene.schemas import KitchenDaysQuery, KitchenQuery

blueprint = Blueprint("kitchen_controls", __name__, description="日管控、周排查、月调度")

PDF: Final = "application/pdf"
_ROOT: Final = "/canteen/controls"
# Who records sees what is to be recorded, too: each query asks for either permission.
_SEES: Final = Permission.SELF
_READ: Final = Permission.SAFETY_READ
_RECORD: Final = Permission.SAFETY_RECORD
_MANAGE: Final = Permission.SAFETY_MANAGE


@endpoint(blueprint, "GET", f"{_ROOT}/items", permission=_SEES, query=KitchenQuery, out=ControlItemsOut)
def get_control_items(actor: Actor, query: dict[str, Any]) -> Any:
    """What is checked every day"""
    return days.get_template(actor, **query)


@endpoint(blueprint, "PUT", f"{_ROOT}/items", permission=_MANAGE, body=ControlItemsIn, out=ControlItemsOut)
def save_control_items(actor: Actor, body: dict[str, Any]) -> Any:
    """Give a canteen items of its own; none at all bring the house's back"""
    return day_services.save_template(actor, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/days",
    permission=_SEES,
    query=KitchenDaysQuery,
    out=ControlDayStateOut,
    many=True,
)
def list_control_days(actor: Actor, query: dict[str, Any]) -> Any:
    """How far these days are; a gap shows as one"""
    return days.list_days(actor, **query)


@endpoint(
    blueprint, "GET", f"{_ROOT}/days/<day:on_date>", permission=_SEES, query=KitchenQuery, out=ControlDayOut
)
def get_control_day(actor: Actor, on_date: date, query: dict[str, Any]) -> Any:
    """A day of a kitchen with its items and problems"""
    return days.get_day(actor, on=on_date, **query)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/days/<day:on_date>/facts",
    permission=_SEES,
    query=KitchenQuery,
    out=FactGroupOut,
    many=True,
)
def list_day_facts(actor: Actor, on_date: date, query: dict[str, Any]) -> Any:
    """What the day's records say, to check the items by"""
    days.get_day(actor, on=on_date, **query)
    return facts.of_span(query["canteen_id"], on_date, on_date)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/days/<day:on_date>/answers",
    permission=_RECORD,
    body=ControlAnswersIn,
    out=ControlDayOut,
)
def answer_control(actor: Actor, on_date: date, body: dict[str, Any]) -> Any:
    """Say what was found; what is not in order becomes a problem to put right"""
    return day_services.answer(actor, on=on_date, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/days/<day:on_date>/close",
    permission=_RECORD,
    body=ControlCloseIn,
    out=ControlDayOut,
)
def close_control(actor: Actor, on_date: date, body: dict[str, Any]) -> Any:
    """Close a day; one without a risk is recorded as such"""
    return day_services.close(actor, on=on_date, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/days/<day:on_date>/pdf", permission=_SEES, query=KitchenQuery, file=PDF)
def get_control_pdf(actor: Actor, on_date: date, query: dict[str, Any]) -> File:
    """The day's record on paper"""
    found = days.get_day(actor, on=on_date, **query)
    content = documents.day_pdf(
        found, facts.of_span(found.canteen_id, on_date, on_date), printed_by=actor.name
    )
    return File(content, f"{documents.day_title(found)}.pdf", PDF)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/findings",
    permission=_SEES,
    query=FindingsQuery,
    out=SafetyFindingOut,
    many=True,
)
def list_findings(actor: Actor, query: dict[str, Any]) -> Any:
    """Problems, those that are due first come first"""
    return findings.page_findings(actor, **query)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/findings",
    permission=_RECORD,
    body=FindingIn,
    out=SafetyFindingDetailOut,
    status=201,
)
def raise_finding(actor: Actor, body: dict[str, Any]) -> Any:
    """Write down a problem that came up elsewhere"""
    return finding_services.raise_finding(actor, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/findings/<id:finding_id>", permission=_SEES, out=SafetyFindingDetailOut)
def get_finding(actor: Actor, finding_id: int) -> Any:
    """A problem with its steps"""
    return findings.get_finding(actor, finding_id)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/findings/<id:finding_id>/rectify",
    permission=_RECORD,
    body=FindingRectifyIn,
    out=SafetyFindingDetailOut,
)
def rectify_finding(actor: Actor, finding_id: int, body: dict[str, Any]) -> Any:
    """Say that a problem is put right"""
    return finding_services.rectify(actor, finding_id=finding_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/findings/<id:finding_id>/check",
    permission=_RECORD,
    body=FindingCheckIn,
    out=SafetyFindingDetailOut,
)
def check_finding(actor: Actor, finding_id: int, body: dict[str, Any]) -> Any:
    """Check what somebody else put right"""
    return finding_services.check(actor, finding_id=finding_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/findings/<id:finding_id>/reassign",
    permission=_MANAGE,
    body=FindingReassignIn,
    out=SafetyFindingDetailOut,
)
def reassign_finding(actor: Actor, finding_id: int, body: dict[str, Any]) -> Any:
    """Let somebody else, or by another day, put it right"""
    return finding_services.reassign(actor, finding_id=finding_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/weeks",
    permission=_READ,
    query=SafetyReviewsQuery,
    out=SafetyWeekOut,
    many=True,
)
def list_weeks(actor: Actor, query: dict[str, Any]) -> Any:
    """The weekly reports, the latest first"""
    return reviews.page_reports(actor, SafetyWeek, **query)


@endpoint(blueprint, "POST", f"{_ROOT}/weeks", permission=_MANAGE, body=SafetyReviewIn, out=SafetyWeekOut)
def begin_week(actor: Actor, body: dict[str, Any]) -> Any:
    """The draft of a day's week, with the facts of the week"""
    return review_services.begin(actor, SafetyWeek, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/weeks/<id:report_id>", permission=_READ, out=SafetyWeekOut)
def get_week(actor: Actor, report_id: int) -> Any:
    """A weekly report"""
    return reviews.get_report(actor, SafetyWeek, report_id)


@endpoint(
    blueprint,
    "PUT",
    f"{_ROOT}/weeks/<id:report_id>",
    permission=_MANAGE,
    body=SafetyWeekIn,
    out=SafetyWeekOut,
)
def save_week(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Write what was found and what is done about it"""
    return review_services.save(actor, SafetyWeek, report_id=report_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/weeks/<id:report_id>/refresh",
    permission=_MANAGE,
    body=ReviewStepIn,
    out=SafetyWeekOut,
)
def refresh_week(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Take the facts of now"""
    return review_services.refresh(actor, SafetyWeek, report_id=report_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/weeks/<id:report_id>/sign",
    permission=_MANAGE,
    body=ReviewStepIn,
    out=SafetyWeekOut,
)
def sign_week(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Let the report stand; it does not change any more"""
    return review_services.sign(actor, SafetyWeek, report_id=report_id, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/weeks/<id:report_id>/pdf", permission=_READ, file=PDF)
def get_week_pdf(actor: Actor, report_id: int) -> File:
    """The weekly report on paper"""
    view = reviews.get_report(actor, SafetyWeek, report_id)
    content = documents.report_pdf(view, printed_by=actor.name)
    return File(content, f"{documents.report_title(view)}.pdf", PDF)


@endpoint(
    blueprint,
    "GET",
    f"{_ROOT}/months",
    permission=_READ,
    query=SafetyReviewsQuery,
    out=SafetyMonthOut,
    many=True,
)
def list_months(actor: Actor, query: dict[str, Any]) -> Any:
    """The monthly minutes, the latest first"""
    return reviews.page_reports(actor, SafetyMonth, **query)


@endpoint(blueprint, "POST", f"{_ROOT}/months", permission=_MANAGE, body=SafetyReviewIn, out=SafetyMonthOut)
def begin_month(actor: Actor, body: dict[str, Any]) -> Any:
    """The draft of a day's month, with the facts of the month"""
    return review_services.begin(actor, SafetyMonth, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/months/<id:report_id>", permission=_READ, out=SafetyMonthOut)
def get_month(actor: Actor, report_id: int) -> Any:
    """The minutes of a month"""
    return reviews.get_report(actor, SafetyMonth, report_id)


@endpoint(
    blueprint,
    "PUT",
    f"{_ROOT}/months/<id:report_id>",
    permission=_MANAGE,
    body=SafetyMonthIn,
    out=SafetyMonthOut,
)
def save_month(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Write when the meeting was, who attended, and what was decided"""
    return review_services.save(actor, SafetyMonth, report_id=report_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/months/<id:report_id>/refresh",
    permission=_MANAGE,
    body=ReviewStepIn,
    out=SafetyMonthOut,
)
def refresh_month(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Take the facts of now"""
    return review_services.refresh(actor, SafetyMonth, report_id=report_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{_ROOT}/months/<id:report_id>/sign",
    permission=_MANAGE,
    body=ReviewStepIn,
    out=SafetyMonthOut,
)
def sign_month(actor: Actor, report_id: int, body: dict[str, Any]) -> Any:
    """Let the minutes stand; they do not change any more"""
    return review_services.sign(actor, SafetyMonth, report_id=report_id, **body)


@endpoint(blueprint, "GET", f"{_ROOT}/months/<id:report_id>/pdf", permission=_READ, file=PDF)
def get_month_pdf(actor: Actor, report_id: int) -> File:
    """The minutes on paper"""
    view = reviews.get_report(actor, SafetyMonth, report_id)
    content = documents.report_pdf(view, printed_by=actor.name)
    return File(content, f"{documents.report_title(view)}.pdf", PDF)


@endpoint(blueprint, "GET", f"{_ROOT}/attention", permission=_SEES, out=ControlsWaitingOut, many=True)
def list_waiting(actor: Actor) -> Any:
    """What waits at the kitchens within reach"""
    return attention.waiting(actor)

"""会务 over HTTP: the catalogue, the services of meetings, stewards' tasks, checks and ratings."""

from datetime import datetime
from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from meeting.hospitality import queries, ratings, services
from meeting.hospitality.catalogue import queries as catalogue
from meeting.hospitality.catalogue import services as catalogue_services
from meeting.hospitality.catalogue.schemas import (
    MeetingChecklistIn,
    MeetingChecklistLineOut,
    MeetingItemChangeIn,
    MeetingItemIn,
    MeetingItemOut,
    MeetingServiceIn,
    MeetingServiceOut,
    MeetingServicesQuery,
    NewMeetingServiceIn,
)
from meeting.hospitality.checks import queries as checks
from meeting.hospitality.checks import services as check_services
from meeting.hospitality.checks.schemas import (
    FaultSettleIn,
    FaultsQuery,
    HospitalityFiguresOut,
    HospitalityFiguresQuery,
    MeetingCheckIn,
    MeetingCheckItemOut,
    MeetingChecklistOut,
)
from meeting.hospitality.schemas import (
    BookingServicesOut,
    ItemAvailabilityOut,
    ItemAvailabilityQuery,
    ItemStockIn,
    MeetingRateIn,
    MeetingRateQuery,
    MeetingRatingOut,
    ServiceOrderIn,
)
from meeting.hospitality.tasks import queries as tasks
from meeting.hospitality.tasks import services as task_services
from meeting.hospitality.tasks.schemas import (
    MeetingTaskOut,
    MeetingTasksQuery,
    StewardChoiceOut,
    TaskAssignIn,
    TaskFinishIn,
)

blueprint = Blueprint("meeting_hospitality", __name__, description="会务")

SELF = Permission.SELF
MANAGE = Permission.HOSPITALITY_MANAGE
SERVE = Permission.MEETINGS_SERVE
READ = Permission.MEETINGS_READ
SERVICES = "/meeting/services"
ITEMS = "/meeting/items"
BOOKING = "/meeting/bookings/<id:booking_id>"
TASK = "/meeting/tasks/<id:task_id>"


@endpoint(
    blueprint,
    "GET",
    SERVICES,
    permission=SELF,
    query=MeetingServicesQuery,
    out=MeetingServiceOut,
    many=True,
)
def list_meeting_services(actor: Actor, query: dict[str, Any]) -> Any:
    """What may be ordered for a meeting"""
    with_inactive = query["all"] and actor.can(MANAGE)
    return list(catalogue.all_services(with_inactive=with_inactive).values())


@endpoint(
    blueprint,
    "POST",
    SERVICES,
    permission=MANAGE,
    body=NewMeetingServiceIn,
    out=MeetingServiceOut,
    status=201,
)
def create_meeting_service(actor: Actor, body: dict[str, Any]) -> Any:
    """Offer a new service"""
    return catalogue_services.create_service(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{SERVICES}/<id:service_id>",
    permission=MANAGE,
    body=MeetingServiceIn,
    out=MeetingServiceOut,
)
def change_meeting_service(actor: Actor, service_id: int, body: dict[str, Any]) -> Any:
    """Describe a service anew"""
    return catalogue_services.change_service(actor, service_id=service_id, **body)


@endpoint(blueprint, "GET", ITEMS, permission=READ, out=MeetingItemOut, many=True)
def list_meeting_items(actor: Actor) -> Any:
    """Equipment that is lent to meetings, and where it is"""
    return catalogue.list_items()


@endpoint(blueprint, "POST", ITEMS, permission=MANAGE, body=MeetingItemIn, out=MeetingItemOut, status=201)
def create_meeting_item(actor: Actor, body: dict[str, Any]) -> Any:
    """Keep a new item of equipment"""
    return catalogue_services.create_item(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{ITEMS}/<id:item_id>",
    permission=MANAGE,
    body=MeetingItemChangeIn,
    out=MeetingItemOut,
)
def change_meeting_item(actor: Actor, item_id: int, body: dict[str, Any]) -> Any:
    """Describe an item anew"""
    return catalogue_services.change_item(actor, item_id=item_id, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{ITEMS}/<id:item_id>/stock",
    permission=MANAGE,
    body=ItemStockIn,
    out=MeetingItemOut,
)
def set_meeting_stock(actor: Actor, item_id: int, body: dict[str, Any]) -> Any:
    """Say how many a campus has"""
    return services.stock(actor, item_id=item_id, **body)


@endpoint(
    blueprint,
    "GET",
    f"{ITEMS}/availability",
    permission=READ,
    query=ItemAvailabilityQuery,
    out=ItemAvailabilityOut,
    many=True,
)
def list_free_items(actor: Actor, query: dict[str, Any]) -> Any:
    """How many of each item a campus has free all of a time"""
    start: datetime = query["start"]
    return queries.availability(query["campus_id"], start, max(query["end"], start))


@endpoint(
    blueprint,
    "GET",
    "/meeting/checklist-lines",
    permission=READ,
    out=MeetingChecklistLineOut,
    many=True,
)
def list_checklist_lines(actor: Actor) -> Any:
    """The lines that every meeting's checklist has"""
    return catalogue.checklist()


@endpoint(
    blueprint,
    "PUT",
    "/meeting/checklist-lines",
    permission=MANAGE,
    body=MeetingChecklistIn,
    out=MeetingChecklistLineOut,
    many=True,
)
def set_checklist_lines(actor: Actor, body: dict[str, Any]) -> Any:
    """Replace the lines that every meeting's checklist has"""
    return catalogue_services.set_checklist(actor, **body)


@endpoint(blueprint, "GET", f"{BOOKING}/services", permission=SELF, out=BookingServicesOut)
def get_booking_services(actor: Actor, booking_id: int) -> Any:
    """What was ordered for each meeting of a booking"""
    return queries.services_of(actor, booking_id)


@endpoint(
    blueprint,
    "PUT",
    f"{BOOKING}/services",
    permission=SELF,
    body=ServiceOrderIn,
    out=BookingServicesOut,
)
def order_booking_services(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Say which services a meeting, it and those after it, or all of a booking shall have"""
    return services.order(actor, booking_id=booking_id, **body)


@endpoint(blueprint, "GET", f"{BOOKING}/rate", permission=SELF, query=MeetingRateQuery, out=MeetingRatingOut)
def get_meeting_rating(actor: Actor, booking_id: int, query: dict[str, Any]) -> Any:
    """Whether one's meeting can be rated, and how it was"""
    return ratings.get_rating(actor, booking_id=booking_id, **query)


@endpoint(
    blueprint,
    "POST",
    f"{BOOKING}/rate",
    permission=SELF,
    body=MeetingRateIn,
    out=MeetingRatingOut,
    status=201,
)
def rate_meeting(actor: Actor, booking_id: int, body: dict[str, Any]) -> Any:
    """Say how one's meeting was served"""
    return ratings.rate(actor, booking_id=booking_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/tasks",
    permission=READ,
    query=MeetingTasksQuery,
    out=MeetingTaskOut,
    many=True,
)
def list_meeting_tasks(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own tasks, those nobody has, or all within reach; what is due first comes first"""
    return tasks.page_tasks(actor, **query)


@endpoint(blueprint, "GET", TASK, permission=READ, out=MeetingTaskOut)
def get_meeting_task(actor: Actor, task_id: int) -> Any:
    """A task with its meeting and its checklist"""
    return tasks.get_task(actor, task_id)


@endpoint(blueprint, "GET", f"{TASK}/stewards", permission=MANAGE, out=StewardChoiceOut, many=True)
def list_task_stewards(actor: Actor, task_id: int) -> Any:
    """Who could take a task, the free ones with the least to do first"""
    return tasks.stewards_for(actor, task_id)


@endpoint(blueprint, "POST", f"{TASK}/take", permission=SERVE, out=MeetingTaskOut)
def take_meeting_task(actor: Actor, task_id: int) -> Any:
    """Take a task that nobody has"""
    return task_services.take(actor, task_id=task_id)


@endpoint(blueprint, "POST", f"{TASK}/drop", permission=SERVE, out=MeetingTaskOut)
def drop_meeting_task(actor: Actor, task_id: int) -> Any:
    """Give a task back"""
    return task_services.drop(actor, task_id=task_id)


@endpoint(blueprint, "POST", f"{TASK}/assign", permission=MANAGE, body=TaskAssignIn, out=MeetingTaskOut)
def assign_meeting_task(actor: Actor, task_id: int, body: dict[str, Any]) -> Any:
    """Give a task to a steward, or take it away"""
    return task_services.assign(actor, task_id=task_id, **body)


@endpoint(blueprint, "POST", f"{TASK}/start", permission=SERVE, out=MeetingTaskOut)
def start_meeting_task(actor: Actor, task_id: int) -> Any:
    """Begin one's task"""
    return task_services.start(actor, task_id=task_id)


@endpoint(blueprint, "POST", f"{TASK}/done", permission=SERVE, body=TaskFinishIn, out=MeetingTaskOut)
def finish_meeting_task(actor: Actor, task_id: int, body: dict[str, Any]) -> Any:
    """Finish one's task, its checklist ticked"""
    return task_services.finish(actor, task_id=task_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/occurrences/<id:occurrence_id>/checks",
    permission=SELF,
    out=MeetingChecklistOut,
)
def get_meeting_checks(actor: Actor, occurrence_id: int) -> Any:
    """The checklist of a meeting, with what was found"""
    return checks.checklist(actor, occurrence_id)


@endpoint(
    blueprint,
    "POST",
    "/meeting/occurrences/<id:occurrence_id>/checks",
    permission=SELF,
    body=MeetingCheckIn,
    out=MeetingChecklistOut,
)
def check_meeting(actor: Actor, occurrence_id: int, body: dict[str, Any]) -> Any:
    """Write down what was found of a meeting's checklist"""
    return check_services.check(actor, occurrence_id=occurrence_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/meeting/check-items/<id:item_id>/settle",
    permission=SELF,
    body=FaultSettleIn,
    out=MeetingCheckItemOut,
)
def settle_meeting_fault(actor: Actor, item_id: int, body: dict[str, Any]) -> Any:
    """Say how a fault was seen to"""
    return check_services.settle(actor, item_id=item_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/meeting/hospitality/faults",
    permission=READ,
    query=FaultsQuery,
    out=MeetingCheckItemOut,
    many=True,
)
def list_meeting_faults(actor: Actor, query: dict[str, Any]) -> Any:
    """What was amiss, the latest first"""
    return checks.page_faults(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/meeting/hospitality/figures",
    permission=READ,
    query=HospitalityFiguresQuery,
    out=HospitalityFiguresOut,
)
def get_hospitality_figures(actor: Actor, query: dict[str, Any]) -> Any:
    """How well meetings were served: 零差错"""
    return checks.figures(actor, **query)

"""微管家 over HTTP: the catalogue of services, and requests.

What happens to a request after its submission are the verbs of its report.
"""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.endpoints import Shared
from backend.http import endpoint
from feedback.concierge import queries, services
from feedback.concierge.schemas import (
    ManagedServiceOut,
    NewServiceIn,
    ServiceIn,
    ServiceOut,
    ServiceRequestIn,
    ServiceRequestOut,
    ServiceRequestRowOut,
    ServiceRequestsQuery,
    ServicesLoadedOut,
    ServicesOrderIn,
)

blueprint = Blueprint("concierge", __name__, description="微管家")

SELF = Permission.SELF
MANAGE = Permission.FEEDBACK_MANAGE
SERVICES = "/feedback/services"
REQUESTS = "/feedback/requests"


@endpoint(
    blueprint,
    "GET",
    SERVICES,
    permission=SELF,
    out=ServiceOut,
    many=True,
    shared=Shared(queries.TOPIC, seconds=5),
)
def list_services() -> Any:
    """The services in use, with their forms"""
    return queries.list_active()


@endpoint(blueprint, "GET", f"{SERVICES}/all", permission=MANAGE, out=ManagedServiceOut, many=True)
def list_all_services(actor: Actor) -> Any:
    """All services, in use or not"""
    return queries.list_all()


@endpoint(
    blueprint, "POST", SERVICES, permission=MANAGE, body=NewServiceIn, out=ManagedServiceOut, status=201
)
def create_service(actor: Actor, body: dict[str, Any]) -> Any:
    """Add a service"""
    return services.create(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{SERVICES}/<id:item_id>",
    permission=MANAGE,
    body=ServiceIn,
    out=ManagedServiceOut,
)
def change_service(actor: Actor, item_id: int, body: dict[str, Any]) -> Any:
    """Describe a service anew, with its form, or take it out of use"""
    return services.change(actor, item_id=item_id, **body)


@endpoint(
    blueprint,
    "PUT",
    f"{SERVICES}/order",
    permission=MANAGE,
    body=ServicesOrderIn,
    out=ManagedServiceOut,
    many=True,
)
def order_services(actor: Actor, body: dict[str, Any]) -> Any:
    """Say in which order the services stand"""
    return services.reorder(actor, **body)


@endpoint(blueprint, "POST", f"{SERVICES}/defaults", permission=MANAGE, out=ServicesLoadedOut)
def load_default_services(actor: Actor) -> Any:
    """Add the services of the standard catalogue that are not there yet"""
    return services.load_defaults(actor)


@endpoint(
    blueprint,
    "GET",
    REQUESTS,
    permission=SELF,
    query=ServiceRequestsQuery,
    out=ServiceRequestRowOut,
    many=True,
)
def list_service_requests(actor: Actor, query: dict[str, Any]) -> Any:
    """Requests: one's own, those of one's offices, or all within reach; the newest first"""
    return queries.page_requests(actor, **query)


@endpoint(
    blueprint, "POST", REQUESTS, permission=SELF, body=ServiceRequestIn, out=ServiceRequestOut, status=201
)
def request_service(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask for a service by filling in its form"""
    return services.request(actor, **body)


@endpoint(blueprint, "GET", f"{REQUESTS}/<id:report_id>", permission=SELF, out=ServiceRequestOut)
def get_service_request(actor: Actor, report_id: int) -> Any:
    """A request with its answers"""
    return queries.get_request(actor, report_id)


@endpoint(blueprint, "POST", f"{REQUESTS}/<id:report_id>/unmask", permission=SELF, out=ServiceRequestOut)
def unmask_service_request(actor: Actor, report_id: int) -> Any:
    """A request with its telephone numbers in full, for who has it in hand; recorded"""
    return services.unmask(actor, report_id=report_id)

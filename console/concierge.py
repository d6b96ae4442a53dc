"""微管家: the catalogue of small services with their forms, and what was asked for."""

from typing import Any, Final

from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.wire import Bool, Choice, Id, PageQuery, Query, Str
from console.feedback_keeping import may_manage, office_choices
from console.moving import neighbouring
from console.pages import page, pages, render
from console.reports import STATE_TONES
from feedback.categories import queries as categories
from feedback.categories.models import Kind
from feedback.concierge import fields, policies, queries
from feedback.concierge.fields import FieldType
from feedback.concierge.policies import Scope
from feedback.concierge.queries import ServiceView
from feedback.offices import queries as offices

blueprint = pages("console_concierge", __name__)

READ: Final = Permission.FEEDBACK_READ
MANAGE: Final = Permission.FEEDBACK_MANAGE
_SERVICES: Final = "/concierge/services"
_REQUESTS: Final = "/concierge/requests"
_PLACES_SHOWN: Final = 30
SCOPE_NAMES: Final = {Scope.ALL: "管辖范围内", Scope.OFFICE: "本人所在承办单位"}
# What stands before the two bounds of a field: characters, the number, how many, days from today.
BOUND_NAMES: Final = {
    FieldType.TEXT: ("最少字数", "最多字数"),
    FieldType.LONG_TEXT: ("最少字数", "最多字数"),
    FieldType.NUMBER: ("最小值", "最大值"),
    FieldType.CHOICES: ("至少选几项", "最多选几项"),
    FieldType.DATE: ("至少提前几天", "最多提前几天"),
    FieldType.DATETIME: ("至少提前几天", "最多提前几天"),
}


class ServiceRequestsPage(PageQuery):
    """Which requests; `is_open` null is all of them."""

    scope = Choice(Scope, load_default=Scope.ALL)
    service_id = Id()
    is_open = Bool()


class PlaceChoicesQuery(Query):
    """Words of a place's path."""

    find = Str(load_default="", max_length=50)


@page(blueprint, _SERVICES, permission=READ)
def list_services(actor: Actor) -> str:
    """The whole catalogue, in use or not, each with its neighbours' new orders should it move."""
    rows = queries.list_all()
    return render(
        "concierge/services.html",
        rows=rows,
        orders=neighbouring([[each.id for each in rows]]),
        category_names=categories.names(),
        office_names=offices.names(),
        type_names=fields.TYPE_NAMES,
        may_manage=may_manage(actor),
    )


@page(blueprint, f"{_SERVICES}/new", permission=MANAGE, is_compound_wide=True)
def new_service(actor: Actor) -> str:
    """The form of a new service."""
    return render("concierge/service.html", service=None, **_service_words(None))


@page(blueprint, f"{_SERVICES}/<id:item_id>", permission=MANAGE, is_compound_wide=True)
def edit_service(actor: Actor, item_id: int) -> str:
    """The form of a service, with the fields that are asked for."""
    found = queries.find(item_id)
    return render("concierge/service.html", service=found, **_service_words(found))


@page(blueprint, _REQUESTS, permission=READ, query=ServiceRequestsPage)
def list_requests(actor: Actor, query: dict[str, Any]) -> str:
    """What was asked for, the newest first."""
    return render(
        "concierge/requests.html",
        query=query,
        found=queries.page_requests(actor, **query),
        services=[(each.id, each.name) for each in queries.list_all()],
        scope_names=SCOPE_NAMES,
        state_tones=STATE_TONES,
    )


@page(blueprint, f"{_REQUESTS}/<id:report_id>", permission=READ)
def show_request(actor: Actor, report_id: int) -> str:
    """What somebody answered in the form; telephone numbers are masked."""
    return render("concierge/request.html", request=queries.get_request(actor, report_id))


@page(blueprint, "/concierge/places", permission=READ, query=PlaceChoicesQuery)
def place_choices(actor: Actor, query: dict[str, Any]) -> str:
    """The first places whose path has every word, as a select to choose from."""
    text = query["find"].strip()
    found = places.search_places(text, limit=_PLACES_SHOWN) if text else []
    return render("property/place_choices.html", found=found, text=text, most=_PLACES_SHOWN)


def _service_words(service: ServiceView | None) -> dict[str, Any]:
    chosen = service.category_id if service else None
    icons = {each.icon: each.name for each in queries.list_all() if each.icon}
    return {
        "categories": [
            (each.id, each.name)
            for each in categories.list_all()
            if each.kind is Kind.SERVICE and (each.is_active or each.id == chosen)
        ],
        "offices": office_choices(service.office_id if service else None),
        "icons": [(icon, f"同“{name}”") for icon, name in icons.items()],
        "types": list(fields.TYPE_NAMES.items()),
        "bounds": {each.value: names for each, names in BOUND_NAMES.items()},
        "policies": policies,
        "fields": fields,
    }

"""Use cases of the concierge. The catalogue holds for the whole compound: so must the permission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from backend.places.policies import Ref
from feedback.categories import queries as categories
from feedback.categories.errors import DemandCategoryNotFound
from feedback.concierge import fields, operations, policies, queries
from feedback.concierge.defaults import standards
from feedback.concierge.errors import RequestNotFound, ServiceCategoryInvalid, ServicesChanged
from feedback.concierge.fields import FormField
from feedback.concierge.queries import RequestView, ServiceView
from feedback.offices import queries as offices
from feedback.reports import people
from feedback.reports import policies as report_policies
from feedback.reports.errors import ReportNotFound

OBJECT = "concierge_service"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of the standard services were new; and how many were there, or have no category here."""

    created: int
    kept: int


@atomic
def create(actor: Actor, *, code: str, form: Sequence[FormField], **said: Any) -> ServiceView:
    """A new service, behind the others.

    Raises Forbidden, ServiceCategoryInvalid, ServiceOfficeNeeded, OfficeNotFound,
    OfficeClosed, FormInvalid or ServiceTaken.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    columns = _checked(said, form)
    last = max((each.position for each in operations.hold()), default=0)
    item = operations.add(actor, {"code": code, "position": last + 1, **columns}, form)
    record(actor, "feedback.service_created", OBJECT, item.id, name=item.name, code=code)
    operations.changed()
    return queries.find(item.id)


@atomic
def change(actor: Actor, *, item_id: int, form: Sequence[FormField], **said: Any) -> ServiceView:
    """Describe a service anew; its code stays. Requests keep the form that they were answered by.

    Raises as `create`, and ServiceNotFound.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    columns = _checked(said, form, queries.find(item_id))
    changes = operations.set_columns(actor, item_id, columns, form)
    if changes:
        record(actor, "feedback.service_changed", OBJECT, item_id, name=said["name"], changes=changes)
        operations.changed()
    return queries.find(item_id)


@atomic
def reorder(actor: Actor, *, item_ids: Sequence[int]) -> list[ServiceView]:
    """Let all services stand in this order. Raises Forbidden, or ServicesChanged unless they are all."""
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    before = operations.hold()
    if sorted(each.id for each in before) != sorted(item_ids):
        raise ServicesChanged
    if [each.id for each in before] != list(item_ids):
        operations.set_positions(item_ids)
        names = {each.id: each.name for each in before}
        order = [names[item_id] for item_id in item_ids]
        record(actor, "feedback.services_ordered", OBJECT, 0, order=order)
        operations.changed()
    return queries.list_all()


@atomic
def load_defaults(actor: Actor) -> Loaded:
    """Add the services of the standard catalogue that are not there yet; what is there stays as it is.

    The standard categories of demands come first: what belongs under a missing one is left out. Repeating it
    changes nothing. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    known = {each.code: each.id for each in categories.list_all()}
    standard = standards()
    created = operations.add_standards(actor, standard, known)
    if created:
        record(actor, "feedback.services_loaded", OBJECT, 0, created=created)
        operations.changed()
    return Loaded(created, len(standard) - created)


@atomic
def request(
    actor: Actor,
    *,
    service: str,
    answers: Mapping[str, Any],
    place: Ref | None = None,
    text: str = "",
    photo_ids: Sequence[int] = (),
) -> RequestView:
    """Ask for a service; from then on it is a report. Raises ServiceNotFound, ServiceInactive, and as
    `operations.raise_request`.
    """
    report = operations.raise_request(
        actor, queries.in_use(service), answers=answers, place=place, text=text, photo_ids=photo_ids
    )
    return queries.get_request(actor, report.id)


@atomic
def unmask(actor: Actor, *, report_id: int) -> RequestView:
    """A request with its sealed answers in full, for who has it in hand; recorded.

    Raises RequestNotFound, or ReportNotYours for who only oversees.
    """
    queries.get_request(actor, report_id)
    try:
        report, who = people.entering_any(actor, report_id)
    except ReportNotFound as error:
        raise RequestNotFound from error
    report_policies.ensure(who.is_handler or who.triages or who.is_reporter)
    record(actor, "feedback.request_unmasked", "report", report_id, number=report.number)
    return queries.get_request(actor, report_id, in_full=True)


def _checked(
    said: Mapping[str, Any], form: Sequence[FormField], before: ServiceView | None = None
) -> dict[str, Any]:
    """What is said of a service, as it is kept. Raises as `create`."""
    try:
        category = categories.find(said["category_id"])
    except DemandCategoryNotFound as error:
        raise ServiceCategoryInvalid from error
    policies.ensure_category(category, before.category_id if before else None)
    office_id = said["office_id"]
    policies.ensure_office(said["is_direct"], office_id)
    if office_id is not None and office_id != (before.office_id if before else None):
        offices.find(office_id)
    fields.ensure_form(form)
    return {**said, "words": policies.tidy(said["words"])}

"""Use cases of what 会务 offers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic, db
from backend.refusals import refusing_clashes
from meeting.hospitality.catalogue import queries
from meeting.hospitality.catalogue.errors import (
    ChecklistRepeated,
    HospitalityCodeTaken,
    ItemNotFound,
    ServiceItemUnknown,
    ServiceNotFound,
    ServiceWithoutTask,
)
from meeting.hospitality.catalogue.models import ChecklistLine, HospitalityService, Item, Phase
from meeting.hospitality.catalogue.queries import ItemView, ServiceView

MANAGE: Final = Permission.HOSPITALITY_MANAGE
_WORK: Final = ("setup_minutes", "repeat_minutes", "clear_minutes")


@atomic
def create_service(actor: Actor, *, code: str, **columns: Any) -> ServiceView:
    """Offer a new service.

    Raises Forbidden, HospitalityCodeTaken, ServiceItemUnknown, ServiceWithoutTask or ChecklistRepeated.
    """
    ensure_everywhere(actor, MANAGE)
    service = HospitalityService(code=code)
    _describe(service, columns)
    db.session.add(service)
    with refusing_clashes(HospitalityCodeTaken()):
        pass
    record(actor, "meeting.service_created", "meeting_service", service.id, name=service.name)
    return queries.get_service(service.id)


@atomic
def change_service(actor: Actor, *, service_id: int, **columns: Any) -> ServiceView:
    """Describe a service anew; what was ordered before keeps its tasks until it moves.

    Raises ServiceNotFound and as `create_service`.
    """
    ensure_everywhere(actor, MANAGE)
    service = db.session.get(HospitalityService, service_id, with_for_update=True, populate_existing=True)
    if service is None:
        raise ServiceNotFound
    _describe(service, columns)
    with refusing_clashes(HospitalityCodeTaken()):
        pass
    record(actor, "meeting.service_changed", "meeting_service", service_id, name=service.name)
    return queries.get_service(service_id)


@atomic
def create_item(actor: Actor, *, code: str, name: str, unit: str) -> ItemView:
    """Keep a new item. Raises Forbidden or HospitalityCodeTaken."""
    ensure_everywhere(actor, MANAGE)
    item = Item(code=code, name=name, unit=unit)
    db.session.add(item)
    with refusing_clashes(HospitalityCodeTaken()):
        pass
    record(actor, "meeting.item_created", "meeting_item", item.id, name=name)
    return queries.get_item(item.id)


@atomic
def change_item(actor: Actor, *, item_id: int, name: str, unit: str, is_active: bool) -> ItemView:
    """Describe an item anew. Raises Forbidden, ItemNotFound or HospitalityCodeTaken."""
    ensure_everywhere(actor, MANAGE)
    item = db.session.get(Item, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise ItemNotFound
    item.name, item.unit, item.is_active = name, unit, is_active
    with refusing_clashes(HospitalityCodeTaken()):
        pass
    record(actor, "meeting.item_changed", "meeting_item", item_id, name=name)
    return queries.get_item(item_id)


@atomic
def set_checklist(actor: Actor, *, lines: Sequence[Mapping[str, Any]]) -> list[ChecklistLine]:
    """Replace the lines that every meeting's checklist has. Raises Forbidden or ChecklistRepeated."""
    ensure_everywhere(actor, MANAGE)
    _ensure_distinct([line["code"] for line in lines])
    standing = {each.code: each for each in db.session.scalars(select(ChecklistLine))}
    wanted = {line["code"] for line in lines}
    for code, line in standing.items():
        line.is_active = code in wanted
    for position, given in enumerate(lines, start=1):
        line = standing.get(given["code"]) or ChecklistLine(code=given["code"])
        line.phase, line.text = given["phase"].value, given["text"]
        line.kind, line.position = given["kind"].value, position
        line.is_active = True
        db.session.add(line)
    db.session.flush()
    record(actor, "meeting.checklist_changed", "meeting_checklist", 0, lines=len(lines))
    return queries.checklist()


def _describe(service: HospitalityService, columns: Mapping[str, Any]) -> None:
    if not (columns["is_attended"] or any(columns[name] for name in _WORK)):
        raise ServiceWithoutTask
    item_id = columns["item_id"]
    if item_id is not None and db.session.get(Item, item_id) is None:
        raise ServiceItemUnknown
    lines = [{**line, "phase": Phase(line["phase"]).value} for line in columns["checklist"]]
    _ensure_distinct([(line["phase"], line["code"]) for line in lines])
    for name, value in columns.items():
        setattr(service, name, value)
    service.quantity_by = columns["quantity_by"].value
    service.checklist = lines


def _ensure_distinct(codes: Sequence[object]) -> None:
    if len(set(codes)) < len(codes):
        raise ChecklistRepeated

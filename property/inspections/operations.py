"""Writes of checklists, points and routes, within an open unit of work."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from backend import clock
from backend.actor import Actor
from backend.audit.operations import record
from backend.db import db, unit
from backend.refusals import refusing_clashes
from property.inspections.errors import NameTaken
from property.inspections.models import CheckItem, Checklist, ChecklistVersion, Point, Route, RouteStop
from property.inspections.policies import ItemDraft

_COMPARED = (
    *("text", "hint", "kind", "is_required", "lower_milli", "upper_milli", "unit", "options", "failing"),
    *("needs_photo_if_failed", "category_id", "urgency"),
)


def add_checklist(actor: Actor, name: str, drafts: Sequence[ItemDraft]) -> Checklist:
    """A checklist with its first version. Raises NameTaken."""
    unit()
    checklist = Checklist(name=name)
    with refusing_clashes(NameTaken(name=name, thing="检查表")):
        db.session.add(checklist)
    add_version(actor, checklist, drafts)
    return checklist


def rename_checklist(checklist: Checklist, *, name: str, is_active: bool) -> None:
    """Change what is not of a version. Raises NameTaken."""
    with refusing_clashes(NameTaken(name=name, thing="检查表")):
        checklist.name, checklist.is_active = name, is_active


def add_version(actor: Actor, checklist: Checklist, drafts: Sequence[ItemDraft]) -> bool:
    """The next version of a checklist, unless it would say what the latest says; whether it was made."""
    rows = [_item_columns(draft) for draft in drafts]
    last = db.session.scalars(
        select(ChecklistVersion)
        .where(ChecklistVersion.checklist_id == checklist.id)
        .order_by(ChecklistVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and rows == _items(last.id):
        return False
    version = ChecklistVersion(
        checklist_id=checklist.id,
        number=last.number + 1 if last is not None else 1,
        made_at=clock.now(),
        made_by=actor.staff_id,
        made_by_name=actor.name,
    )
    db.session.add(version)
    db.session.flush()  # Its items name it.
    db.session.add_all(
        CheckItem(version_id=version.id, position=position, **columns)
        for position, columns in enumerate(rows, start=1)
    )
    record(
        actor,
        "property.checklist_changed" if last is not None else "property.checklist_created",
        "checklist",
        checklist.id,
        name=checklist.name,
        version=version.number,
    )
    return True


def lock_checklist(checklist_id: int) -> Checklist | None:
    """A checklist, kept from everybody else until the unit ends."""
    unit()
    return db.session.scalars(
        select(Checklist).where(Checklist.id == checklist_id).with_for_update()
    ).one_or_none()


def add_point(actor: Actor, point: Point) -> None:
    """Keep a point, new or changed."""
    unit()
    is_new = point.id is None
    db.session.add(point)
    db.session.flush()  # The trail names it.
    action = "property.inspection_point_created" if is_new else "property.inspection_point_changed"
    record(actor, action, "inspection_point", point.id, name=point.name)


def write_route(
    actor: Actor, route: Route, *, name: str, is_active: bool, stops: Sequence[tuple[int, int]]
) -> None:
    """Keep a route, new or changed, with its stops (point, checklist). Raises NameTaken."""
    unit()
    is_new = route.id is None
    with refusing_clashes(NameTaken(name=name, thing="路线")):
        route.name, route.is_active = name, is_active
        db.session.add(route)
    db.session.execute(delete(RouteStop).where(RouteStop.route_id == route.id))
    db.session.add_all(
        RouteStop(route_id=route.id, position=position, point_id=point_id, checklist_id=checklist_id)
        for position, (point_id, checklist_id) in enumerate(stops, start=1)
    )
    action = "property.inspection_route_created" if is_new else "property.inspection_route_changed"
    record(actor, action, "inspection_route", route.id, name=name, count=len(stops))


def _items(version_id: int) -> list[dict[str, object]]:
    rows = db.session.scalars(
        select(CheckItem).where(CheckItem.version_id == version_id).order_by(CheckItem.position)
    )
    return [{name: getattr(row, name) for name in _COMPARED} for row in rows]


def _item_columns(draft: ItemDraft) -> dict[str, object]:
    return {
        "text": draft.text,
        "hint": draft.hint,
        "kind": draft.kind.value,
        "is_required": draft.is_required,
        "lower_milli": draft.lower_milli,
        "upper_milli": draft.upper_milli,
        "unit": draft.unit,
        "options": list(draft.options),
        "failing": list(draft.failing),
        "needs_photo_if_failed": draft.needs_photo_if_failed,
        "category_id": draft.category_id,
        "urgency": draft.urgency.value if draft.urgency is not None else "",
    }

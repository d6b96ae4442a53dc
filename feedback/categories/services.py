"""Use cases of the categories. They hold for the whole compound: so must the permission."""

from collections.abc import Sequence
from typing import Any

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from feedback.categories import operations, policies, queries
from feedback.categories.errors import DemandCategoriesChanged
from feedback.categories.models import Kind
from feedback.categories.queries import CategoryView
from feedback.offices import queries as offices

OBJECT = "report_category"


@atomic
def create(
    actor: Actor,
    *,
    kind: Kind,
    code: str,
    words: Sequence[str],
    office_id: int | None = None,
    **said: Any,
) -> CategoryView:
    """A new category, behind the others of its kind.

    Raises Forbidden, OfficeNotFound, OfficeClosed or DemandCategoryTaken.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    _ensure_office(office_id)
    known = operations.hold()
    last = max((each.position for each in known if each.kind == kind), default=0)
    category = operations.add(
        {
            "kind": kind,
            "code": code,
            "words": policies.tidy(words),
            "office_id": office_id,
            "position": last + 1,
            **said,
        }
    )
    made = queries.find(category.id)
    record(actor, "feedback.category_created", OBJECT, made.id, name=made.name, code=code)
    operations.changed()
    return made


@atomic
def change(
    actor: Actor, *, category_id: int, words: Sequence[str], office_id: int | None = None, **said: Any
) -> CategoryView:
    """Describe a category anew; kind and code stay. What was brought forward keeps its deadline.

    Raises Forbidden, DemandCategoryNotFound, OfficeNotFound, OfficeClosed or DemandCategoryTaken.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    _ensure_office(office_id, queries.find(category_id).office_id)
    changes = operations.set_columns(
        category_id, {"words": policies.tidy(words), "office_id": office_id, **said}
    )
    changed = queries.find(category_id)
    if changes:
        record(actor, "feedback.category_changed", OBJECT, category_id, name=changed.name, changes=changes)
        operations.changed()
    return changed


@atomic
def reorder(actor: Actor, *, kind: Kind, category_ids: Sequence[int]) -> list[CategoryView]:
    """Let all categories of a kind stand in this order.

    Raises Forbidden, or DemandCategoriesChanged unless they are all that the kind has now.
    """
    ensure_everywhere(actor, Permission.FEEDBACK_MANAGE)
    before = [each for each in operations.hold() if each.kind == kind]
    if sorted(each.id for each in before) != sorted(category_ids):
        raise DemandCategoriesChanged
    if [each.id for each in before] != list(category_ids):
        operations.set_positions(category_ids)
        names = {each.id: each.name for each in before}
        order = [names[category_id] for category_id in category_ids]
        record(actor, "feedback.categories_ordered", OBJECT, 0, kind=kind.value, order=order)
        operations.changed()
    return [each for each in queries.list_all() if each.kind == kind]


def _ensure_office(office_id: int | None, before: int | None = None) -> None:
    """An office that may be given something; one that was closed since it was named may stay."""
    if office_id is not None and office_id != before:
        offices.find(office_id)

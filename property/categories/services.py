"""Use cases of the categories. They hold for the whole compound: so must the permission."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit.operations import record
from backend.db import atomic
from property.categories import operations, policies, queries
from property.categories.defaults import standards
from property.categories.models import Proof, Urgency
from property.categories.tree import CategoryView

OBJECT = "repair_category"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of the standard categories were new, and how many were there already."""

    created: int
    kept: int


@atomic
def create(
    actor: Actor,
    *,
    code: str,
    name: str,
    parent_id: int | None = None,
    hint: str = "",
    skill: str = "",
    usual_urgency: Urgency = Urgency.ORDINARY,
    proof_before: Proof = Proof.NONE,
    proof_after: Proof = Proof.NONE,
    warranty_days: int = 0,
    is_active: bool = True,
) -> CategoryView:
    """A new category, behind its siblings.

    Raises Forbidden, CategoryCodeInvalid, CategoryParentInvalid or CategoryTaken.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    policies.ensure_code(code)
    tree = operations.hold()
    tree.ensure_parent(parent_id)
    category = operations.add(
        {
            "parent_id": parent_id,
            "code": code,
            "name": name,
            "hint": hint,
            "skill": skill,
            "usual_urgency": usual_urgency,
            "proof_before": proof_before,
            "proof_after": proof_after,
            "warranty_days": warranty_days,
            "position": max((each.position for each in tree.siblings(parent_id)), default=0) + 1,
            "is_active": is_active,
        }
    )
    made = queries.find(category.id)
    record(actor, "property.category_created", OBJECT, made.id, path=made.path, code=code)
    operations.changed()
    return made


@atomic
def change(
    actor: Actor,
    *,
    category_id: int,
    name: str,
    parent_id: int | None,
    hint: str,
    skill: str,
    usual_urgency: Urgency,
    proof_before: Proof,
    proof_after: Proof,
    warranty_days: int,
    is_active: bool,
) -> CategoryView:
    """Describe a category anew, or put it below another one; the code stays. What is filed stays filed.

    What stands below a category that goes out of use goes with it, and comes back with it. Raises Forbidden,
    CategoryNotFound, CategoryParentInvalid or CategoryTaken.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    tree = operations.hold()
    tree.ensure_parent(parent_id, category_id)
    changes = operations.set_columns(
        category_id,
        {
            "parent_id": parent_id,
            "name": name,
            "hint": hint,
            "skill": skill,
            "usual_urgency": usual_urgency,
            "proof_before": proof_before,
            "proof_after": proof_after,
            "warranty_days": warranty_days,
            "is_active": is_active,
        },
    )
    changed = queries.find(category_id)
    if changes:
        record(actor, "property.category_changed", OBJECT, category_id, path=changed.path, changes=changes)
        operations.changed()
    return changed


@atomic
def reorder(actor: Actor, *, parent_id: int | None, category_ids: Sequence[int]) -> list[CategoryView]:
    """Let all that stands below a category, or at the top, stand in this order.

    Raises Forbidden, or CategoriesChanged unless they are all that stand there now.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    tree = operations.hold()
    tree.ensure_siblings(parent_id, category_ids)
    before = tree.siblings(parent_id)
    if [each.id for each in before] != list(category_ids):
        operations.set_positions(category_ids)
        names = {each.id: each.name for each in before}
        order = [names[category_id] for category_id in category_ids]
        record(actor, "property.categories_ordered", OBJECT, parent_id or 0, order=order)
        operations.changed()
    return queries.tree().siblings(parent_id)


@atomic
def load_defaults(actor: Actor) -> Loaded:
    """Add the categories of the standard tree that are not there yet; what is there stays as it is.

    Repeating it changes nothing. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.PROPERTY_MANAGE)
    created, kept = operations.add_standards(standards(), operations.hold())
    if created:
        record(actor, "property.categories_loaded", OBJECT, 0, created=created)
        operations.changed()
    return Loaded(created, kept)

"""Reads of the categories. There are a few dozen: each call reads all of them, in one statement."""

from sqlalchemy import select

from backend.db import db
from property.categories.errors import CategoryInactive, CategoryNotFound, CategoryNotLeaf
from property.categories.models import Category
from property.categories.tree import Branch, CategoryTree, CategoryView, Node

TOPIC = "property.categories"
_EVERYTHING = select(
    Category.id,
    Category.parent_id,
    Category.code,
    Category.name,
    Category.hint,
    Category.skill,
    Category.usual_urgency,
    Category.proof_before,
    Category.proof_after,
    Category.warranty_days,
    Category.position,
    Category.is_active,
)


def tree() -> CategoryTree:
    """All categories."""
    return CategoryTree(Node(**row) for row in db.session.execute(_EVERYTHING).mappings())


def find(category_id: int) -> CategoryView:
    """A category, in use or not. Raises CategoryNotFound."""
    return _found(tree().find(category_id))


def find_code(code: str) -> CategoryView:
    """The category of this code, in use or not. Raises CategoryNotFound."""
    return _found(tree().find_code(code))


def leaf(category_id: int) -> CategoryView:
    """A category under which something may be filed now.

    Raises CategoryNotFound, CategoryInactive or CategoryNotLeaf.
    """
    return _leaf(find(category_id))


def leaf_of_code(code: str) -> CategoryView:
    """The same by the category's code."""
    return _leaf(find_code(code))


def ancestors(category_id: int) -> list[int]:
    """The category and all above it, itself first: the order in which settings of it are looked for."""
    return tree().lineage(category_id)


def within(category_id: int) -> set[int]:
    """The category and all below it, for filters. Raises CategoryNotFound."""
    found = tree().within(category_id)
    if not found:
        raise CategoryNotFound
    return found


def names() -> dict[int, str]:
    """The path of every category, in use or not: `水暖 / 漏水`."""
    return {category.id: category.path for category in tree().walk()}


def list_tree() -> list[Branch]:
    """The categories in use, for everybody."""
    return tree().branches(only_in_use=True)


def manage_tree() -> list[Branch]:
    """All categories, for who keeps them."""
    return tree().branches(only_in_use=False)


def _found(category: CategoryView | None) -> CategoryView:
    if category is None:
        raise CategoryNotFound
    return category


def _leaf(category: CategoryView) -> CategoryView:
    if not category.is_in_use:
        raise CategoryInactive(category=category.name)
    if not category.is_leaf:
        raise CategoryNotLeaf(category=category.name)
    return category

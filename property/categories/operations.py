"""Writes of the categories, within an open unit of work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError

from backend import revisions
from backend.db import db, on_commit, unit
from property.categories import queries
from property.categories.defaults import Standard
from property.categories.errors import CategoryNotFound, CategoryTaken
from property.categories.models import Category
from property.categories.tree import CategoryTree


@contextmanager
def refusing_clashes() -> Iterator[None]:
    """Flush what this block adds or changes; a name or code that is taken raises CategoryTaken."""
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        raise CategoryTaken from error


def hold() -> CategoryTree:
    """All categories, locked: nobody else moves one meanwhile."""
    unit()
    db.session.execute(select(Category.id).order_by(Category.id).with_for_update())
    return queries.tree()


def add(columns: dict[str, Any]) -> Category:
    """A new category, behind its siblings unless it says where. Raises CategoryTaken."""
    unit()
    category = Category(**{name: getattr(value, "value", value) for name, value in columns.items()})
    with refusing_clashes():
        db.session.add(category)
    return category


def set_columns(category_id: int, columns: dict[str, Any]) -> dict[str, list[Any]]:
    """Change a category; returns what is different, as it was and as it is.

    Raises CategoryNotFound or CategoryTaken.
    """
    unit()
    category = db.session.get(Category, category_id, populate_existing=True)
    if category is None:
        raise CategoryNotFound
    wanted = {name: getattr(value, "value", value) for name, value in columns.items()}
    changes = {
        name: [getattr(category, name), value]
        for name, value in wanted.items()
        if getattr(category, name) != value
    }
    with refusing_clashes():
        for name, (_, value) in changes.items():
            setattr(category, name, value)
    return changes


def set_positions(category_ids: Sequence[int]) -> None:
    """Let these categories stand in this order, from position 1."""
    places = {category_id: place for place, category_id in enumerate(category_ids, 1)}
    unit().execute(
        update(Category).where(Category.id.in_(category_ids)).values(position=case(places, value=Category.id))
    )


def add_standards(standards: Sequence[Standard], tree: CategoryTree) -> tuple[int, int]:
    """Add those of the standard categories whose code nobody bears; returns how many, and how many are kept.

    One whose name a sibling bears is kept, too, and what the file has below it goes below that sibling.
    """
    known = {category.code: category.id for category in tree.walk()}
    named = {(category.parent_id, category.name): category.id for category in tree.walk()}
    added = 0
    for standard in standards:
        parent_id = known[standard.parent] if standard.parent else None
        there = known.get(standard.code) or named.get((parent_id, standard.name))
        if there is None:
            there = add(_columns(standard, parent_id)).id
            added += 1
        known[standard.code] = there
    return added, len(standards) - added


def changed() -> None:
    """Let what is cached of the categories be read again, once the unit is committed."""
    on_commit(lambda: revisions.bump(queries.TOPIC))


def _columns(standard: Standard, parent_id: int | None) -> dict[str, Any]:
    names = ("code", "name", "hint", "skill", "usual_urgency", "proof_before", "proof_after")
    more = {name: getattr(standard, name) for name in (*names, "warranty_days", "position")}
    return {"parent_id": parent_id, **more}

"""Writes of the categories, within an open unit of work."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError

from backend import revisions
from backend.db import db, on_commit, unit
from feedback.categories import policies, queries
from feedback.categories.defaults import Standard
from feedback.categories.errors import DemandCategoryNotFound, DemandCategoryTaken
from feedback.categories.models import Category


@contextmanager
def refusing_clashes() -> Iterator[None]:
    """Flush what this block adds or changes; a name or code that is taken raises DemandCategoryTaken."""
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        raise DemandCategoryTaken from error


def hold() -> list[queries.CategoryView]:
    """All categories, locked: nobody else orders them meanwhile."""
    unit()
    db.session.execute(select(Category.id).order_by(Category.id).with_for_update())
    return queries.list_all()


def add(columns: Mapping[str, Any]) -> Category:
    """A new category. Raises DemandCategoryTaken."""
    unit()
    category = Category(**_plain(columns))
    with refusing_clashes():
        db.session.add(category)
    return category


def set_columns(category_id: int, columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Change a category; returns what is different, as it was and as it is.

    Raises DemandCategoryNotFound or DemandCategoryTaken.
    """
    unit()
    category = db.session.get(Category, category_id, populate_existing=True)
    if category is None:
        raise DemandCategoryNotFound
    changes = {
        name: [getattr(category, name), value]
        for name, value in _plain(columns).items()
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


def add_standards(standards: Sequence[Standard], repairs: Mapping[str, int]) -> int:
    """Add those of the standard categories whose code and name are free; returns how many.

    `repairs` are the categories of repairs by code.
    """
    known = hold()
    taken = {each.code for each in known} | {(each.kind, each.name) for each in known}
    missing = [each for each in standards if each.code not in taken and (each.kind, each.name) not in taken]
    for each in missing:
        add(
            {
                "kind": each.kind,
                "code": each.code,
                "name": each.name,
                "hint": each.hint,
                "words": policies.tidy(each.words),
                "anonymity": each.anonymity,
                "deadline": each.deadline,
                "radius_m": each.radius_m,
                "needs_photo": each.needs_photo,
                "needs_place": each.needs_place,
                "is_wall_allowed": each.is_wall_allowed,
                "repair_category_id": repairs.get(each.repair),
                "position": each.position,
                "is_active": True,
            }
        )
    return len(missing)


def changed() -> None:
    """Let what is cached of the categories be read again, once the unit is committed."""
    on_commit(lambda: revisions.bump(queries.TOPIC))


def _plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in columns.items()}

"""Reads of the categories. There are a few dozen: each call reads all of them, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from backend.db import db
from feedback.categories.errors import DemandCategoryInactive, DemandCategoryNotFound
from feedback.categories.models import Anonymity, Category, DeadlineClass, Kind

TOPIC = "feedback.categories"
_COLUMNS = (
    Category.id,
    Category.kind,
    Category.code,
    Category.name,
    Category.hint,
    Category.words,
    Category.anonymity,
    Category.deadline,
    Category.radius_m,
    Category.needs_photo,
    Category.needs_place,
    Category.is_wall_allowed,
    Category.repair_category_id,
    Category.office_id,
    Category.position,
    Category.is_active,
)
_KINDS = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category. `office_id` is the handling office that is proposed first."""

    id: int
    kind: Kind
    code: str
    name: str
    hint: str
    words: Sequence[str]
    anonymity: Anonymity
    deadline: DeadlineClass
    radius_m: int
    needs_photo: bool
    needs_place: bool
    is_wall_allowed: bool
    repair_category_id: int | None
    office_id: int | None
    position: int
    is_active: bool

    @property
    def may_be_anonymous(self) -> bool:
        """Whether a reporter may stay unnamed."""
        return self.anonymity is not Anonymity.NEVER


def list_all() -> list[CategoryView]:
    """All categories, in use or not: by kind, then in their order."""
    found = [_view(row) for row in db.session.execute(select(*_COLUMNS))]
    return sorted(found, key=lambda each: (_KINDS[each.kind], each.position, each.id))


def list_active() -> list[CategoryView]:
    """The categories in use, for everybody."""
    return [each for each in list_all() if each.is_active]


def find(category_id: int) -> CategoryView:
    """A category, in use or not. Raises DemandCategoryNotFound."""
    row = db.session.execute(select(*_COLUMNS).where(Category.id == category_id)).one_or_none()
    if row is None:
        raise DemandCategoryNotFound
    return _view(row)


def leaf(category_id: int) -> CategoryView:
    """A category under which something may be brought forward now.

    Raises DemandCategoryNotFound or DemandCategoryInactive.
    """
    return _in_use(find(category_id))


def leaf_of_code(code: str) -> CategoryView:
    """The same by the category's code."""
    row = db.session.execute(select(*_COLUMNS).where(Category.code == code)).one_or_none()
    if row is None:
        raise DemandCategoryNotFound
    return _in_use(_view(row))


def names() -> dict[int, str]:
    """The name of every category, in use or not."""
    return {row.id: row.name for row in db.session.execute(select(Category.id, Category.name))}


def _view(row: Row[*tuple[Any, ...]]) -> CategoryView:
    said = row._asdict()
    kind, anonymity, deadline = Kind(row.kind), Anonymity(row.anonymity), DeadlineClass(row.deadline)
    return CategoryView(**{**said, "kind": kind, "anonymity": anonymity, "deadline": deadline})


def _in_use(category: CategoryView) -> CategoryView:
    if not category.is_active:
        raise DemandCategoryInactive(category=category.name)
    return category

"""Whom a survey is meant for, and of which campus and department they are."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from backend.db import db
from backend.identity.departments import DepartmentTree
from backend.identity.models import Department, Posting, Role, RoleGrant, Staff, StaffStatus
from backend.identity.queries import department_tree
from backend.places.models import Campus
from feedback.notices.models import DepartmentCampus
from feedback.surveys.models import AudienceKind, Segment
from feedback.surveys.policies import OTHERS_ID

_MODELS: Final[Mapping[AudienceKind, Any]] = {
    AudienceKind.DEPARTMENTS: Department,
    AudienceKind.CAMPUSES: Campus,
    AudienceKind.ROLES: Role,
}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the audience. `campus_id` is OTHERS_ID where nobody can tell."""

    staff_id: int
    department_id: int
    campus_id: int

    def segment(self, by: Segment) -> int:
        """What they count to."""
        return {
            Segment.NONE: OTHERS_ID,
            Segment.CAMPUS: self.campus_id,
            Segment.DEPARTMENT: self.department_id,
        }[by]


class Seats:
    """On which campuses departments have their seats."""

    def __init__(self, tree: DepartmentTree) -> None:
        self._tree = tree
        self._own: dict[int, set[int]] = defaultdict(set)
        for department_id, campus_id in db.session.execute(
            select(DepartmentCampus.department_id, DepartmentCampus.campus_id)
        ):
            self._own[department_id].add(campus_id)

    def of(self, department_id: int) -> set[int]:
        """The seats of the department, or else of the nearest one above it; none if nobody has said."""
        above: int | None = department_id
        while above is not None and above in self._tree:
            if self._own.get(above):
                return self._own[above]
            above = self._tree.node(above).parent_id
        return set()

    def only(self, department_id: int) -> int:
        """The one campus that the department is on, or OTHERS_ID."""
        seats = self.of(department_id)
        return next(iter(seats)) if len(seats) == 1 else OTHERS_ID


def members(audience: AudienceKind, target_ids: Collection[int]) -> list[Member]:
    """The active members of staff of an audience; four statements.

    A department means all below it as well; a campus whoever's department has a seat there, and whoever's
    department has none at all, as with the notices.
    """
    tree = department_tree()
    seats = Seats(tree)
    statement = (
        select(Staff.id, Posting.department_id)
        .join(Posting, (Posting.staff_id == Staff.id) & Posting.is_primary)
        .where(Staff.status == StaffStatus.ACTIVE.value)
        .order_by(Staff.id)
    )
    if audience is AudienceKind.ROLES:
        statement = statement.where(
            Staff.id.in_(select(RoleGrant.staff_id).where(RoleGrant.role_id.in_(target_ids)))
        )
    if audience is AudienceKind.DEPARTMENTS:
        wanted = {each for top in target_ids if top in tree for each in tree.with_descendants(top)}
        statement = statement.where(Posting.department_id.in_(wanted))
    found = [
        Member(staff_id, department_id, seats.only(department_id))
        for staff_id, department_id in db.session.execute(statement)
    ]
    if audience is not AudienceKind.CAMPUSES:
        return found
    return [each for each in found if not (of := seats.of(each.department_id)) or of & set(target_ids)]


def target_names(audience: AudienceKind, target_ids: Collection[int]) -> dict[int, str]:
    """The names of what an audience means; what is not there is left out."""
    model = _MODELS.get(audience)
    if model is None or not target_ids:
        return {}
    rows: Any = db.session.execute(select(model.id, model.name).where(model.id.in_(target_ids)))
    return dict(rows.all())


def segment_names(by: Segment, ids: Collection[int]) -> dict[int, str]:
    """The names of campuses or departments."""
    kinds = {Segment.CAMPUS: AudienceKind.CAMPUSES, Segment.DEPARTMENT: AudienceKind.DEPARTMENTS}
    return target_names(kinds[by], ids) if by in kinds else {}

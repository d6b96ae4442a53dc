"""Whom a notice reaches: as a condition for who reads, as a list of people for who is told, as words."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, exists, or_, select

from backend.actor import Actor, Permission
from backend.db import db
from backend.identity.models import Department, Posting, Role, RoleGrant, Staff, StaffStatus
from backend.identity.queries import department_tree
from backend.places.models import Campus
from feedback.notices import policies
from feedback.notices.errors import AudienceInvalid
from feedback.notices.models import AudienceKind, DepartmentCampus, Notice, NoticeAudience
from feedback.notices.policies import Person, Target


def addresses(staff_id: int) -> ColumnElement[bool]:
    """Whether a notice addresses a member of staff; the same as `policies.is_addressed`, in SQL."""
    departments = select(_departments_of(staff_id).c.id)
    seats = select(DepartmentCampus.campus_id).where(DepartmentCampus.department_id.in_(departments))
    roles = select(RoleGrant.role_id).where(RoleGrant.staff_id == staff_id)
    kind, target = NoticeAudience.kind, NoticeAudience.target_id
    return exists().where(
        NoticeAudience.notice_id == Notice.id,
        or_(
            kind == AudienceKind.EVERYBODY.value,
            and_(kind == AudienceKind.DEPARTMENT.value, target.in_(departments)),
            and_(kind == AudienceKind.CAMPUS.value, or_(target.in_(seats), ~exists(seats))),
            and_(kind == AudienceKind.ROLE.value, target.in_(roles)),
        ),
    )


def _departments_of(staff_id: int) -> CTE:
    """The departments in which somebody has a post, with all above them."""
    own = select(Posting.department_id.label("id")).where(Posting.staff_id == staff_id)
    found = own.cte("own_departments", recursive=True)
    above = (
        select(Department.parent_id)
        .join(found, Department.id == found.c.id)
        .where(Department.parent_id.is_not(None))
    )
    # A union, so that a cycle made by hand in the database ends.
    return found.union(above)


def addressed(rows: Collection[Target]) -> set[int]:
    """The active members of staff whom an audience means. At most four statements."""
    active = select(Staff.id).where(Staff.status == StaffStatus.ACTIVE.value)
    if policies.EVERYBODY in rows:
        return set(db.session.scalars(active))
    tree = department_tree()
    above = {node: _upwards(tree, node) for node in _all_departments(tree)}
    seats: dict[int, set[int]] = {}
    for department_id, campus_id in db.session.execute(
        select(DepartmentCampus.department_id, DepartmentCampus.campus_id)
    ):
        seats.setdefault(department_id, set()).add(campus_id)
    departments: dict[int, set[int]] = {}
    posts = select(Staff.id, Posting.department_id).outerjoin(Posting, Posting.staff_id == Staff.id)
    for staff_id, department_id in db.session.execute(posts.where(Staff.status == StaffStatus.ACTIVE.value)):
        departments.setdefault(staff_id, set()).update(above.get(department_id, ()))
    roles: dict[int, set[int]] = {}
    if any(each.kind is AudienceKind.ROLE for each in rows):
        for staff_id, role_id in db.session.execute(select(RoleGrant.staff_id, RoleGrant.role_id)):
            roles.setdefault(staff_id, set()).add(role_id)
    return {
        staff_id
        for staff_id, within in departments.items()
        if policies.is_addressed(
            Person(
                frozenset(within),
                frozenset(campus for each in within for campus in seats.get(each, ())),
                frozenset(roles.get(staff_id, ())),
            ),
            rows,
        )
    }


def _all_departments(tree: Any) -> list[int]:
    found: list[int] = []
    for top in tree.children(None):
        found += tree.with_descendants(top.id)
    return found


def _upwards(tree: Any, department_id: int) -> set[int]:
    found: set[int] = set()
    while department_id is not None and department_id not in found:
        found.add(department_id)
        department_id = tree.node(department_id).parent_id
    return found


def rows_of(notice_ids: Collection[int]) -> dict[int, frozenset[Target]]:
    """The audience of each notice. One statement."""
    if not notice_ids:
        return {}
    found: dict[int, set[Target]] = {}
    statement = select(NoticeAudience).where(NoticeAudience.notice_id.in_(notice_ids))
    for row in db.session.scalars(statement.execution_options(populate_existing=True)):
        found.setdefault(row.notice_id, set()).add(Target(AudienceKind(row.kind), row.target_id))
    return {notice_id: frozenset(rows) for notice_id, rows in found.items()}


def names_of(targets: Iterable[Target]) -> dict[Target, str]:
    """What the rows of audiences are called; what is gone has no name. At most three statements."""
    wanted = set(targets)
    kinds = {each.kind for each in wanted}
    names = {each: "全体" for each in wanted if each == policies.EVERYBODY}
    if AudienceKind.DEPARTMENT in kinds:
        tree = department_tree()
        of_kind = {each for each in wanted if each.kind is AudienceKind.DEPARTMENT and each.id in tree}
        names |= {each: tree.path(each.id) for each in of_kind}
    for kind, model in ((AudienceKind.CAMPUS, Campus), (AudienceKind.ROLE, Role)):
        if kind in kinds:
            ids = {each.id for each in wanted if each.kind is kind}
            columns: tuple[Any, Any] = (model.id, model.name)
            rows = db.session.execute(select(*columns).where(columns[0].in_(ids)))
            names |= {Target(kind, row_id): name for row_id, name in rows}
    return names


def ensure_exist(rows: Collection[Target]) -> None:
    """Raise AudienceInvalid if a row names nothing."""
    if set(names_of(rows)) != set(rows):
        raise AudienceInvalid


def text_of(rows: Iterable[Target], names: dict[Target, str]) -> str:
    """`全体`, `中心院区、办公厅/综合处`."""
    return "、".join(names.get(each, "（已删除）") for each in sorted(rows))


def choices(actor: Actor) -> dict[str, Any]:
    """What an editor may address: campuses of theirs, or everything. At most three statements."""
    reach = actor.reach(Permission.NOTICES_MANAGE)
    if reach.everywhere:
        return everything()
    campuses = [each for each in _campuses() if each["id"] in reach.campus_ids]
    return {"is_everywhere": False, "campuses": campuses, "departments": [], "roles": []}


def everything() -> dict[str, Any]:
    """All that can be addressed. Three statements."""
    tree = department_tree()
    roles = db.session.execute(select(Role.id, Role.name).order_by(Role.id))
    return {
        "is_everywhere": True,
        "campuses": _campuses(),
        "departments": [{"id": each, "name": tree.path(each)} for each in _all_departments(tree)],
        "roles": [{"id": row_id, "name": name} for row_id, name in roles],
    }


def _campuses() -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Campus.id, Campus.name).where(Campus.is_active).order_by(Campus.position, Campus.id)
    )
    return [{"id": row_id, "name": name} for row_id, name in rows]


def seats() -> list[dict[str, Any]]:
    """Where each department sits, those without a seat included. Two statements."""
    tree = department_tree()
    rows = db.session.execute(
        select(DepartmentCampus.department_id, DepartmentCampus.campus_id).order_by(
            DepartmentCampus.campus_id
        )
    )
    found: dict[int, list[int]] = {}
    for department_id, campus_id in rows:
        found.setdefault(department_id, []).append(campus_id)
    return [
        {"department_id": each, "department": tree.path(each), "campus_ids": found.get(each, [])}
        for each in _all_departments(tree)
    ]

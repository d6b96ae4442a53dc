"""Reads of the roster."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from backend import clock, vault
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.identity import policies as identity_policies
from backend.identity.departments import DepartmentTree, Node
from backend.identity.models import (
    ExternalIdentity,
    PasswordCredential,
    Posting,
    Role,
    RoleGrant,
    Staff,
    StaffStatus,
)
from backend.identity.queries import (
    PostingView,
    department_tree,
    find_staff,
    masked_id_no,
    masked_phone,
    posting_views,
)
from backend.paging import Page, paginate


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """A department with what is below it. `staff_count` counts the active primary posts in itself."""

    id: int
    parent_id: int | None
    name: str
    position: int
    staff_count: int
    children: list["DepartmentView"]


@dataclass(frozen=True, slots=True)
class StaffView:
    """A row of the roster; phone, ID and card number are masked."""

    id: int
    staff_no: str
    name: str
    status: str
    phone: str | None
    id_no: str | None
    card_no: str | None
    left_on: date | None
    postings: list[PostingView]


@dataclass(frozen=True, slots=True)
class BindingView:
    """An account at a login provider."""

    provider: str
    bound_at: datetime


@dataclass(frozen=True, slots=True)
class StaffDetail(StaffView):
    """A row of the roster with how its holder may log in."""

    created_at: datetime
    bindings: list[BindingView]
    has_password: bool
    is_locked: bool

    @property
    def providers(self) -> list[str]:
        """Where an account is bound."""
        return sorted({binding.provider for binding in self.bindings})


# What the roster may be sorted by.
SORTS: Final = {
    "staff_no": Staff.staff_no,
    "name": Staff.name,
    "status": Staff.status,
    "created": Staff.created_at,
}
ANY_ROLE: Final = "any"


def department_views(actor: Actor) -> list[DepartmentView]:
    """The tree of departments. Raises Forbidden."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    return _below(department_tree(), None, _staff_counts())


def department_view(department_id: int) -> DepartmentView:
    """One department, which exists, with what is below it."""
    tree = department_tree()
    return _department(tree, tree.node(department_id), _staff_counts())


def page_staff(actor: Actor, *, sort: str = "staff_no", page: int, page_size: int, **filters: Any) -> Page:
    """Rows of the roster as `filters` of `staff_matching` name them.

    `sort` is a key of SORTS, with a hyphen for the other way round. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    tree = department_tree()
    column = SORTS.get(sort.removeprefix("-"), Staff.staff_no)
    order = column.desc() if sort.startswith("-") else column.asc()
    found = paginate(
        staff_matching(tree, **filters).order_by(order, Staff.staff_no), page=page, page_size=page_size
    )
    return Page([_view(staff, tree) for staff in found.rows], found.total, found.page, found.page_size)


def staff_matching(
    tree: DepartmentTree,
    *,
    query: str = "",
    department_id: int | None = None,
    status: StaffStatus | None = None,
    role: str | None = None,
    is_bound: bool | None = None,
) -> Select[Staff]:
    """Rows of the roster with their posts, in no order.

    `query` is part of a name, the beginning of a staff number, or a whole phone number. A department
    stands for itself and all that is below it; a role for itself wherever it is held, ANY_ROLE for each.
    `is_bound` asks for an account at a login provider.
    """
    statement = select(Staff).options(selectinload(Staff.postings))
    if query:
        statement = statement.where(_matching(query))
    if status is not None:
        statement = statement.where(Staff.status == status.value)
    if department_id is not None:
        departments = tree.with_descendants(department_id)
        statement = statement.where(Staff.postings.any(Posting.department_id.in_(departments)))
    if role is not None:
        granted = select(RoleGrant.staff_id).join(Role)
        if role != ANY_ROLE:
            granted = granted.where(Role.code == role)
        statement = statement.where(Staff.id.in_(granted))
    if is_bound is not None:
        bound = Staff.id.in_(select(ExternalIdentity.staff_id))
        statement = statement.where(bound if is_bound else ~bound)
    return statement


def bound_ids(staff_ids: Collection[int]) -> set[int]:
    """Who of these members of staff has an account at a login provider."""
    bound = select(ExternalIdentity.staff_id).where(ExternalIdentity.staff_id.in_(staff_ids))
    return set(db.session.scalars(bound))


def staff_detail(actor: Actor, *, staff_id: int) -> StaffDetail:
    """One row of the roster. Raises Forbidden or StaffNotFound."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    return detail(find_staff(staff_id))


def detail(staff: Staff) -> StaffDetail:
    """A row of the roster with how its holder may log in."""
    view = _view(staff, department_tree())
    bound = db.session.execute(
        select(ExternalIdentity.provider, ExternalIdentity.bound_at)
        .where(ExternalIdentity.staff_id == staff.id)
        .order_by(ExternalIdentity.bound_at, ExternalIdentity.id)
    )
    credential = db.session.get(PasswordCredential, staff.id)
    locked_until = credential.locked_until if credential is not None else None
    return StaffDetail(
        **{name: getattr(view, name) for name in StaffView.__slots__},
        created_at=staff.created_at,
        bindings=[BindingView(*row) for row in bound],
        has_password=credential is not None,
        is_locked=locked_until is not None and locked_until > clock.now(),
    )


def staff_no_exists(staff_no: str) -> bool:
    """Whether somebody has this staff number."""
    return db.session.scalar(select(Staff.id).where(Staff.staff_no == staff_no)) is not None


def card_holder(card_no: str) -> int | None:
    """Who has this card, or None."""
    return db.session.scalar(select(Staff.id).where(Staff.card_no == card_no))


def _matching(query: str) -> ColumnElement[bool]:
    ways = [
        Staff.name.contains(query, autoescape=True),
        Staff.staff_no.startswith(identity_policies.plain(query), autoescape=True),
    ]
    phone = identity_policies.normalise_phone(query)
    if identity_policies.is_mobile(phone):
        ways.append(Staff.phone_hash == vault.keyed_hash(phone))
    return or_(*ways)


def _staff_counts() -> dict[int, int]:
    rows = db.session.execute(
        select(Posting.department_id, func.count())
        .join(Staff, Staff.id == Posting.staff_id)
        .where(Posting.is_primary, Staff.status == StaffStatus.ACTIVE.value)
        .group_by(Posting.department_id)
    )
    return dict(rows.all())


def _below(tree: DepartmentTree, parent_id: int | None, counts: dict[int, int]) -> list[DepartmentView]:
    return [_department(tree, node, counts) for node in tree.children(parent_id)]


def _department(tree: DepartmentTree, node: Node, counts: dict[int, int]) -> DepartmentView:
    children = _below(tree, node.id, counts)
    return DepartmentView(node.id, node.parent_id, node.name, node.position, counts.get(node.id, 0), children)


def _view(staff: Staff, tree: DepartmentTree) -> StaffView:
    return StaffView(
        id=staff.id,
        staff_no=staff.staff_no,
        name=staff.name,
        status=staff.status,
        phone=masked_phone(staff),
        id_no=masked_id_no(staff),
        card_no=identity_policies.mask_card_no(staff.card_no) if staff.card_no else None,
        left_on=staff.left_on,
        postings=posting_views(staff.postings, tree),
    )

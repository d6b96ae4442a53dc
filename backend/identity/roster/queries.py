"""Reads of the roster."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from backend import clock, vault
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.identity import policies as identity_policies
from backend.identity.departments import DepartmentTree, Node
from backend.identity.models import ExternalIdentity, PasswordCredential, Posting, Staff, StaffStatus
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
class StaffDetail(StaffView):
    """A row of the roster with how its holder may log in. `providers` names where an account is bound."""

    created_at: datetime
    providers: list[str]
    has_password: bool
    is_locked: bool


def department_views(actor: Actor) -> list[DepartmentView]:
    """The tree of departments. Raises Forbidden."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    return _below(department_tree(), None, _staff_counts())


def department_view(department_id: int) -> DepartmentView:
    """One department, which exists, with what is below it."""
    tree = department_tree()
    return _department(tree, tree.node(department_id), _staff_counts())


def page_staff(
    actor: Actor,
    *,
    query: str = "",
    department_id: int | None = None,
    status: StaffStatus | None = None,
    page: int,
    page_size: int,
) -> Page:
    """Rows of the roster by staff number.

    `query` is part of a name, the beginning of a staff number, or a whole phone number. A department
    stands for itself and all that is below it. Raises Forbidden.
    """
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    statement = select(Staff).options(selectinload(Staff.postings)).order_by(Staff.staff_no)
    tree = department_tree()
    if query:
        statement = statement.where(_matching(query))
    if status is not None:
        statement = statement.where(Staff.status == status.value)
    if department_id is not None:
        departments = tree.with_descendants(department_id)
        statement = statement.where(Staff.postings.any(Posting.department_id.in_(departments)))
    found = paginate(statement, page=page, page_size=page_size)
    return Page([_view(staff, tree) for staff in found.rows], found.total, found.page, found.page_size)


def staff_detail(actor: Actor, *, staff_id: int) -> StaffDetail:
    """One row of the roster. Raises Forbidden or StaffNotFound."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    return detail(find_staff(staff_id))


def detail(staff: Staff) -> StaffDetail:
    """A row of the roster with how its holder may log in."""
    view = _view(staff, department_tree())
    providers = db.session.scalars(
        select(ExternalIdentity.provider).where(ExternalIdentity.staff_id == staff.id)
    )
    credential = db.session.get(PasswordCredential, staff.id)
    locked_until = credential.locked_until if credential is not None else None
    return StaffDetail(
        **{name: getattr(view, name) for name in StaffView.__slots__},
        created_at=staff.created_at,
        providers=sorted(set(providers)),
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

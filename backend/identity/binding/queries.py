"""Reads of binding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from backend import vault
from backend.actor import Actor, Permission, ensure_everywhere
from backend.counting import Count
from backend.db import db
from backend.identity.binding import policies
from backend.identity.models import BindRequest, BindRequestState, ExternalIdentity, Staff, StaffStatus
from backend.identity.policies import ExternalSubject
from backend.identity.queries import department_tree
from backend.paging import Page, paginate

REFERENCE_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class BindRequestView:
    """A request as an administrator sees it. With `is_rebinding` the present account would be replaced."""

    id: int
    reference: str
    provider: str
    staff_id: int
    staff_no: str
    name: str
    staff_status: str
    department: str
    is_rebinding: bool
    state: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: int | None


def reference_of(subject: ExternalSubject) -> str:
    """What an applicant may tell an administrator to find the request by.

    It follows from the account alone, so that it tells nothing about the roster.
    """
    return vault.sign("bind request", policies.reference_text(subject))[:REFERENCE_LENGTH]


def active_with_phone(phone: str) -> list[int]:
    """The active members of staff with a normalised phone number; at most two, which is one too many."""
    return list(
        db.session.scalars(
            select(Staff.id)
            .where(Staff.phone_hash == vault.keyed_hash(phone), Staff.status == StaffStatus.ACTIVE.value)
            .limit(2)
        )
    )


def active_with_number_and_name(staff_no: str, name: str) -> int | None:
    """The active member of staff with this number, if the name is theirs."""
    row = db.session.execute(
        select(Staff.id, Staff.name).where(
            Staff.staff_no == staff_no, Staff.status == StaffStatus.ACTIVE.value
        )
    ).one_or_none()
    return row.id if row is not None and policies.is_same_name(name, row.name) else None


def page_requests(actor: Actor, *, state: BindRequestState | None = None, page: int, page_size: int) -> Page:
    """Bind requests, the oldest pending first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    statement = _requests().order_by(
        BindRequest.state != BindRequestState.PENDING.value, BindRequest.asked_at, BindRequest.id
    )
    if state is not None:
        statement = statement.where(BindRequest.state == state.value)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page(_views(found.rows), found.total, found.page, found.page_size)


def pending(actor: Actor) -> Count:
    """Counts the bind requests that wait for a decision. Raises Forbidden."""
    ensure_everywhere(actor, Permission.IDENTITY_READ)
    return (
        select(func.count())
        .select_from(BindRequest)
        .where(BindRequest.state == BindRequestState.PENDING.value)
    )


def request_view(request_id: int) -> BindRequestView:
    """One bind request, which exists."""
    return _views(db.session.execute(_requests().where(BindRequest.id == request_id)).all())[0]


def _requests() -> Any:
    other = select(ExternalIdentity.id).where(
        ExternalIdentity.provider == BindRequest.provider,
        ExternalIdentity.tenant == BindRequest.tenant,
        ExternalIdentity.staff_id == BindRequest.staff_id,
        ExternalIdentity.subject != BindRequest.subject,
    )
    return select(BindRequest, other.exists().label("is_rebinding")).options(
        joinedload(BindRequest.staff).selectinload(Staff.postings)
    )


def _views(rows: Sequence[Any]) -> list[BindRequestView]:
    tree = department_tree()
    views = []
    for request, is_rebinding in rows:
        staff = request.staff
        primary = next((posting for posting in staff.postings if posting.is_primary), None)
        subject = ExternalSubject(request.provider, request.tenant, request.subject)
        views.append(
            BindRequestView(
                id=request.id,
                reference=reference_of(subject),
                provider=request.provider,
                staff_id=staff.id,
                staff_no=staff.staff_no,
                name=staff.name,
                staff_status=staff.status,
                department=tree.path(primary.department_id) if primary else "",
                is_rebinding=is_rebinding,
                state=request.state,
                asked_at=request.asked_at,
                decided_at=request.decided_at,
                decided_by=request.decided_by,
            )
        )
    return views

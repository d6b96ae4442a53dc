"""Reads of payroll imports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.identity.models import Staff
from backend.identity.queries import names_of
from backend.paging import Page, paginate
from canteen.accounts.models import LedgerEntry
from canteen.accounts.payroll.errors import BatchNotFound
from canteen.accounts.payroll.models import PayrollBatch, PayrollItem
from canteen.accounts.payroll.policies import Person


@dataclass(frozen=True, slots=True)
class BatchView:
    """One import. Amounts in fen."""

    id: int
    batch_no: str
    people: int
    total_fen: int
    imported_at: datetime
    imported_by_name: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One row of an import."""

    row: int
    staff_id: int
    staff_no: str
    name: str
    amount_fen: int
    memo: str


def roster() -> dict[str, Person]:
    """Everybody by staff number, in one statement."""
    rows = db.session.execute(select(Staff.staff_no, Staff.id, Staff.name, Staff.status))
    return {staff_no: Person(staff_id, name, status) for staff_no, staff_id, name, status in rows}


def find_batch(batch_no: str, sha256: bytes) -> PayrollBatch | None:
    """The import under this number, or else that of this file."""
    found = db.session.scalars(
        select(PayrollBatch)
        .where(or_(PayrollBatch.batch_no == batch_no, PayrollBatch.sha256 == sha256))
        .order_by((PayrollBatch.batch_no == batch_no).desc())
    )
    return found.first()


def page_batches(actor: Actor, *, page: int, page_size: int) -> Page:
    """The imports as `BatchView`s, the latest first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    found = paginate(select(PayrollBatch).order_by(PayrollBatch.id.desc()), page=page, page_size=page_size)
    names = names_of({batch.imported_by for batch in found.rows})
    return Page([_view(batch, names) for batch in found.rows], found.total, page, page_size)


def get_batch(actor: Actor, batch_id: int) -> BatchView:
    """One import. Raises Forbidden or BatchNotFound."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    batch = db.session.get(PayrollBatch, batch_id)
    if batch is None:
        raise BatchNotFound
    return _view(batch, names_of({batch.imported_by}))


def page_items(actor: Actor, *, batch_id: int, page: int, page_size: int) -> Page:
    """The rows of an import as `ItemView`s, as its sheet had them. Raises Forbidden."""
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    statement: Any = (
        select(
            PayrollItem.row_number,
            Staff.id,
            Staff.staff_no,
            Staff.name,
            PayrollItem.amount_fen,
            LedgerEntry.memo,
        )
        .join(Staff, Staff.id == PayrollItem.staff_id)
        .join(LedgerEntry, LedgerEntry.id == PayrollItem.entry_id)
        .where(PayrollItem.batch_id == batch_id)
        .order_by(PayrollItem.row_number)
    )
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([ItemView(*row) for row in found.rows], found.total, page, page_size)


def _view(batch: PayrollBatch, names: dict[int, str]) -> BatchView:
    return BatchView(
        batch.id,
        batch.batch_no,
        batch.people,
        batch.total_fen,
        batch.imported_at,
        names.get(batch.imported_by, ""),
    )

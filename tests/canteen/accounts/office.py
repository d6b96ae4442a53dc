"""A counter for meal accounts: who manages them, and means to look at what the ledger holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import event, func, select

from backend.actor import ScopeKind
from backend.db import db
from backend.identity.models import Staff
from canteen.accounts.models import AccountBalance, LedgerEntry, LedgerPosting
from tests.client import Answer, Client
from tests.factories import Compound

ADMIN = "/canteen/admin"


class Office:
    """Two managers of accounts, of whom the first acts; and somebody without any right to it."""

    def __init__(self, compound: Compound) -> None:
        self.compound = compound
        roles = {"canteen_manager": (ScopeKind.COMPOUND, 0)}
        self.cashier = compound.staff("C0001", name="收银一", roles=roles)
        self.other = compound.client(compound.staff("C0002", name="收银二", roles=roles))
        self.official = compound.client(compound.staff("C0003"))
        canteen = compound.canteen()
        narrow = compound.staff("C0004", roles={"canteen_manager": (ScopeKind.CANTEEN, canteen.id)})
        self.narrow = compound.client(narrow)

    @property
    def client(self) -> Client:
        """The first manager, logged in just now: tests travel further than a session lasts."""
        return self.compound.client(self.cashier)

    def deposit(self, staff: Staff, amount_fen: int, bucket: str = "personal") -> int:
        """Put money into an account; returns the entry."""
        body = {"staff_no": staff.staff_no, "bucket": bucket, "amount_fen": amount_fen, "memo": "入账"}
        return int(self.client.post(f"{ADMIN}/accounts/deposits", body).data["id"])

    def correct(self, entry_id: int, by: Client | None = None, **body: Any) -> Answer:
        """Take back an entry."""
        body = {"reason": "录入有误", **body}
        return (by or self.client).post(f"{ADMIN}/accounts/entries/{entry_id}/correct", body)

    def pay_out(self, staff: Staff, amount_fen: int, by: Client | None = None, **body: Any) -> Answer:
        """Give somebody money back."""
        body = {"staff_no": staff.staff_no, "amount_fen": amount_fen, "memo": "调离退款", **body}
        return (by or self.client).post(f"{ADMIN}/accounts/pay-outs", body)

    def send_sheet(self, path: str, data: bytes, by: Client | None = None, **query: str) -> Answer:
        """Upload a payroll sheet."""
        return (by or self.client).post(
            f"{ADMIN}/payroll/{path}",
            data={"file": (BytesIO(data), "工资代扣.xlsx")},
            query_string=query,
        )


def held(staff: Staff) -> dict[str, int]:
    """What a person's buckets hold, where they hold anything."""
    db.session.rollback()
    rows = db.session.execute(
        select(AccountBalance.bucket, AccountBalance.balance_fen).where(
            AccountBalance.staff_id == staff.id, AccountBalance.balance_fen != 0
        )
    )
    return dict(rows.all())


def entries(kind: str = "", staff: Staff | None = None) -> list[LedgerEntry]:
    """The ledger's entries of a kind, of a person or of all, by time of writing."""
    db.session.rollback()
    statement = select(LedgerEntry).order_by(LedgerEntry.id)
    if kind:
        statement = statement.where(LedgerEntry.kind == kind)
    if staff is not None:
        statement = statement.where(LedgerEntry.staff_id == staff.id)
    return list(db.session.scalars(statement))


def sum_of(account: str) -> int:
    """What all postings of an account come to."""
    db.session.rollback()
    found = select(func.sum(LedgerPosting.amount_fen)).where(LedgerPosting.account == account)
    return int(db.session.scalar(found) or 0)


def sheet_of(*rows: Any, header: Any = ("工号", "姓名", "金额（元）", "备注")) -> bytes:
    """A workbook of these rows."""
    book = Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def office(compound: Compound) -> Office:
    """The counter."""
    return Office(compound)


class MachineDied(BaseException):
    """No failure that anybody could catch."""


@contextmanager
def breaking_off(statement: str, at: int) -> Iterator[None]:
    """Let the database fail when it is sent such a statement for the `at`-th time, as if its machine died."""
    seen = count(1)

    def fail(_connection: Any, _cursor: Any, text: str, *_more: Any) -> None:
        if text.startswith(statement) and next(seen) == at:
            raise MachineDied

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


@contextmanager
def failing_for(staff: Staff) -> Iterator[None]:
    """Let the database refuse every entry of one person."""
    staff_id = staff.id

    def fail(_connection: Any, _cursor: Any, text: str, parameters: Any, *_more: Any) -> None:
        if text.startswith("INSERT INTO ledger_entries"):
            values = parameters.values() if isinstance(parameters, dict) else parameters
            if staff_id in values:
                raise RuntimeError("an entry that cannot be")

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)

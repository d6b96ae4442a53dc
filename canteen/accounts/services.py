"""Use cases of the meal account."""

from backend import clock
from backend.actor import Actor
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.identity.models import Staff
from canteen.accounts import operations
from canteen.accounts.errors import AccountNotFound
from canteen.accounts.models import Bucket, LedgerEntry
from canteen.accounts.queries import Difference, differences


@atomic
def deposit(actor: Actor, *, staff_no: str, bucket: Bucket, amount_fen: int, memo: str) -> LedgerEntry:
    """Grant a subsidy to, or book a payment of, one member of staff; returns the entry."""
    staff = db.session.query(Staff).filter_by(staff_no=staff_no).one_or_none()
    if staff is None:
        raise AccountNotFound(staff_no=staff_no)
    entry_id = operations.deposit(
        staff_id=staff.id,
        bucket=bucket,
        amount_fen=amount_fen,
        at=clock.now(),
        entered_by=actor.staff_id,
        memo=memo,
    )
    audit.record(
        actor, "accounts.deposit", "staff", staff.id, bucket=bucket.value, amount_fen=amount_fen, memo=memo
    )
    return db.session.get_one(LedgerEntry, entry_id)


def reconcile() -> list[Difference]:
    """Prove that the ledger balances and that every balance is the sum of its postings."""
    return differences()

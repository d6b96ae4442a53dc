"""Use cases of the meal account."""

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.identity.models import StaffStatus
from canteen.accounts import operations, queries
from canteen.accounts.errors import AccountClosed, AccountNotFound, OwnAccount
from canteen.accounts.models import Bucket, LedgerEntry
from canteen.accounts.queries import Difference


@atomic
def deposit(actor: Actor, *, staff_no: str, bucket: Bucket, amount_fen: int, memo: str) -> LedgerEntry:
    """Grant a subsidy to, or book a payment of, one member of staff; returns the entry.

    Nobody credits themselves, and who has left gets nothing. Raises Forbidden, OwnAccount,
    AccountNotFound or AccountClosed.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    staff = queries.find_holder(staff_no)
    if staff is None:
        raise AccountNotFound(staff_no=staff_no)
    if staff.id == actor.staff_id:
        raise OwnAccount
    if staff.status != StaffStatus.ACTIVE:
        raise AccountClosed(staff_no=staff_no)
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
    return queries.differences()

"""Use cases of the meal account."""

from collections.abc import Sequence

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic, db
from backend.identity.models import StaffStatus
from backend.money import yuan
from backend.rules import queries as rule_queries
from canteen.accounts import operations, queries
from canteen.accounts.errors import AccountClosed, AccountNotFound, DepositTooLarge, OwnAccount
from canteen.accounts.models import Bucket, LedgerEntry
from canteen.accounts.queries import Difference, HeldAccount
from canteen.accounts.rules import MAX_DEPOSIT_FEN

MOST_EXPORTED = 100_000


@atomic
def deposit(actor: Actor, *, staff_no: str, bucket: Bucket, amount_fen: int, memo: str) -> LedgerEntry:
    """Grant a subsidy to, or book a payment of, one member of staff; returns the entry.

    Nobody credits themselves, and who has left gets nothing. Raises Forbidden,
    DepositTooLarge, OwnAccount, AccountNotFound or AccountClosed.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    limit_fen = rule_queries.value(MAX_DEPOSIT_FEN)
    if amount_fen > limit_fen:
        raise DepositTooLarge(limit=yuan(limit_fen), limit_fen=limit_fen)
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


@atomic
def export_accounts(actor: Actor, *, q: str, is_active: bool | None, sort: str) -> Sequence[HeldAccount]:
    """Every account that the filters leave, for a sheet to keep; recorded. Raises Forbidden."""
    rows: Sequence[HeldAccount] = queries.page_accounts(
        actor, q=q, is_active=is_active, sort=sort, page=1, page_size=MOST_EXPORTED
    ).rows
    audit.record(actor, "accounts.exported", "accounts", "all", rows=len(rows), is_filtered=bool(q))
    return rows


def reconcile() -> list[Difference]:
    """Prove that the ledger balances and that every balance is the sum of its postings."""
    return queries.differences()

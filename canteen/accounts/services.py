"""Use cases of the meal account."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.dates import full_day_text
from backend.db import atomic, db
from backend.identity.models import Staff, StaffStatus
from backend.money import yuan
from backend.notifications import operations as notifications
from backend.rules import queries as rule_queries
from canteen.accounts import operations, policies, queries, reconciling
from canteen.accounts.errors import (
    AccountClosed,
    AccountEmpty,
    AccountNotFound,
    AccountStillUsed,
    BucketShort,
    DepositTooLarge,
    OwnAccount,
)
from canteen.accounts.messages import ENTRY_CORRECTED, PAGE, PAID_OUT
from canteen.accounts.models import Bucket, EntryKind, LedgerEntry
from canteen.accounts.queries import Booked, HeldAccount
from canteen.accounts.reconciling import Difference
from canteen.accounts.rules import MAX_DEPOSIT_FEN
from canteen.accounts.titles import BUCKET_NAMES

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
    staff = _holder(actor, staff_no)
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
def correct(actor: Actor, *, entry_id: int, reason: str, amount_fen: int | None = None) -> Booked:
    """Take back a grant, a payment or a payroll entry, by default all that is left of it.

    Raises Forbidden, EntryNotFound, NotCorrectable, OwnAccount, CorrectionTooLarge, or BucketShort where
    its owner has spent it already.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    put_in = queries.find_deposited(entry_id)
    _ensure_of_another(actor, put_in.staff_id)
    # Corrections of one entry wait for each other here, so that together they never exceed it.
    balances = operations.lock_balances(put_in.staff_id)
    corrected_fen = queries.corrected_of([entry_id]).get(entry_id, 0)
    taken_fen = policies.correction_of(amount_fen, put_in.amount_fen, corrected_fen)
    _ensure_holds(put_in.bucket, balances.get(put_in.bucket, 0), taken_fen)
    taken = _take(
        actor, EntryKind.CORRECTION, put_in.bucket, put_in.staff_id, taken_fen, reason, corrects_id=entry_id
    )
    audit.record(
        actor,
        "accounts.corrected",
        "staff",
        put_in.staff_id,
        entry_id=entry_id,
        bucket=put_in.bucket.value,
        amount_fen=taken_fen,
        reason=reason,
    )
    day = clock.local(put_in.happened_at)
    notifications.notify(
        ENTRY_CORRECTED,
        [put_in.staff_id],
        {
            "entry": put_in.kind_name,
            "day": full_day_text(day),
            "bucket": BUCKET_NAMES[put_in.bucket.value],
            "amount": yuan(taken_fen),
            "reason": reason,
        },
        page=PAGE,
        dedupe=str(taken.id),
    )
    return taken


@atomic
def pay_out(actor: Actor, *, staff_no: str, amount_fen: int, memo: str) -> Booked:
    """Give somebody personal money back; a subsidy is never paid out.

    Raises Forbidden, AccountNotFound, OwnAccount or BucketShort.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    staff = _holder(actor, staff_no)
    balances = operations.lock_balances(staff.id)
    _ensure_holds(Bucket.PERSONAL, balances.get(Bucket.PERSONAL, 0), amount_fen)
    paid = _take(actor, EntryKind.PAY_OUT, Bucket.PERSONAL, staff.id, amount_fen, memo)
    audit.record(actor, "accounts.paid_out", "staff", staff.id, amount_fen=amount_fen, memo=memo)
    notifications.notify(
        PAID_OUT, [staff.id], {"amount": yuan(amount_fen), "memo": memo}, page=PAGE, dedupe=str(paid.id)
    )
    return paid


@dataclass(frozen=True, slots=True)
class Closing:
    """What was left in the account of somebody who has left, in fen: paid out, and returned."""

    staff_id: int
    personal_fen: int
    subsidy_fen: int


@atomic
def close_account(actor: Actor, *, staff_no: str) -> Closing:
    """Settle the account of somebody who has left: personal money is paid out, the subsidy goes back.

    What is refunded later is settled by doing it again. Raises Forbidden, AccountNotFound, OwnAccount,
    AccountStillUsed or AccountEmpty.
    """
    ensure_everywhere(actor, Permission.ACCOUNTS_MANAGE)
    staff = _holder(actor, staff_no)
    if staff.status != StaffStatus.LEFT:
        raise AccountStillUsed(staff_no=staff_no)
    held = operations.lock_balances(staff.id)
    personal_fen, subsidy_fen = held.get(Bucket.PERSONAL, 0), held.get(Bucket.SUBSIDY, 0)
    if not personal_fen and not subsidy_fen:
        raise AccountEmpty(staff_no=staff_no)
    if personal_fen:
        _take(actor, EntryKind.PAY_OUT, Bucket.PERSONAL, staff.id, personal_fen, "离职结清")
    if subsidy_fen:
        _take(actor, EntryKind.EXPIRY, Bucket.SUBSIDY, staff.id, subsidy_fen, "离职收回")
    audit.record(
        actor, "accounts.closed", "staff", staff.id, personal_fen=personal_fen, subsidy_fen=subsidy_fen
    )
    return Closing(staff.id, personal_fen, subsidy_fen)


def _holder(actor: Actor, staff_no: str) -> Staff:
    staff = queries.find_holder(staff_no)
    if staff is None:
        raise AccountNotFound(staff_no=staff_no)
    _ensure_of_another(actor, staff.id)
    return staff


def _ensure_of_another(actor: Actor, staff_id: int) -> None:
    if staff_id == actor.staff_id:
        raise OwnAccount


def _ensure_holds(bucket: Bucket, available_fen: int, wanted_fen: int) -> None:
    if wanted_fen > available_fen:
        raise BucketShort(
            bucket=bucket.value,
            bucket_name=BUCKET_NAMES[bucket.value],
            available=yuan(available_fen),
            available_fen=available_fen,
            wanted=yuan(wanted_fen),
        )


def _take(
    actor: Actor,
    kind: EntryKind,
    bucket: Bucket,
    staff_id: int,
    amount_fen: int,
    memo: str,
    corrects_id: int | None = None,
) -> Booked:
    """Take fen out of a locked bucket, back to where they came from."""
    now = clock.now()
    entry_id = operations.move(
        kind,
        bucket,
        staff_id,
        -amount_fen,
        at=now,
        entered_by=actor.staff_id,
        memo=memo,
        corrects_id=corrects_id,
    )
    return Booked(entry_id, kind, staff_id, now, memo, bucket, -amount_fen)


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
    return reconciling.differences()

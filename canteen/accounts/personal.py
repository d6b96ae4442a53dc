"""What the ledger keeps about one person, for the copy that PIPL §45 grants; rows under Chinese names."""

from typing import Any

from sqlalchemy import select

from backend.db import db
from backend.money import yuan
from canteen.accounts.models import AccountBalance, EntryKind, LedgerEntry, LedgerPosting
from canteen.accounts.titles import BUCKET_NAMES, ENTRY_NAMES


def balances_of(staff_id: int) -> list[dict[str, Any]]:
    """What a person's buckets hold."""
    rows = db.session.execute(
        select(AccountBalance.bucket, AccountBalance.balance_fen)
        .where(AccountBalance.staff_id == staff_id)
        .order_by(AccountBalance.bucket)
    )
    return [{"账户": BUCKET_NAMES[bucket], "余额（元）": yuan(fen)} for bucket, fen in rows]


def entries_of(staff_id: int) -> list[dict[str, Any]]:
    """Every posting to a person's buckets, the earliest first."""
    rows = db.session.execute(
        select(
            LedgerEntry.happened_at,
            LedgerEntry.kind,
            LedgerPosting.account,
            LedgerPosting.amount_fen,
            LedgerEntry.memo,
        )
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.staff_id == staff_id, LedgerPosting.staff_id == staff_id)
        .order_by(LedgerEntry.id, LedgerPosting.id)
    )
    return [
        {
            "时间": happened_at,
            "事项": ENTRY_NAMES[EntryKind(kind)],
            "账户": BUCKET_NAMES[account],
            "金额（元）": yuan(fen),
            "备注": memo,
        }
        for happened_at, kind, account, fen, memo in rows
    ]

"""What pays for orders: people's balances, the order in which they pay, and what has been paid."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from backend.db import db, table
from backend.rules import queries as rule_queries
from backend.statements import Statement
from canteen.accounts.models import AccountBalance, Bucket, LedgerEntry, LedgerPosting
from canteen.accounts.rules import SPENDING_ORDER
from canteen.accounts.titles import BUCKET_NAMES

_BALANCE, _ENTRY, _POSTING = table(AccountBalance), table(LedgerEntry), table(LedgerPosting)

LOCK_BALANCES = Statement(
    select(_BALANCE.c.bucket, _BALANCE.c.balance_fen)
    .where(_BALANCE.c.staff_id == bindparam("staff_id"))
    .order_by(_BALANCE.c.bucket)
    .with_for_update()
)
# What a person's buckets have paid for one order, net of refunds.
NET_PAID = (
    select(_POSTING.c.account, -func.sum(_POSTING.c.amount_fen))
    .join_from(_POSTING, _ENTRY, _POSTING.c.entry_id == _ENTRY.c.id)
    .where(_ENTRY.c.order_id == bindparam("order_id"), _POSTING.c.staff_id.is_not(None))
    .group_by(_POSTING.c.account)
)
# What people's buckets have paid for each of several orders, net of refunds.
NET_PAID_OF = (
    select(_ENTRY.c.order_id, _POSTING.c.account, -func.sum(_POSTING.c.amount_fen))
    .join_from(_POSTING, _ENTRY, _POSTING.c.entry_id == _ENTRY.c.id)
    .where(_ENTRY.c.order_id.in_(bindparam("ids", expanding=True)), _POSTING.c.staff_id.is_not(None))
    .group_by(_ENTRY.c.order_id, _POSTING.c.account)
)


@dataclass(frozen=True, slots=True)
class BucketMove:
    """What an entry did to one bucket, in fen."""

    bucket: Bucket
    amount_fen: int

    @property
    def bucket_name(self) -> str:
        """What the bucket is called."""
        return BUCKET_NAMES[self.bucket.value]


def spending_order(canteen_id: int, at: datetime) -> list[Bucket]:
    """Which bucket pays first for an order placed at that instant."""
    return [Bucket(name) for name in rule_queries.value(SPENDING_ORDER, canteen_id, at=at)]


def paid_for(order_id: int) -> list[BucketMove]:
    """What each bucket has paid for an order, net of refunds; for whoever may read the order."""
    rows = db.session.execute(NET_PAID, {"order_id": order_id})
    paid: dict[str, int] = {account: int(fen) for account, fen in rows}
    return [BucketMove(bucket, paid[bucket.value]) for bucket in Bucket if paid.get(bucket.value)]

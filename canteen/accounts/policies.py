"""Rules of the meal account: pure functions over fen per bucket."""

from collections.abc import Mapping, Sequence

from backend.money import yuan
from canteen.accounts.errors import BalanceShort
from canteen.accounts.models import Bucket


def split_charge(
    amount_fen: int, balances: Mapping[Bucket, int], order: Sequence[Bucket]
) -> dict[Bucket, int]:
    """What each bucket pays of a charge, in the order of spending. Raises BalanceShort."""
    paid: dict[Bucket, int] = {}
    rest = amount_fen
    for bucket in order:
        part = min(rest, balances.get(bucket, 0))
        if part > 0:
            paid[bucket] = part
            rest -= part
    if rest > 0:
        raise BalanceShort(
            needed=yuan(amount_fen),
            available=yuan(amount_fen - rest),
            needed_fen=amount_fen,
            available_fen=amount_fen - rest,
        )
    return paid


def split_refund(amount_fen: int, paid: Mapping[Bucket, int], order: Sequence[Bucket]) -> dict[Bucket, int]:
    """What goes back to each bucket: to where it came from, what was spent last first.

    `paid` is what each bucket has paid net of earlier refunds. Refunding more than was paid is a
    programming error and raises ValueError.
    """
    returned: dict[Bucket, int] = {}
    rest = amount_fen
    # A bucket that the order of spending no longer names still gets back what it gave.
    spent_first = [*order, *(bucket for bucket in paid if bucket not in order)]
    for bucket in reversed(spent_first):
        part = min(rest, paid.get(bucket, 0))
        if part > 0:
            returned[bucket] = part
            rest -= part
    if rest > 0:
        raise ValueError("a refund cannot exceed what was paid")
    return returned

"""Rules of the meal account: pure functions over fen per bucket."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

from backend import clock
from backend.dates import next_month
from backend.money import yuan
from canteen.accounts.errors import BalanceShort, CorrectionTooLarge, NotCorrectable
from canteen.accounts.models import Bucket, EntryKind

# What was put into an account by hand, by a plan or by a sheet may be taken back.
CORRECTABLE: Final = frozenset({EntryKind.GRANT, EntryKind.TOP_UP, EntryKind.PAYROLL})


def month_span(month: date) -> tuple[datetime, datetime]:
    """The instants [from, until) of a month by the compound's clocks."""
    first = month.replace(day=1)
    return clock.at_local(first, time.min), clock.at_local(next_month(first), time.min)


def ensure_correctable(kind: EntryKind) -> None:
    """Raise NotCorrectable for what is mended elsewhere."""
    if kind not in CORRECTABLE:
        raise NotCorrectable(kind=kind.value)


def correction_of(wanted_fen: int | None, booked_fen: int, corrected_fen: int) -> int:
    """How much of an entry to take back, by default all that is left of it. Raises CorrectionTooLarge."""
    left_fen = booked_fen - corrected_fen
    taken_fen = left_fen if wanted_fen is None else wanted_fen
    if left_fen == 0 or taken_fen > left_fen:
        raise CorrectionTooLarge(
            left=yuan(left_fen), left_fen=left_fen, wanted=yuan(taken_fen if wanted_fen else booked_fen)
        )
    return taken_fen


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

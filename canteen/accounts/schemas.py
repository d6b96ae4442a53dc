"""Wire shapes of the meal account. Amounts are fen."""

from backend.wire import Choice, Id, In, Instant, Int, Many, Out, Part, Str
from canteen.accounts.models import Bucket
from canteen.accounts.rules import MOST_FEN


class BucketOut(Out):
    """One bucket's balance."""

    bucket = Choice(Bucket)
    balance_fen = Int()


class AccountOut(Out):
    """The buckets and their sum."""

    buckets = Many(Part(BucketOut))
    balance_fen = Int()


class MoveOut(Out):
    """What an entry did to one bucket."""

    bucket = Choice(Bucket)
    amount_fen = Int()


class EntryOut(Out):
    """One event of the account; `amount_fen` is the sum over the buckets, negative for what was paid."""

    id = Id()
    kind = Str()
    happened_at = Instant()
    order_id = Id(allow_none=True)
    memo = Str()
    amount_fen = Int()
    buckets = Many(Part(MoveOut))


class DepositIn(In):
    """A grant (subsidy) or a payment (personal)."""

    staff_no = Str(required=True, min_length=1, max_length=20)
    bucket = Choice(Bucket, required=True)
    amount_fen = Int(required=True, minimum=1, maximum=MOST_FEN)
    memo = Str(required=True, min_length=1, max_length=200)


class DepositOut(Out):
    """The entry that was made."""

    id = Id()
    kind = Str()
    happened_at = Instant()
    memo = Str()

"""Wire shapes of the meal account. Amounts are fen."""

from backend.wire import Choice, Fen, Id, In, Instant, Int, Many, Month, Out, PageQuery, Part, Query, Str
from canteen.accounts.models import Bucket
from canteen.accounts.rules import MOST_FEN


class BucketOut(Out):
    """One bucket's balance."""

    bucket = Choice(Bucket)
    bucket_name = Str()
    balance_fen = Int()


class AccountQuery(Query):
    """With a canteen, the buckets stand in the order in which it takes from them."""

    canteen_id = Id()


class AccountOut(Out):
    """The buckets and their sum."""

    buckets = Many(Part(BucketOut))
    balance_fen = Int()


class EntriesQuery(PageQuery):
    """`month` leaves the entries of one month, `bucket` those that moved it."""

    month = Month()
    bucket = Choice(Bucket)


class MoveOut(Out):
    """What an entry did to one bucket."""

    bucket = Choice(Bucket)
    bucket_name = Str()
    amount_fen = Int()


class OrderLabelOut(Out):
    """The order that an entry is of."""

    id = Id()
    number = Str()
    meal = Str()
    canteen = Str()


class EntryOut(Out):
    """One event of the account; `amount_fen` is the sum over the buckets, negative for what was paid.

    `corrects_id` names the entry that a correction takes back, `corrected_fen` says what was taken back of
    this one.
    """

    id = Id()
    kind = Str()
    kind_name = Str()
    happened_at = Instant()
    order_id = Id(allow_none=True)
    order = Part(OrderLabelOut, allow_none=True)
    memo = Str()
    amount_fen = Int()
    buckets = Many(Part(MoveOut))
    corrects_id = Id(allow_none=True)
    corrected_fen = Int()


class DepositIn(In):
    """A grant (subsidy) or a payment (personal)."""

    staff_no = Str(required=True, min_length=1, max_length=20)
    bucket = Choice(Bucket, required=True)
    amount_fen = Fen(required=True, minimum=1, maximum=MOST_FEN)
    memo = Str(required=True, min_length=1, max_length=200)


class DepositOut(Out):
    """The entry that was made."""

    id = Id()
    kind = Str()
    happened_at = Instant()
    memo = Str()


class CorrectIn(In):
    """`amount_fen` of an entry to take back; by default all that is left of it."""

    reason = Str(required=True, min_length=1, max_length=100)
    amount_fen = Fen(minimum=1, maximum=MOST_FEN)


class PayOutIn(In):
    """Personal money that its owner gets back. There is no field for a bucket: a subsidy is not paid out."""

    staff_no = Str(required=True, min_length=1, max_length=20)
    amount_fen = Fen(required=True, minimum=1, maximum=MOST_FEN)
    memo = Str(required=True, min_length=1, max_length=100)


class BookedOut(Out):
    """What was taken out of a bucket, as a negative amount."""

    id = Id()
    kind = Str()
    kind_name = Str()
    happened_at = Instant()
    memo = Str()
    bucket = Choice(Bucket)
    amount_fen = Int()


class CloseIn(In):
    """Whose account is settled."""

    staff_no = Str(required=True, min_length=1, max_length=20)


class ClosedOut(Out):
    """What was paid out of the personal bucket, and what went back of the subsidy."""

    staff_id = Id()
    personal_fen = Int()
    subsidy_fen = Int()

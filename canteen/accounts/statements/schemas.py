"""Wire shapes of statements. Amounts are fen."""

from backend.wire import Choice, Instant, Int, Many, Month, Out, Part, Query, Str
from canteen.accounts.models import Bucket
from canteen.accounts.schemas import EntryOut


class StatementQuery(Query):
    """Which month; by default the present one."""

    month = Month()


class BucketLineOut(Out):
    """opening + in - out = closing."""

    bucket = Choice(Bucket)
    bucket_name = Str()
    opening_fen = Int()
    in_fen = Int()
    out_fen = Int()
    closing_fen = Int()


class KindLineOut(Out):
    """What the entries of one kind did to one bucket."""

    kind = Str()
    kind_name = Str()
    bucket = Choice(Bucket)
    bucket_name = Str()
    entries = Int()
    in_fen = Int()
    out_fen = Int()


class StatementOut(Out):
    """A month of an account, by bucket and by kind, with its entries by time."""

    month = Month()
    printed_at = Instant()
    opening_fen = Int()
    in_fen = Int()
    out_fen = Int()
    closing_fen = Int()
    buckets = Many(Part(BucketLineOut))
    kinds = Many(Part(KindLineOut))
    entries = Many(Part(EntryOut), maximum=100_000)

"""Wire shapes of counts."""

from backend.wire import Bool, Choice, Id, In, Instant, Int, Many, Out, PageQuery, Str
from canteen.purchasing.ingredients.models import Storage
from canteen.purchasing.stock.counts import Which
from canteen.purchasing.stock.models import CountState
from canteen.purchasing.stock.schemas import MOST_G


class CountsQuery(PageQuery):
    """Which counts of a canteen."""

    canteen_id = Id(required=True)
    state = Choice(CountState)


class CountLinesQuery(PageQuery):
    """Which lines of a count; `q` is a batch's code or part of an ingredient's name."""

    which = Choice(Which)
    q = Str(max_length=60)


class CountIn(In):
    """What is to be counted: everything, one kind of storage, or some ingredients."""

    canteen_id = Id(required=True)
    title = Str(max_length=60, load_default="")
    storage = Choice(Storage, allow_none=True, load_default=None)
    ingredient_ids = Many(Id(), maximum=500, load_default=list)


class CountedIn(In):
    """What lies there of a batch, now or at an instant since the count was opened."""

    counted_g = Int(required=True, minimum=0, maximum=MOST_G)
    counted_at = Instant(allow_none=True, load_default=None)
    note = Str(max_length=200, load_default="")


class HandInIn(In):
    """That the counting is over; `is_partial`: what was not counted is left out."""

    is_partial = Bool(load_default=False)


class CountDecisionIn(In):
    """What becomes of the differences."""

    is_approved = Bool(required=True)
    reason = Str(max_length=200, load_default="")


class CountOut(Out):
    """A count; what differs is null while it is going on."""

    id = Int()
    number = Str()
    canteen_id = Int()
    canteen = Str()
    title = Str()
    state = Str()
    opened_at = Instant()
    opened_by_name = Str()
    counted_at = Instant(allow_none=True)
    counted_by_name = Str()
    decided_at = Instant(allow_none=True)
    decided_by_name = Str()
    decision = Str()
    lines = Int()
    counted = Int()
    differing = Int(allow_none=True)
    surplus_g = Int(allow_none=True)
    shortage_g = Int(allow_none=True)
    can_decide = Bool()


class CountLineOut(Out):
    """A line of a count; the books' figures are null while it is going on."""

    batch_id = Int()
    batch = Str()
    ingredient_id = Int()
    ingredient = Str()
    lot = Str()
    location = Str()
    counted_g = Int(allow_none=True)
    book_g = Int(allow_none=True)
    difference_g = Int(allow_none=True)
    counted_at = Instant(allow_none=True)
    counted_by_name = Str()
    note = Str()

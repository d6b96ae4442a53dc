"""Wire shapes among colleagues. Amounts are fen."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str
from canteen.ordering.colleagues.handovers import Direction
from canteen.ordering.colleagues.queries import Side
from canteen.ordering.schemas import LineOut, OrderIn, OrderOut


class PersonOut(Out):
    """A colleague."""

    staff_no = Str()
    name = Str()
    department = Str()


class FoundColleagueOut(PersonOut):
    """A colleague that was looked up, for what names people by their identifier."""

    staff_id = Id()


class LookupQuery(Query):
    """An exact staff number, or at least two characters of a name."""

    q = Str(required=True, min_length=2, max_length=20)


class OrderConsentIn(In):
    """Whom one allows to order for oneself, and until which day."""

    staff_no = Str(required=True, min_length=1, max_length=20)
    until_on = Date(load_default=None, allow_none=True, data_key="until_date")


class ConsentsQuery(PageQuery):
    """Which of the consents that one gave or received."""

    direction = Choice(Side)
    in_force = Bool(load_default=False)


class OrderConsentOut(Out):
    """A consent, as one of its two sides sees it."""

    id = Id()
    direction = Str()
    giver = Part(PersonOut)
    colleague = Part(PersonOut)
    given_at = Instant()
    until_date = Date(attribute="until_on", allow_none=True)
    revoked_at = Instant(allow_none=True)
    in_force = Bool()


class ColleagueOrderIn(OrderIn):
    """An order for a colleague."""

    staff_no = Str(required=True, min_length=1, max_length=20)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The order as the use case takes it."""
        staff_no = data.pop("staff_no")
        return {"staff_no": staff_no, **super().make(data)}


class ColleagueOrderOut(OrderOut):
    """An order placed for a colleague; without consent in force, no note, items and time of pick-up."""

    diner = Part(PersonOut)


class TransferIn(In):
    """To whom an order goes, with a word for them."""

    staff_no = Str(required=True, min_length=1, max_length=20)
    message = Str(load_default="", max_length=100)


class AcceptIn(In):
    """The revision of the order that one has seen: what it costs is of that revision."""

    revision = Int(required=True, minimum=1)


class TransfersQuery(PageQuery):
    """Which of the transfers from and to oneself."""

    direction = Choice(Direction)
    is_open = Bool(load_default=False)


class TransferredOrderOut(Out):
    """The order of a transfer. What is null is seen while it is offered, and by the receiver who has it."""

    id = Id()
    number = Str()
    canteen_id = Id()
    date = Date()
    period = Str()
    dining = Str(allow_none=True)
    collect_from = Instant(allow_none=True)
    collect_until = Instant(allow_none=True)
    total_fen = Int(allow_none=True)
    packaging_fen = Int(allow_none=True)
    revision = Int(allow_none=True)
    items = Many(Part(LineOut))


class TransferOut(Out):
    """A transfer, as one of its two sides sees it."""

    id = Id()
    direction = Str()
    state = Str()
    giver = Part(PersonOut)
    receiver = Part(PersonOut)
    message = Str()
    offered_at = Instant()
    decided_at = Instant(allow_none=True)
    closes_at = Instant()
    canteen_name = Str()
    order = Part(TransferredOrderOut)

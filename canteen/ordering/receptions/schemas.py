"""Wire shapes of receptions. Amounts are fen, weights grams."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Fen,
    Id,
    In,
    Instant,
    Int,
    Many,
    Month,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
)
from canteen.menu.models import Period
from canteen.ordering.receptions.models import Purpose, ReceptionState
from canteen.ordering.receptions.policies import (
    MOST_COMPANIONS,
    MOST_DISHES,
    MOST_GUESTS,
    MOST_PHOTOS,
    SHORTEST_LETTER,
    DishWish,
    Guest,
    Plan,
)

_STAFF_NO = Str(min_length=1, max_length=20)
MOST_STANDARD_FEN = 100_000


class ReceptionGuestIn(In):
    """A guest; without an organisation, the one that sent the letter."""

    name = Str(required=True, min_length=1, max_length=50)
    title = Str(required=True, min_length=1, max_length=50)
    organisation = Str(load_default="", max_length=100)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Guest:
        """The guest as the use case takes it."""
        return Guest(**data)


class ReceptionDishIn(In):
    """So many standard portions of a dish."""

    dish_id = Id(required=True)
    quantity = Int(required=True, minimum=1, maximum=200)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> DishWish:
        """The line as the use case takes it."""
        return DishWish(**data)


class ReceptionIn(In):
    """A reception as it is asked for. `accompanying` are staff numbers of those who dine with the guests."""

    canteen_id = Id(required=True)
    date = Date(required=True)
    period = Choice(Period, required=True)
    letter_no = Str(required=True, min_length=SHORTEST_LETTER, max_length=60)
    letter_from = Str(required=True, min_length=2, max_length=100)
    letter_photo_ids = Many(Id(), maximum=MOST_PHOTOS)
    purpose = Choice(Purpose, required=True)
    subject = Str(load_default="", max_length=100)
    note = Str(load_default="", max_length=200)
    guests = Many(Part(ReceptionGuestIn), required=True, minimum=1, maximum=MOST_GUESTS)
    accompanying = Many(_STAFF_NO, load_default=list, maximum=MOST_COMPANIONS)
    standard_fen = Fen(required=True, minimum=1, maximum=MOST_STANDARD_FEN)
    dishes = Many(Part(ReceptionDishIn), required=True, minimum=1, maximum=MOST_DISHES)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The plan as the use case takes it, beside what else the request says."""
        names = {
            "served_on": "date",
            "companions": "accompanying",
            **{name: name for name in Plan.__slots__ if name in data},
        }
        plan = Plan(
            **{name: data.pop(sent) for name, sent in names.items()},
            photo_ids=data.pop("letter_photo_ids", None),
        )
        return {"plan": plan, **data}


class ReceptionChangeIn(ReceptionIn):
    """The whole request anew; without `letter_photo_ids` the scans stay. `revision` is the one changed."""

    revision = Int(required=True, minimum=1)


class ReceptionApproveIn(In):
    """The revision that was read before it is decided on."""

    revision = Int(required=True, minimum=1)


class ReceptionRejectIn(ReceptionApproveIn):
    """Why, for the person who filed it."""

    reason = Str(required=True, min_length=2, max_length=100)


class ReceptionCancelIn(In):
    """Why; whoever cancels somebody else's request must say so."""

    reason = Str(load_default="", max_length=100)


class ReceptionReopenIn(In):
    """What was registered wrongly."""

    reason = Str(required=True, min_length=2, max_length=100)


class ReceptionServeIn(In):
    """Who came and what was served; each list is as approved where it is left out."""

    guests = Many(Part(ReceptionGuestIn), minimum=1, maximum=MOST_GUESTS)
    accompanying = Many(_STAFF_NO, attribute="companions", maximum=MOST_COMPANIONS)
    dishes = Many(Part(ReceptionDishIn), minimum=1, maximum=MOST_DISHES)


class ReceptionsQuery(PageQuery):
    """One's own receptions, or with `managed` those that one decides on."""

    managed = Bool(load_default=False)
    canteen_id = Id()
    month = Month()
    state = Choice(ReceptionState)


class ReceptionGuestOut(Out):
    """A guest."""

    name = Str()
    title = Str()
    organisation = Str()


class ReceptionCompanionOut(Out):
    """A member of staff who dines with the guests."""

    staff_no = Str()
    name = Str()
    title = Str()


class ReceptionLineOut(Out):
    """A dish with its price at the moment of asking."""

    dish_id = Id()
    name = Str(attribute="dish_name")
    quantity = Int()
    price_fen = Int()
    amount_fen = Int()
    weight_g = Int()


class ReceptionPartyOut(Out):
    """Who dines, and on what."""

    guests = Many(Part(ReceptionGuestOut))
    accompanying = Many(Part(ReceptionCompanionOut), attribute="companions")
    dishes = Many(Part(ReceptionLineOut))


class LetterPhotoOut(Out):
    """A scan of the letter."""

    id = Id()
    links = Part(PhotoLinksOut)


class ReceptionRowOut(Out):
    """A reception in a list. The `actual_…` are null before it was served."""

    id = Id()
    number = Str()
    state = Str()
    revision = Int()
    canteen_id = Id()
    canteen = Str()
    date = Date(attribute="served_on")
    period = Str()
    serves_from = Instant()
    department = Str()
    requester = Str()
    letter_no = Str()
    letter_from = Str()
    purpose = Str()
    standard_fen = Int()
    guests = Int()
    accompanying = Int(attribute="companions")
    total_fen = Int()
    per_head_fen = Int()
    actual_guests = Int(allow_none=True)
    actual_accompanying = Int(attribute="actual_companions", allow_none=True)
    actual_total_fen = Int(allow_none=True)
    filed_at = Instant()


class ReceptionOut(ReceptionRowOut):
    """All of it. `letter_uses` counts others on the same letter, `actions` are what one may do now."""

    subject = Str()
    note = Str()
    decider = Str()
    decided_at = Instant(allow_none=True)
    reason = Str()
    cancelled_at = Instant(allow_none=True)
    served_at = Instant(allow_none=True)
    settled_at = Instant(allow_none=True)
    closes_at = Instant()
    planned = Part(ReceptionPartyOut)
    actual = Part(ReceptionPartyOut, allow_none=True)
    letter_photos = Many(Part(LetterPhotoOut))
    letter_uses = Int()
    actions = Many(Str())


class ReceptionLimitsQuery(Query):
    """Which canteen."""

    canteen_id = Id(required=True)


class ReceptionLimitsOut(Out):
    """What a request keeps to now.

    Up to `small_party` guests, `small_companions` may dine with them; more guests, one for every
    `guests_per_companion`. A request comes `lead_minutes` before the meal begins.
    """

    standard_fen = Int()
    small_party = Int()
    small_companions = Int()
    guests_per_companion = Int()
    lead_minutes = Int()

"""Wire shapes of the ledgers. Weights are grams; of additives, milligrams."""

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    Tenths,
)
from canteen.food_safety.ledgers.models import HandOverKind
from canteen.food_safety.ledgers.policies import MOST_PHOTOS

_HEAVIEST_G = 20_000_000
_MOST_MG = 1_000_000_000


class SafetyDaysQuery(PageQuery):
    """Which days of which canteen, both included."""

    canteen_id = Id(required=True)
    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class LedgerHandOversQuery(SafetyDaysQuery):
    """Which loads."""

    kind = Choice(HandOverKind)


class HandOverIn(In):
    """A load that a collector took."""

    canteen_id = Id(required=True)
    handed_at = Instant(required=True)
    kind = Choice(HandOverKind, required=True)
    weight_g = Int(minimum=1, maximum=_HEAVIEST_G, required=True)
    receiver = Str(min_length=1, max_length=60, required=True)
    use = Str(max_length=60, load_default="")
    vehicle_no = Str(max_length=20, load_default="")
    receipt_no = Str(max_length=40, load_default="")
    licence_no = Str(max_length=60, load_default="")
    signed_by = Str(max_length=50, load_default="")
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class HandOverVoidIn(In):
    """Why it is taken back."""

    reason = Str(min_length=1, max_length=100, required=True)


class HandOverOut(Out):
    """A load; one that was taken back stays on the list."""

    id = Id(attribute="row.id")
    canteen_id = Id(attribute="row.canteen_id")
    handed_at = Instant(attribute="row.handed_at")
    handed_on = Date(attribute="row.handed_on")
    kind = Choice(HandOverKind, attribute="kind")
    weight_g = Int(attribute="row.weight_g")
    receiver = Str(attribute="row.receiver")
    use = Str(attribute="row.use")
    vehicle_no = Str(attribute="row.vehicle_no")
    receipt_no = Str(attribute="row.receipt_no")
    licence_no = Str(attribute="row.licence_no")
    signed_by = Str(attribute="row.signed_by")
    recorded_at = Instant(attribute="row.recorded_at")
    recorded_by_name = Str(attribute="row.recorded_by_name")
    is_taken_back = Bool()


class AdditivesQuery(Query):
    """Whose list."""

    canteen_id = Id(required=True)
    with_inactive = Bool(load_default=False)


class AdditiveChangeIn(In):
    """An additive as it is to be."""

    name = Str(required=True, min_length=1, max_length=50)
    purpose = Str(required=True, min_length=1, max_length=50)
    scope = Str(max_length=100, load_default="")
    limit_mg_per_kg = Int(minimum=1, maximum=1_000_000, allow_none=True, load_default=None)
    keeper = Str(max_length=50, load_default="")
    place = Str(max_length=50, load_default="")
    ingredient_id = Id(allow_none=True, load_default=None)
    is_active = Bool(load_default=True)


class AdditiveIn(In):
    """A new additive on a canteen's list."""

    canteen_id = Id(required=True)
    name = Str(required=True, min_length=1, max_length=50)
    purpose = Str(required=True, min_length=1, max_length=50)
    scope = Str(max_length=100, load_default="")
    limit_mg_per_kg = Int(minimum=1, maximum=1_000_000, allow_none=True, load_default=None)
    keeper = Str(max_length=50, load_default="")
    place = Str(max_length=50, load_default="")
    ingredient_id = Id(allow_none=True, load_default=None)


class AdditiveOut(Out):
    """An additive on a canteen's list."""

    id = Id()
    canteen_id = Id()
    ingredient_id = Id(allow_none=True)
    name = Str()
    purpose = Str()
    scope = Str()
    limit_mg_per_kg = Int(allow_none=True)
    keeper = Str()
    place = Str()
    is_active = Bool()


class AdditiveUsesQuery(SafetyDaysQuery):
    """Which uses."""

    additive_id = Id()


class AdditiveUseIn(In):
    """So many milligrams into so many grams of a dish; a dish of the canteen, or its name."""

    additive_id = Id(required=True)
    used_at = Instant(required=True)
    weight_mg = Int(required=True, minimum=1, maximum=_MOST_MG)
    food_g = Int(required=True, minimum=1, maximum=_HEAVIEST_G)
    dish_id = Id(allow_none=True, load_default=None)
    dish = Str(max_length=50, load_default="")
    batch_id = Id(allow_none=True, load_default=None)
    lot = Str(max_length=50, load_default="")
    note = Str(max_length=200, load_default="")


class AdditiveUseVoidIn(In):
    """Why it is taken back."""

    reason = Str(min_length=1, max_length=100, required=True)


class AdditiveUseOut(Out):
    """A use; one that was taken back stays on the list."""

    id = Id(attribute="row.id")
    canteen_id = Id(attribute="row.canteen_id")
    additive_id = Id(attribute="row.additive_id")
    name = Str(attribute="row.name")
    used_at = Instant(attribute="row.used_at")
    weight_mg = Int(attribute="row.weight_mg")
    food_g = Int(attribute="row.food_g")
    mg_per_kg = Tenths()
    limit_mg_per_kg = Int(attribute="row.limit_mg_per_kg", allow_none=True)
    is_over = Bool(attribute="row.is_over")
    dish_id = Id(attribute="row.dish_id", allow_none=True)
    dish = Str(attribute="row.dish")
    batch_id = Id(attribute="row.batch_id", allow_none=True)
    lot = Str(attribute="row.lot")
    note = Str(attribute="row.note")
    recorded_at = Instant(attribute="row.recorded_at")
    recorded_by_name = Str(attribute="row.recorded_by_name")
    is_taken_back = Bool()


class HandOverPhotosOut(Out):
    """The photos of a load."""

    photos = Many(Part(PhotoLinksOut))

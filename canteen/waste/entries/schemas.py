"""Wire shapes of entries by hand. Weights are grams."""

from typing import Any

from marshmallow import post_load, validates_schema

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
    Str,
    ValidationError,
)
from canteen.menu.models import Period
from canteen.waste.entries.policies import Wanted
from canteen.waste.models import Disposition, Edible, Stage

MOST_G = 10_000_000
MOST_ROWS = 40
MOST_DINERS = 100_000


class WasteEntryIn(In):
    """A row: either `net_g`, or `gross_g` with `tare_g` or a container whose tare is known.

    A row that names a dish is a weighing of that dish alone. `edible` tells food from what nobody eats
    (bones, peel); `mixed` where nobody told them apart.
    """

    stage = Choice(Stage, required=True)
    edible = Choice(Edible, load_default=Edible.MIXED)
    net_g = Int(minimum=0, maximum=MOST_G)
    gross_g = Int(minimum=0, maximum=MOST_G)
    tare_g = Int(minimum=0, maximum=MOST_G)
    container_id = Id()
    dish_id = Id()
    disposition = Choice(Disposition)
    reason = Str(max_length=100, load_default="")
    photo_id = Id()

    @validates_schema
    def ensure_weight(self, data: dict[str, Any], **_: Any) -> None:
        """One way of weighing, and a stage that people enter."""
        if data.get("stage") is Stage.SERVED:
            raise ValidationError({"stage": ["供应重量由称重设备上报，不能手工登记"]})
        if ("net_g" in data) == ("gross_g" in data):
            raise ValidationError({"net_g": ["请填写净重，或毛重与皮重"]})
        if "net_g" in data and "tare_g" in data:
            raise ValidationError({"tare_g": ["已填写净重，不需要皮重"]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wanted:
        """The row as the use case takes it."""
        return Wanted(**data)


class SheetAddress(In):
    """Which meal, as the path says it."""

    served_on = Date(required=True, data_key="date")
    period = Choice(Period, required=True)


class WasteSheetIn(In):
    """Rows to add to a meal's sheet; without `diners_counted` the count stays as it is."""

    entries = Many(Part(WasteEntryIn), load_default=(), maximum=MOST_ROWS)
    diners_counted = Int(minimum=1, maximum=MOST_DINERS)
    is_confirmed = Bool(load_default=False)

    @validates_schema
    def ensure_something(self, data: dict[str, Any], **_: Any) -> None:
        """An empty sheet says nothing."""
        if not data["entries"] and "diners_counted" not in data:
            raise ValidationError({"entries": ["请至少登记一项"]})


class NewWasteEntryIn(WasteEntryIn):
    """One row with its meal."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")
    period = Choice(Period, required=True)
    is_confirmed = Bool(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """What the use case takes."""
        meal = {name: data.pop(name) for name in ("canteen_id", "served_on", "period", "is_confirmed")}
        return {**meal, "entry": super().make(data)}


class DinersIn(In):
    """How many diners somebody counted; null: nobody did."""

    diners_counted = Int(required=True, allow_none=True, minimum=1, maximum=MOST_DINERS)


class TakeBackIn(In):
    """Why an entry is taken back."""

    reason = Str(required=True, min_length=2, max_length=100)


class WasteEntriesQuery(PageQuery):
    """The entries of a canteen's day."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")


class WasteEntryOut(Out):
    """What somebody entered."""

    id = Id()
    canteen_id = Id()
    date = Date()
    period = Str()
    stage = Str()
    stage_name = Str()
    edible = Str()
    gross_g = Int(allow_none=True)
    tare_g = Int(allow_none=True)
    net_g = Int()
    dish_id = Id(allow_none=True)
    dish_name = Str()
    container_name = Str()
    disposition = Str()
    reason = Str()
    photo = Part(PhotoLinksOut, allow_none=True)
    cost_fen = Int()
    entered_by_name = Str()
    entered_at = Instant()
    is_taken_back = Bool()
    taken_back_reason = Str()
    can_take_back = Bool()


class SheetStageOut(Out):
    """A stage: what was entered, what bins gained (`device_g`), and the most that passes unasked."""

    stage = Str()
    stage_name = Str()
    has_inedible = Bool()
    entered_g = Int()
    entries = Int()
    device_g = Int()
    maximum_g = Int()


class SheetDishOut(Out):
    """A dish of the menu."""

    dish_id = Id()
    name = Str()


class SheetContainerOut(Out):
    """A bin or pan whose tare is known."""

    container_id = Id()
    kind = Str()
    code = Str()
    name = Str()
    tare_g = Int()
    stage = Str(allow_none=True)


class WasteSheetOut(Out):
    """All of a meal that people enter."""

    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    period = Str()
    meal_name = Str()
    is_open = Bool()
    earliest_on = Date()
    diners = Int(allow_none=True)
    diners_counted = Int(allow_none=True)
    stages = Many(Part(SheetStageOut))
    dishes = Many(Part(SheetDishOut))
    containers = Many(Part(SheetContainerOut))
    entries = Many(Part(WasteEntryOut))

"""Wire shapes of samples. Weights are grams."""

import re
from enum import StrEnum
from typing import Any

from marshmallow import post_load

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
    ValidationError,
)
from canteen.food_safety.samples.policies import Wanted
from canteen.menu.models import Period

MOST_G = 5_000
MOST_LABELS = 200


class SampleFilter(StrEnum):
    """The states to look for; `locked` is beside them."""

    KEPT = "kept"
    DUE = "due"
    OVERDUE = "overdue"
    DISPOSED = "disposed"
    VOID = "void"
    LOCKED = "locked"


class Layout(StrEnum):
    """A4 sheets to cut, or a roll of labels."""

    SHEET = "sheet"
    ROLL = "roll"


class SampleItemIn(In):
    """A sample: without a weight the usual one, without an instant now. An extra one says why."""

    dish_id = Id(required=True)
    weight_g = Int(minimum=1, maximum=MOST_G)
    taken_at = Instant()
    is_extra = Bool(load_default=False)
    reason = Str(max_length=200, load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wanted:
        """As the use case takes it."""
        return Wanted(**data)


class SamplesIn(In):
    """The samples of a meal."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")
    period = Choice(Period, required=True)
    fridge = Str(max_length=50, load_default="")
    items = Many(Part(SampleItemIn), required=True, minimum=1, maximum=100)


class DisposalIn(In):
    """What is disposed of, and how."""

    sample_ids = Many(Id(), required=True, minimum=1, maximum=200)
    note = Str(max_length=200, load_default="")


class SampleReasonIn(In):
    """Why."""

    reason = Str(required=True, min_length=2, max_length=200)


class SampleWaiverIn(SampleReasonIn):
    """Which dish of which meal needs no sample, and why."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")
    period = Choice(Period, required=True)
    dish_id = Id(required=True)


class SampleSheetQuery(Query):
    """Of which day, or of one meal."""

    canteen_id = Id(required=True)
    on = Date(required=True, data_key="date")
    period = Choice(Period)


class SamplesQuery(PageQuery):
    """Which samples."""

    canteen_id = Id(required=True)
    from_date = Date()
    to_date = Date()
    period = Choice(Period)
    dish_id = Id()
    state = Choice(SampleFilter)


class DueSamplesQuery(PageQuery):
    """Of one canteen, or of all within reach."""

    canteen_id = Id()


class MissingSamplesQuery(PageQuery):
    """Of which days, both included."""

    canteen_id = Id()
    from_date = Date(required=True)
    to_date = Date(required=True)


class LabelsQuery(Query):
    """Samples by their ids, with commas between them, or those of a day or a meal."""

    ids = Str(max_length=4000, load_default="")
    canteen_id = Id()
    on = Date(data_key="date")
    period = Choice(Period)
    layout = Choice(Layout, load_default=Layout.SHEET)

    @post_load
    def split(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The ids as numbers, each once."""
        text = data["ids"]
        if text and not re.fullmatch(r"[0-9]{1,15}(,[0-9]{1,15})*", text):
            raise ValidationError({"ids": ["应为编号，以逗号分隔"]})
        ids = list(dict.fromkeys(int(each) for each in text.split(",") if each))
        if len(ids) > MOST_LABELS:
            raise ValidationError({"ids": [f"最多 {MOST_LABELS} 个"]})
        return {**data, "ids": ids}


class FoodSampleOut(Out):
    """A sample."""

    id = Id()
    code = Str()
    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    period = Str()
    period_name = Str()
    dish_id = Id()
    dish_name = Str()
    weight_g = Int()
    fridge = Str()
    is_extra = Bool()
    reason = Str()
    taken_at = Instant()
    taken_by_name = Str()
    entered_at = Instant()
    due_at = Instant()
    state = Str()
    state_name = Str()
    is_locked = Bool()
    lock_reason = Str()
    disposed_at = Instant(allow_none=True)
    disposed_by_name = Str()
    disposal = Str()
    voided_at = Instant(allow_none=True)
    void_reason = Str()
    can_dispose = Bool()
    can_void = Bool()


class FoodSamplesOut(Out):
    """Samples that were entered or disposed of together."""

    samples = Many(Part(FoodSampleOut))


class SampleWaiverOut(Out):
    """Why a dish needs no sample."""

    id = Id()
    canteen_id = Id()
    date = Date(attribute="served_on")
    period = Str()
    dish_id = Id()
    dish_name = Str()
    reason = Str()


class SheetWaiverOut(Out):
    """Why a dish needs no sample."""

    id = Id()
    reason = Str()


class SampleSheetDishOut(Out):
    """A dish of a meal with its samples."""

    dish_id = Id()
    name = Str()
    category = Str()
    origin = Str()
    samples = Many(Part(FoodSampleOut))
    waiver = Part(SheetWaiverOut, allow_none=True)
    is_missing = Bool()


class SampleSheetMealOut(Out):
    """A meal with its dishes."""

    period = Str()
    period_name = Str()
    serves_from = Instant(allow_none=True)
    missing = Int()
    dishes = Many(Part(SampleSheetDishOut))


class SampleSheetOut(Out):
    """A day's meals."""

    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    minimum_g = Int()
    usual_g = Int()
    hours = Int()
    fridges = Many(Str())
    meals = Many(Part(SampleSheetMealOut))


class MissingSampleOut(Out):
    """A dish of a meal without a sample."""

    canteen_id = Id()
    canteen_name = Str()
    date = Date()
    period = Str()
    period_name = Str()
    dish_id = Id()
    dish_name = Str()
    origin = Str()
    origin_name = Str()

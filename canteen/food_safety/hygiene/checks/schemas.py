"""Wire shapes of the checklist."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, Part, Query, Str
from canteen.food_safety.hygiene.checks.policies import MOST_ITEMS, MOST_PHOTOS, Given, Wanted
from canteen.food_safety.hygiene.cleaning.schemas import DueTaskOut
from canteen.food_safety.hygiene.models import Scheme


class ChecklistDayQuery(Query):
    """Which day; by default today."""

    on = Date(data_key="date", load_default=None)


class ChecklistItemIn(In):
    """An item; without a station it is every station's."""

    scheme = Choice(Scheme, required=True)
    heading = Str(required=True, min_length=1, max_length=20)
    text = Str(required=True, min_length=1, max_length=100)
    station_id = Id(allow_none=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wanted:
        """The item as the use case takes it."""
        return Wanted(**data)


class KitchenChecklistIn(In):
    """A canteen's whole checklist; none at all gives it the house's again."""

    canteen_id = Id(required=True)
    items = Many(Part(ChecklistItemIn), maximum=MOST_ITEMS, required=True)


class ChecklistItemOut(Out):
    """An item."""

    id = Id()
    scheme = Str()
    heading = Str()
    text = Str()
    station_id = Id(allow_none=True)


class KitchenChecklistOut(Out):
    """The items of a canteen: its own, or the house's."""

    is_own = Bool()
    items = Many(Part(ChecklistItemOut))


class ChecklistAnswerIn(In):
    """What was found of an item."""

    item_id = Id(required=True)
    is_ok = Bool(required=True)
    remark = Str(max_length=200, load_default="")
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Given:
        """The answer as the use case takes it."""
        return Given(**data)


class ChecklistAnswersIn(In):
    """What was found at a station; `is_scanned` if its code was."""

    on = Date(data_key="date", allow_none=True, load_default=None)
    is_scanned = Bool(load_default=False)
    answers = Many(Part(ChecklistAnswerIn), minimum=1, maximum=MOST_ITEMS, required=True)


class ChecklistLineOut(Out):
    """An item with what was found of it; null while nobody looked."""

    item_id = Id()
    scheme = Str()
    heading = Str()
    text = Str()
    is_ok = Bool(attribute="answer.is_ok", dump_default=None, allow_none=True)
    remark = Str(attribute="answer.remark", dump_default="")
    answered_at = Instant(attribute="answer.answered_at", dump_default=None, allow_none=True)
    answered_by_name = Str(attribute="answer.answered_by_name", dump_default="")
    photos = Many(Part(PhotoLinksOut))


class ChecklistSheetOut(Out):
    """The checklist of a station on a day, with what is to be cleaned there."""

    station_id = Id(attribute="station.id")
    station = Str(attribute="station.name")
    code = Str(attribute="station.code")
    keeper = Str(attribute="station.keeper")
    canteen_id = Id(attribute="station.canteen_id")
    canteen = Str()
    on = Date(data_key="date")
    items = Int()
    answered = Int()
    failed = Int()
    is_complete = Bool()
    last_at = Instant(attribute="check.last_at", dump_default=None, allow_none=True)
    last_by_name = Str(attribute="check.last_by_name", dump_default="")
    lines = Many(Part(ChecklistLineOut))
    tasks = Many(Part(DueTaskOut))


class StationDayOut(Out):
    """How far a station got on a day."""

    station_id = Id(attribute="station.id")
    station = Str(attribute="station.name")
    code = Str(attribute="station.code")
    keeper = Str(attribute="station.keeper")
    items = Int()
    answered = Int()
    failed = Int()
    is_complete = Bool()
    last_at = Instant(allow_none=True)
    last_by_name = Str()


class KitchenHygieneOut(Out):
    """A day of a kitchen, station by station, with what is to be cleaned."""

    canteen_id = Id()
    canteen = Str()
    on = Date(data_key="date")
    is_open = Bool()
    checked = Int()
    complete = Int()
    failed = Int()
    stations = Many(Part(StationDayOut))
    tasks = Many(Part(DueTaskOut))


class HygieneDayOut(Out):
    """A day in numbers; `is_gap`: the kitchen worked and a station's checklist is not complete."""

    on = Date(data_key="date")
    is_open = Bool()
    stations = Int()
    checked = Int()
    complete = Int()
    failed = Int()
    cleanings = Int()
    below = Int()
    is_gap = Bool()

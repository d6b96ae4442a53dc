"""Which papers are wanted, on the wire."""

from typing import Any

from marshmallow import post_load

from backend.wire import Bool, Date, Id, Int, Query, Str, ValidationError


class PaperQuery(Query):
    """Of which meeting of a series; by default the next that is not over."""

    occurrence_id = Id(load_default=None)


class NameplatesQuery(PaperQuery):
    """How the cards are to be, and of whom: `attendee_ids=1,2,3`, by default of everybody."""

    per_page = Int(minimum=1, maximum=2, load_default=1)
    with_title = Bool(load_default=False)
    attendee_ids = Str(max_length=4_000, load_default="")

    @post_load
    def split(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The ids as numbers."""
        parts = [part for part in data["attendee_ids"].split(",") if part]
        if not all(part.isascii() and part.isdecimal() and len(part) <= 15 for part in parts):
            raise ValidationError("应为逗号分隔的编号", "attendee_ids")
        return {**data, "attendee_ids": [int(part) for part in parts]}


class DayListQuery(Query):
    """Which day, by default today, and where."""

    on = Date(load_default=None)
    campus_id = Id(load_default=None)
    building_id = Id(load_default=None)

"""Rules of the checklist: pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from canteen.food_safety.hygiene.models import ChecklistItem, Scheme

PHOTO_OWNER: Final = "hygiene_answer"
MOST_PHOTOS: Final = 3
MOST_ITEMS: Final = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item as the editor wants it; without a station it is every station's."""

    scheme: Scheme
    heading: str
    text: str
    station_id: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What was found of an item. What is not in order needs a word; photos are never asked for."""

    item_id: int
    is_ok: bool
    remark: str = ""
    photo_ids: Sequence[int] = ()


def of_station(items: Iterable[ChecklistItem], station_id: int) -> list[ChecklistItem]:
    """The items that are answered at a station."""
    return [each for each in items if each.station_id in (None, station_id)]


def changes(
    standing: Sequence[ChecklistItem], wanted: Sequence[Wanted]
) -> tuple[list[tuple[ChecklistItem, int]], list[tuple[Wanted, int]], list[ChecklistItem]]:
    """What is kept with its new place, what is new with its place, and what is retired.

    An item whose words stay is the same item, so that the day's answers to it stay.
    """
    left = {_key(each): each for each in standing}
    kept: list[tuple[ChecklistItem, int]] = []
    new: list[tuple[Wanted, int]] = []
    for place, one in enumerate(wanted):
        found = left.pop((one.scheme.value, one.heading, one.text, one.station_id), None)
        if found is not None:
            kept.append((found, place))
        else:
            new.append((one, place))
    return kept, new, list(left.values())


def _key(item: ChecklistItem) -> tuple[str, str, str, int | None]:
    return item.scheme, item.heading, item.text, item.station_id

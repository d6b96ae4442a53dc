"""Rules of the register of equipment. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from backend.actor import Actor, Permission
from backend.money import yuan
from backend.places.policies import Ref
from property.assets.errors import AssetDatesInvalid, AssetReasonNeeded, AssetStateWrong
from property.assets.models import AssetEventKind, AssetState

PHOTO_OWNER: Final = "asset"
LONGEST_NUMBER: Final = 40
LONGEST_NAME: Final = 80
LONGEST_SERIAL: Final = 60
LONGEST_KIND: Final = 40
LONGEST_NOTE: Final = 2000
LONGEST_REASON: Final = 200
MOST_FEN: Final = 100_000_000_000
MOST_PHOTOS: Final = 20
MOST_PLATES: Final = 200
ENDING_DAYS: Final = 30
# What of an asset may be said anew; `place` stands for the columns that say where it is.
COLUMNS: Final = (
    *("number", "name", "kind_id", "place", "state", "model", "maker", "serial_no", "contractor_id"),
    *("installed_on", "warranty_until", "price_fen", "note"),
)
_EVENTS: Final = {"place": AssetEventKind.MOVED, "state": AssetEventKind.STATE}


@dataclass(frozen=True, slots=True)
class Names:
    """What people call what an asset names by its id."""

    kinds: Mapping[int, str]
    contractors: Mapping[int, str]
    places: Mapping[Ref, str]

    def say(self, column: str, value: Any) -> str:
        """A value of a column for the history; states as values, as their names are told on reading."""
        if value is None:
            return ""
        if column == "place":
            return self.places.get(value, "")
        if column == "kind_id":
            return self.kinds.get(value, str(value))  # A new kind is told by its name.
        if column == "contractor_id":
            return self.contractors.get(value, "")
        if column == "price_fen":
            return yuan(int(value))
        return value.isoformat() if isinstance(value, date) else str(value)


def can_report(state: AssetState) -> bool:
    """Whether something may be reported about it: what is stopped may be broken, what is scrapped not."""
    return state is not AssetState.SCRAPPED


def covers(actor: Actor, permission: Permission, *, campus_id: int, building_id: int) -> bool:
    """Whether an asset that stands there lies within the actor's reach."""
    return actor.reach(permission).covers(campus_id=campus_id, building_id=building_id)


def is_under_warranty(warranty_until: date | None, on: date) -> bool:
    """The last day of the warranty counts."""
    return warranty_until is not None and on <= warranty_until


def ensure_dates(installed_on: date | None, warranty_until: date | None) -> None:
    """Raises AssetDatesInvalid."""
    if installed_on is not None and warranty_until is not None and warranty_until < installed_on:
        raise AssetDatesInvalid


def ensure_step(before: AssetState, after: AssetState, text: str) -> None:
    """A state follows another one; to scrap something, and to bring it back, wants a reason.

    Raises AssetStateWrong or AssetReasonNeeded.
    """
    if before is after:
        raise AssetStateWrong(state=before.value)
    if AssetState.SCRAPPED in (before, after) and not text:
        raise AssetReasonNeeded


def differences(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What of an asset is to be different, by column."""
    return {column: value for column, value in wanted.items() if before[column] != value}


def events_of(
    before: Mapping[str, Any], changes: Mapping[str, Any], names: Names
) -> dict[AssetEventKind, dict[str, list[str]]]:
    """What these changes are told as: a move, a change of state, everything else together."""
    events: dict[AssetEventKind, dict[str, list[str]]] = {}
    for column, value in changes.items():
        told = [names.say(column, before[column]), names.say(column, value)]
        events.setdefault(_EVENTS.get(column, AssetEventKind.CHANGED), {})[column] = told
    return events


@dataclass(frozen=True, slots=True)
class StateChange:
    """When an asset went from one state to another; the states as values."""

    at: datetime
    before: str
    after: str


def seconds_in_use(begin: datetime, end: datetime, state: str, changes: Sequence[StateChange]) -> int:
    """For how long of [begin, end) an asset was in use.

    `state` is its state now, `changes` are all of its changes of state in order.
    """
    states = [changes[0].before if changes else state, *(change.after for change in changes)]
    bounds = [begin, *(min(max(change.at, begin), end) for change in changes), end]
    spans = zip(states, pairwise(bounds), strict=True)
    in_use = (until - since for was, (since, until) in spans if was == AssetState.IN_USE.value)
    return max(0, int(sum(in_use, timedelta()).total_seconds()))

"""Rules of weighing: where grams count, what is doubtful, what they cost. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from canteen.waste.models import ContainerKind, Disposition, Edible, Kind, Quarantine, Source, Stage

# A tray is clean with at most this much food on it (domain/canteen.md §3).
CLEAN_G: Final = 10
# A bin's gain below this is the scale's own unrest.
NOISE_G: Final = 5
# A clock further off than this may have put events into the wrong meal: a person looks at them.
MAX_SKEW: Final = timedelta(minutes=10)
# Less than this is the way of the request, not the clock.
TRANSIT: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What is known of a kind of event before it is read.

    `stage` is None where the container or the event says it. `is_difference`: its gross weight is what a
    scale gained or lost, and nothing is taken off it.
    """

    stage: Stage | None
    source: Source
    containers: tuple[ContainerKind, ...]
    is_difference: bool = False
    needs_dish: bool = False


SPECS: Final[Mapping[Kind, KindSpec]] = {
    Kind.SERVE_DELTA: KindSpec(Stage.SERVED, Source.PAN, (ContainerKind.TRAY, ContainerKind.PAN), True, True),
    Kind.TRAY_RETURN: KindSpec(Stage.PLATE, Source.TRAY, (ContainerKind.TRAY,)),
    Kind.DISH_LEFTOVER: KindSpec(
        Stage.PLATE, Source.DISH, (ContainerKind.TRAY, ContainerKind.PAN), needs_dish=True
    ),
    Kind.BIN_DELTA: KindSpec(None, Source.BULK, (ContainerKind.BIN,), True),
    Kind.BIN_EMPTY: KindSpec(None, Source.BULK, (ContainerKind.BIN,)),
    Kind.PAN_OUT: KindSpec(Stage.PREPARED, Source.PAN, (ContainerKind.PAN,), needs_dish=True),
    Kind.PAN_BACK: KindSpec(Stage.UNSERVED, Source.PAN, (ContainerKind.PAN,), needs_dish=True),
    Kind.ENTRY: KindSpec(None, Source.BULK, (ContainerKind.BIN, ContainerKind.PAN)),
}


def stage_of(kind: Kind, disposition: str) -> Stage | None:
    """The stage that follows from the kind; what comes back in a pan may be put to use again."""
    if kind is Kind.PAN_BACK and disposition == Disposition.REUSE:
        return Stage.REUSED
    return SPECS[kind].stage


def is_of_round(kind: str, container_id: int | None, edible: str) -> bool:
    """Whether a tray's rounds say what of the weighing goes into the totals: a return of a known tray.

    Bones and peel that were weighed apart are no return.
    """
    return kind == Kind.TRAY_RETURN and container_id is not None and edible != Edible.INEDIBLE


def touches_round(kind: str, container_id: int | None, edible: str) -> bool:
    """Whether the weighing is one of those from which a tray's rounds follow."""
    if container_id is None:
        return False
    return kind == Kind.SERVE_DELTA or is_of_round(kind, container_id, edible)


def is_anonymous_return(kind: str, container_id: int | None, edible: str) -> bool:
    """Whether it is the return of a tray that nobody knows, which is a round of its own."""
    return kind == Kind.TRAY_RETURN and container_id is None and edible != Edible.INEDIBLE


def doubt(kind: Kind, *, net_g: int, most_g: int, is_stable: bool, is_overload: bool) -> Quarantine | None:
    """Why a weighing is held back, or None. An emptied bin counts for nothing in any case."""
    if kind is Kind.BIN_EMPTY:
        return None
    if is_overload:
        return Quarantine.OVERLOAD
    if not is_stable:
        return Quarantine.UNSTABLE
    if net_g < 0 and kind is not Kind.BIN_DELTA:
        return Quarantine.TARE_GT_GROSS
    return Quarantine.IMPLAUSIBLE if net_g > most_g else None


def says_nothing(kind: str, counted_g: int) -> bool:
    """Whether nothing of a stage was weighed by it: a bin was emptied, or moved by less than its unrest.

    A meal of which nothing else is known has not been weighed, and its trays are the sample that they were.
    """
    return kind == Kind.BIN_EMPTY or (kind == Kind.BIN_DELTA and counted_g == 0)


def counted(kind: Kind, net_g: int) -> int:
    """What of a sound weighing goes into the totals."""
    if kind is Kind.BIN_EMPTY or (kind is Kind.BIN_DELTA and net_g < NOISE_G):
        return 0
    return net_g


def cost_of(counted_g: int, cost_fen_per_kg: int) -> int:
    """Fen of grams, rounded half up."""
    return (counted_g * cost_fen_per_kg + 500) // 1000

"""Rules of trays: pure functions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from canteen.waste.policies import CLEAN_G
from canteen.waste.trays.errors import TrayInUse

# A tray that was not weighed on its return is somebody else's this long after it was bound.
HELD: Final = timedelta(minutes=5)
# A reader that was offline tells its bindings up to this long afterwards.
OLDEST: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class LastBinding:
    """The binding before, of the same tray and meal; `returned_at` is when the tray came back."""

    id: int
    bound_at: datetime
    staff_id: int | None
    department_id: int
    returned_at: datetime | None


def is_repeated(last: LastBinding | None, *, staff_id: int, department_id: int, bound_at: datetime) -> bool:
    """Whether the tray is bound to this diner already, and not back yet.

    Of a diner who was not written down only the department is known, and that for a moment.
    """
    if last is None or (last.returned_at is not None and last.returned_at <= bound_at):
        return False
    if last.staff_id is None:
        return last.department_id == department_id and abs(bound_at - last.bound_at) < HELD
    return last.staff_id == staff_id


def ensure_free(last: LastBinding | None, bound_at: datetime) -> None:
    """Raise TrayInUse while the tray may still be carried by whoever had it bound before."""
    if last is None:
        return
    is_back = last.returned_at is not None and last.returned_at <= bound_at
    if not is_back and abs(bound_at - last.bound_at) < HELD:
        raise TrayInUse


def own_instant(bound_at: datetime | None, sent_at: datetime | None, received_at: datetime) -> datetime:
    """When a device bound, by our clock: as long before it sent as its own clock says, at most half a day."""
    if bound_at is None or sent_at is None:
        return received_at
    return received_at - min(max(sent_at - bound_at, timedelta()), OLDEST)


def is_clean(leftover_g: int | None) -> bool | None:
    """Whether at most ten grams were left; None of a tray that was not weighed."""
    return None if leftover_g is None else leftover_g <= CLEAN_G


def mask_name(name: str) -> str:
    """`张**`: enough for its owner at a serving line."""
    return f"{name[:1]}{'*' * max(1, len(name) - 1)}"

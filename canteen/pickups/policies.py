"""Rules of the counter: pure functions."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hmac import compare_digest

from backend import clock
from canteen.ordering.models import OrderState
from canteen.ordering.policies import ensure_moves
from canteen.pickups.errors import (
    AlreadyPickedUp,
    CodeExpired,
    CodeInvalid,
    NotPickedUp,
    NotTheTime,
    RatingClosed,
)

# What is longer is told by months instead of weeks.
_LONGEST_BY_WEEKS = timedelta(weeks=26)
# 22 characters of base64 are 132 bits of the signature: enough, and the QR stays small.
_SIGNATURE_LENGTH = 22
# 66 bits by which an offline station, which has our list but not our key, tells a genuine code.
PROOF_LENGTH = 11
_CODE = re.compile(r"HQ2\.(\d{1,15})\.(\d{1,9})\.(\d{1,12})\.([A-Za-z0-9_-]{11})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class PickupCode:
    """What a code says: one revision of one order, until an instant."""

    order_id: int
    revision: int
    expires_at: datetime


def write_code(code: PickupCode, proof: str, sign: Callable[[bytes], str]) -> str:
    """The signed text of a code, short enough for a small QR.

    `proof` is the order's, the same in each of its codes: see `canteen.pickups.stations`.
    """
    said = f"HQ2.{code.order_id}.{code.revision}.{int(code.expires_at.timestamp())}.{proof}"
    return f"{said}.{sign(said.encode())[:_SIGNATURE_LENGTH]}"


def read_code(text: str, sign: Callable[[bytes], str], now: datetime) -> PickupCode:
    """The code that the text carries. Raises CodeInvalid if it is not ours, CodeExpired if it is too old."""
    match = _CODE.fullmatch(text)
    if match is None:
        raise CodeInvalid
    said, _, signature = text.rpartition(".")
    if not compare_digest(signature, sign(said.encode())[:_SIGNATURE_LENGTH]):
        raise CodeInvalid
    order_id, revision, expires = (int(part) for part in match.groups()[:3])
    expires_at = datetime.fromtimestamp(expires, UTC)
    if now >= expires_at:
        raise CodeExpired(expires_at=expires_at)
    return PickupCode(order_id, revision, expires_at)


def ensure_can_pick_up(
    state: OrderState,
    picked_up_at: datetime | None,
    pickup_from: datetime | None,
    serves_from: datetime,
    serves_until: datetime,
    grace: timedelta,
    now: datetime,
) -> None:
    """Raise unless a booked order may be handed out now; until `grace` after the window it may."""
    if state is OrderState.PICKED_UP and picked_up_at is not None:
        raise AlreadyPickedUp(
            picked_up_at=picked_up_at, picked_up_text=f"{clock.local(picked_up_at):%m月%d日 %H:%M}"
        )
    ensure_moves(state, OrderState.PICKED_UP)
    if (pickup_from is not None and now < pickup_from) or now >= serves_until + grace:
        first = clock.local(pickup_from or serves_from)
        raise NotTheTime(window=f"{first:%m月%d日 %H:%M} 至 {clock.local(serves_until):%H:%M}")


def ensure_can_rate(picked_up_at: datetime | None, days: int, now: datetime) -> None:
    """Raise NotPickedUp unless the meal was handed out, RatingClosed so many days after that."""
    if picked_up_at is None:
        raise NotPickedUp
    if now >= picked_up_at + timedelta(days=days):
        raise RatingClosed(days=days)


def spans_of(from_on: date, until_on: date) -> Iterator[tuple[date, date]]:
    """The weeks from Monday on, or the months, that make up the days [from_on, until_on].

    The first and the last are cut at these days.
    """
    by_weeks = until_on - from_on <= _LONGEST_BY_WEEKS
    begins_on = from_on
    while begins_on <= until_on:
        if by_weeks:
            next_on = begins_on + timedelta(days=7 - begins_on.weekday())
        else:
            next_on = (begins_on.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield begins_on, min(next_on - timedelta(days=1), until_on)
        begins_on = next_on

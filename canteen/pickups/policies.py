"""Rules of the counter: pure functions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from backend import clock
from canteen.ordering.models import OrderState
from canteen.ordering.policies import ensure_moves
from canteen.pickups.errors import AlreadyPickedUp, CodeExpired, CodeInvalid, NotTheTime

CODE_LASTS = timedelta(minutes=3)
# Late for the meal is still fed; a code of last week is not.
PICKUP_GRACE = timedelta(hours=2)
# 22 characters of base64 are 132 bits of the signature: enough, and the QR stays small.
_SIGNATURE_LENGTH = 22
_CODE = re.compile(r"HQ1\.(\d{1,15})\.(\d{1,9})\.(\d{1,12})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class PickupCode:
    """What a code says: one revision of one order, until an instant."""

    order_id: int
    revision: int
    expires_at: datetime


def write_code(code: PickupCode, sign: Callable[[bytes], str]) -> str:
    """The signed text of a code, short enough for a small QR."""
    said = f"HQ1.{code.order_id}.{code.revision}.{int(code.expires_at.timestamp())}"
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
    now: datetime,
) -> None:
    """Raise unless a booked order may be handed out now."""
    if state is OrderState.PICKED_UP and picked_up_at is not None:
        raise AlreadyPickedUp(
            picked_up_at=picked_up_at, picked_up_text=f"{clock.local(picked_up_at):%m月%d日 %H:%M}"
        )
    ensure_moves(state, OrderState.PICKED_UP)
    if (pickup_from is not None and now < pickup_from) or now >= serves_until + PICKUP_GRACE:
        first = clock.local(pickup_from or serves_from)
        raise NotTheTime(window=f"{first:%m月%d日 %H:%M} 至 {clock.local(serves_until):%H:%M}")

"""Rules of the stations: permits, fingerprints, and what may be told when. Pure functions."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from canteen.ordering.models import OrderState
from canteen.pickups.stations.errors import PermitInvalid
from canteen.pickups.stations.models import Outcome

_PERMIT = re.compile(r"HQL1\.(\d{1,15})\.(\d{1,15})\.(\d{1,12})\.(\d{1,12})\.([A-Za-z0-9_-]{43})")
# A tablet's clock may be a little off, and may be set while the tablet is offline.
_LENIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Permit:
    """Pick-ups of one meal, handed out by a member of staff within [from_at, until_at), may be told later."""

    meal_id: int
    staff_id: int
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An offline pick-up as the tablet tells it."""

    key: str
    order_id: int
    revision: int
    handed_out_at: datetime


def write_permit(permit: Permit, sign: Callable[[bytes], str]) -> str:
    """The signed text of a permit."""
    from_at, until_at = int(permit.from_at.timestamp()), int(permit.until_at.timestamp())
    said = f"HQL1.{permit.meal_id}.{permit.staff_id}.{from_at}.{until_at}"
    return f"{said}.{sign(said.encode())}"


def read_permit(text: str, sign: Callable[[bytes], str]) -> Permit:
    """The permit that the text carries. Raises PermitInvalid."""
    match = _PERMIT.fullmatch(text)
    said, _, signature = text.rpartition(".")
    if match is None or not compare_digest(signature, sign(said.encode())):
        raise PermitInvalid
    meal_id, staff_id, from_at, until_at = (int(part) for part in match.groups()[:4])
    return Permit(
        meal_id, staff_id, datetime.fromtimestamp(from_at, UTC), datetime.fromtimestamp(until_at, UTC)
    )


def fingerprint(salt: str, text: str) -> str:
    """What a list says of a proof or a card: SHA-256 in hexadecimal digits of `salt:text`."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def is_in_time(permit: Permit, handed_out_at: datetime, now: datetime) -> bool:
    """Whether a pick-up at that instant of the tablet's clock is within the permit, and not still to come."""
    latest = min(permit.until_at, now)
    return permit.from_at - _LENIENCE <= handed_out_at < latest + _LENIENCE


def outcome_of(
    state: OrderState | None,
    *,
    is_of_meal: bool,
    is_known: bool,
    is_timely: bool,
    was_transferred: bool = False,
) -> tuple[Outcome, str]:
    """What becomes of a pick-up of an order in this state, and the code of the refusal if it is one.

    `is_known` says that the very scan was carried out on line, and only its answer was lost. A meal that was
    taken for missed, because the report came late, was picked up nevertheless. `was_transferred` says that
    the code was an earlier holder's: the order is somebody else's by now, who has paid for it and gets it.
    """
    if state is None or not is_of_meal:
        return Outcome.REFUSED, "canteen.order_not_found"
    if state is OrderState.PICKED_UP:
        return (Outcome.BOOKED, "") if is_known else (Outcome.DUPLICATE, "canteen.already_picked_up")
    if was_transferred:
        return Outcome.REFUSED, "canteen.order_transferred"
    if state not in (OrderState.BOOKED, OrderState.NO_SHOW):
        return Outcome.REFUSED, "canteen.order_not_booked"
    if not is_timely:
        return Outcome.REFUSED, "canteen.pickup_not_open"
    return Outcome.BOOKED, ""

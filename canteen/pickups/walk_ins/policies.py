"""Rules of walk-ins: pure functions."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from backend import clock
from canteen.menu.models import MealState
from canteen.ordering.errors import NotPublished
from canteen.ordering.models import OrderState
from canteen.pickups.errors import NotTheTime
from canteen.pickups.walk_ins.errors import DinerCodeExpired, DinerCodeInvalid

# 22 characters of base64 are 132 bits of the signature: enough, and the QR stays small.
_SIGNATURE_LENGTH = 22
_CODE = re.compile(r"HQD1\.(\d{1,15})\.(\d{1,12})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class DinerCode:
    """What a diner's code says: who it is, until an instant."""

    staff_id: int
    expires_at: datetime


def write_code(code: DinerCode, sign: Callable[[bytes], str]) -> str:
    """The signed text of a code."""
    said = f"HQD1.{code.staff_id}.{int(code.expires_at.timestamp())}"
    return f"{said}.{sign(said.encode())[:_SIGNATURE_LENGTH]}"


def read_code(text: str, sign: Callable[[bytes], str], now: datetime) -> DinerCode:
    """The code that the text carries. Raises DinerCodeInvalid, or DinerCodeExpired if it is too old."""
    match = _CODE.fullmatch(text)
    said, _, signature = text.rpartition(".")
    if match is None or not compare_digest(signature, sign(said.encode())[:_SIGNATURE_LENGTH]):
        raise DinerCodeInvalid
    staff_id, expires = (int(part) for part in match.groups()[:2])
    expires_at = datetime.fromtimestamp(expires, UTC)
    if now >= expires_at:
        raise DinerCodeExpired(expires_at=expires_at)
    return DinerCode(staff_id, expires_at)


@dataclass(frozen=True, slots=True)
class Hours:
    """When a canteen hands a meal out: [from_at, until_at)."""

    from_at: datetime
    until_at: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether it is handed out then."""
        return self.from_at <= instant < self.until_at


def hours_of(
    pickup_from: datetime | None, serves_from: datetime, serves_until: datetime, grace: timedelta
) -> Hours:
    """From when pick-up begins, or from the window on, until the grace after the window."""
    return Hours(pickup_from or serves_from, serves_until + grace)


def ensure_serving(state: str, hours: Hours | None, now: datetime) -> None:
    """Raise NotPublished without a menu that people know, and NotTheTime outside of the hours."""
    if state == MealState.DRAFT or hours is None:
        raise NotPublished
    if not hours.holds(now):
        first, last = clock.local(hours.from_at), clock.local(hours.until_at)
        raise NotTheTime(window=f"{first:%m月%d日 %H:%M} 至 {last:%H:%M}")


def hint_for(state: OrderState, pickup_no: int | None, *, is_here: bool) -> str:
    """What to do with somebody who has an order for that meal."""
    if state is OrderState.PICKED_UP:
        return "本餐已取，不能重复用餐"
    if state is OrderState.NO_SHOW:
        return "该订单已记为未取餐，请联系食堂管理人员更正"
    if not is_here:
        return "请到该食堂取餐"
    return f"请直接取餐（取餐号 {pickup_no}）" if pickup_no is not None else "请直接取餐"

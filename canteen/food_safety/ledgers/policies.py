"""Rules of the ledgers: who records, when a load may be recorded, and what an additive's limit allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from backend.actor import Actor, Permission
from canteen.food_safety.ledgers.errors import AdditiveOverLimit, AdditiveUseInvalid, HandOverTime
from canteen.food_safety.ledgers.models import AdditiveUse, HandOver, HandOverKind
from canteen.menu import policies as menu_policies
from canteen.menu.errors import CanteenNotFound
from canteen.menu.models import Canteen

# Last month's receipts often come with the month's bill.
LATEST: Final = timedelta(days=62)
# What was weighed out is written down within the week.
LATEST_USE: Final = timedelta(days=7)
PHOTO_OWNER: Final = "waste_hand_over"
MOST_PHOTOS: Final = 3
# Who weighs waste hands it over, and so does who keeps the records of food safety.
_RECORDS: Final = (Permission.WASTE_RECORD, Permission.SAFETY_RECORD)


@dataclass(frozen=True, slots=True)
class Load:
    """A hand-over with what became of it."""

    row: HandOver
    is_taken_back: bool

    @property
    def kind(self) -> HandOverKind:
        """What was taken."""
        return HandOverKind(self.row.kind)


@dataclass(frozen=True, slots=True)
class Use:
    """A use of an additive with what became of it."""

    row: AdditiveUse
    is_taken_back: bool

    @property
    def mg_per_kg(self) -> Decimal:
        """How much of it is in the food."""
        return mg_per_kg(self.row.weight_mg, self.row.food_g)


def ensure_records(actor: Actor, canteen: Canteen) -> None:
    """The actor keeps the canteen's ledgers. Raises CanteenNotFound."""
    if not any(menu_policies.covers(actor, permission, canteen) for permission in _RECORDS):
        raise CanteenNotFound


def ensure_recent(handed_at: datetime, *, now: datetime) -> None:
    """Raises HandOverTime."""
    if not now - LATEST <= handed_at <= now:
        raise HandOverTime(days=LATEST.days)


def ensure_used_recently(used_at: datetime, *, now: datetime) -> None:
    """Raises AdditiveUseInvalid."""
    if not now - LATEST_USE <= used_at <= now:
        raise AdditiveUseInvalid(reason=f"使用时间应在过去 {LATEST_USE.days} 天以内，且不晚于现在")


def mg_per_kg(weight_mg: int, food_g: int) -> Decimal:
    """Milligrams of additive in a kilogram of food, to a tenth, rounded half up."""
    return (Decimal(weight_mg) * 1000 / food_g).quantize(Decimal("0.1"), ROUND_HALF_UP)


def is_over(weight_mg: int, food_g: int, limit_mg_per_kg: int | None) -> bool:
    """Whether more went in than the limit allows; exactly, before any rounding."""
    return limit_mg_per_kg is not None and weight_mg * 1000 > limit_mg_per_kg * food_g


def ensure_explained(weight_mg: int, food_g: int, limit_mg_per_kg: int | None, note: str) -> None:
    """What goes beyond the limit needs a word. Raises AdditiveOverLimit."""
    if is_over(weight_mg, food_g, limit_mg_per_kg) and not note:
        raise AdditiveOverLimit(used=f"{mg_per_kg(weight_mg, food_g).normalize():f}", limit=limit_mg_per_kg)

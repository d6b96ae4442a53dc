"""Rules of requests and orders: what to buy, which steps there are, who decides. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.actor import Actor
from canteen.purchasing.orders.errors import (
    CorrectionTooLarge,
    OverDelivered,
    OwnPurchaseOrder,
    PurchaseDateInvalid,
    PurchaseOrderChanged,
    PurchaseStateConflict,
)
from canteen.purchasing.orders.models import OrderState, PurchaseOrder

REQUEST_NUMBER, ORDER_NUMBER = "SG", "CG"
STATE_NAMES: Final[Mapping[OrderState, str]] = {
    OrderState.DRAFT: "草稿",
    OrderState.SUBMITTED: "待审批",
    OrderState.APPROVED: "已审批",
    OrderState.RECEIVED: "已到齐",
    OrderState.CLOSED: "已关闭",
    OrderState.REJECTED: "已驳回",
    OrderState.CANCELLED: "已取消",
}

TRANSITIONS: Final[Mapping[OrderState, frozenset[OrderState]]] = {
    OrderState.DRAFT: frozenset({OrderState.SUBMITTED, OrderState.CANCELLED}),
    OrderState.SUBMITTED: frozenset(
        {OrderState.APPROVED, OrderState.REJECTED, OrderState.DRAFT, OrderState.CANCELLED}
    ),
    # Cancelled while nothing has come; afterwards its rest is closed.
    OrderState.APPROVED: frozenset({OrderState.RECEIVED, OrderState.CLOSED, OrderState.CANCELLED}),
    # A receipt that is taken back lets it wait again.
    OrderState.RECEIVED: frozenset({OrderState.APPROVED}),
    OrderState.CLOSED: frozenset(),
    OrderState.REJECTED: frozenset({OrderState.DRAFT, OrderState.CANCELLED}),
    OrderState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Pool:
    """What a canteen has and expects of an ingredient, in grams.

    `arriving_g` of `on_order_g` come by the day in question; `promised_g` is what other requests need.
    """

    stock_g: int = 0
    on_order_g: int = 0
    arriving_g: int = 0
    promised_g: int = 0

    @property
    def free_g(self) -> int:
        """What may be counted on: there by the day, and not what others need."""
        return max(0, min(self.stock_g + self.arriving_g, self.stock_g + self.on_order_g - self.promised_g))


@dataclass(frozen=True, slots=True)
class Need:
    """A need and how it is met: of stock, of what is on order, and by packs that are to be bought."""

    needed_g: int
    stock_g: int
    on_order_g: int
    wanted_g: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of an order as somebody enters it; without a price that of the supplier's list counts."""

    ingredient_id: int
    pack_g: int
    packs: int
    price_fen: int | None = None
    note: str = ""


def meet(needed_g: int, pool: Pool, pack_g: int | None) -> Need:
    """Take off what is free, stock first, and round the rest up to packs; without a pack it stays so."""
    covered = min(needed_g, pool.free_g)
    from_stock = min(covered, max(pool.stock_g, 0))
    return Need(needed_g, from_stock, covered - from_stock, round_up(needed_g - covered, pack_g))


def packs_for(grams: int, pack_g: int) -> int:
    """How many packs hold so many grams."""
    return -(-grams // pack_g)


def round_up(grams: int, pack_g: int | None) -> int:
    """The grams of the packs that hold so many: never below, less than one pack above."""
    return packs_for(grams, pack_g) * pack_g if pack_g else grams


def amount_fen(net_g: int, price_fen: int, pack_g: int) -> int:
    """What so many grams cost at the price of a pack, rounded half up; of a correction the same, negative."""
    sign = -1 if net_g < 0 else 1
    return sign * ((2 * abs(net_g) * price_fen + pack_g) // (2 * pack_g))


def number_of(kind: str, year: int, count: int) -> str:
    """`CG2026-0001`; from the ten thousandth of a year on it grows longer."""
    return f"{kind}{year}-{count:04d}"


def ensure_step(order: PurchaseOrder, after: OrderState) -> None:
    """The order may take this step. Raises PurchaseStateConflict."""
    state = OrderState(order.state)
    if after not in TRANSITIONS[state]:
        raise PurchaseStateConflict(state=STATE_NAMES[state])


def ensure_editable(order: PurchaseOrder) -> None:
    """The order is a draft. Raises PurchaseStateConflict."""
    if order.state != OrderState.DRAFT:
        raise PurchaseStateConflict(state=STATE_NAMES[OrderState(order.state)])


def ensure_untouched(order: PurchaseOrder) -> None:
    """Nothing of the order has come. Raises PurchaseStateConflict."""
    if any(line.received_g for line in order.lines):
        raise PurchaseStateConflict(state=f"{STATE_NAMES[OrderState(order.state)]}，已有到货")


def ensure_unchanged(order: PurchaseOrder, revision: int | None) -> None:
    """The order is as its author saw it. Raises PurchaseOrderChanged."""
    if revision is not None and order.revision != revision:
        raise PurchaseOrderChanged


def ensure_decides(actor: Actor, order: PurchaseOrder) -> None:
    """The actor neither made, changed nor submitted the order. Raises OwnPurchaseOrder."""
    if actor.staff_id in _authors(order):
        raise OwnPurchaseOrder


def may_decide(actor: Actor, order: PurchaseOrder) -> bool:
    """Whether the order waits for a decision that is not the actor's own order."""
    return order.state == OrderState.SUBMITTED and actor.staff_id not in _authors(order)


def _authors(order: PurchaseOrder) -> tuple[int | None, ...]:
    return order.created_by, order.changed_by, order.submitted_by


def ensure_not_past(day: date, today: date) -> None:
    """Raises PurchaseDateInvalid."""
    if day < today:
        raise PurchaseDateInvalid


def ensure_amount(
    ingredient: str, *, received_g: int, net_g: int, ordered_g: int, percent: int, word: str
) -> None:
    """So much may be taken: within what is tolerated above the order, or with a word for it.

    Raises OverDelivered, or CorrectionTooLarge where more is taken back than came.
    """
    after = received_g + net_g
    if after < 0:
        raise CorrectionTooLarge
    if net_g > 0 and after * 100 > ordered_g * (100 + percent) and not word:
        raise OverDelivered(
            ingredient=ingredient, received=kilograms(after), ordered=kilograms(ordered_g), percent=percent
        )


def is_whole(received_g: int, ordered_g: int, short_percent: int) -> bool:
    """Whether so much counts as all of it."""
    return received_g * 100 >= ordered_g * (100 - short_percent)


def rest_g(ordered_g: int, received_g: int, closed_g: int) -> int:
    """What is still expected."""
    return max(0, ordered_g - received_g - closed_g)


def kilograms(grams: int) -> str:
    """`12.5`: grams as kilograms, for people."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".")


def total_fen(lines: Iterable[tuple[int, int]]) -> int:
    """The sum of packs at their prices."""
    return sum(packs * price for packs, price in lines)

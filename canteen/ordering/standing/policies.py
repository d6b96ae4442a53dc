"""Rules of standing orders: pure functions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.workdays.policies import Day
from canteen.menu.models import Portion
from canteen.ordering import policies as ordering_policies
from canteen.ordering.policies import Wish
from canteen.ordering.standing.errors import StandingDatesReversed, StandingDishUnsold
from canteen.ordering.standing.models import Outcome

MOST_CHOICES: Final = 5
MOST_LINES: Final = 10
EVERY_WORKDAY: Final = (1, 2, 3, 4, 5)

OUTCOME_NAMES: Final[Mapping[Outcome, str]] = {
    Outcome.PLACED: "已预订",
    Outcome.NONE_OFFERED: "所选菜品未供应",
    Outcome.SOLD_OUT: "所选菜品已订完",
    Outcome.BALANCE_SHORT: "餐费余额不足",
    Outcome.REFUSED: "未能预订",
    Outcome.HELD_UP: "暂未能预订，截止前会再次尝试",
    Outcome.ABSENT: "请假或出差",
    Outcome.ALREADY_ORDERED: "当餐已自行订餐或退订",
}
# What is tried anew once the menu, or the standing order, has changed. The rest was the person's own doing.
RETRYABLE: Final = (Outcome.NONE_OFFERED, Outcome.SOLD_OUT, Outcome.BALANCE_SHORT, Outcome.REFUSED)
# What the person knows already.
UNTOLD: Final = frozenset({Outcome.ABSENT, Outcome.ALREADY_ORDERED})

Choice = Sequence[Wish]


@dataclass(slots=True)
class OfferedDish:
    """A dish at a meal: centi-portions that are left (None without a cap), and the share of each portion."""

    left: int | None
    shares: Mapping[str, int]


Offer = Mapping[int, OfferedDish]


def bits_of(weekdays: Iterable[int]) -> int:
    """Weekdays, 1 Monday to 7 Sunday, as a set of bits."""
    bits = 0
    for weekday in weekdays:
        bits |= 1 << (weekday - 1)
    return bits


def weekdays_of(bits: int) -> list[int]:
    """The inverse of `bits_of`, in order."""
    return [weekday for weekday in range(1, 8) if bits & 1 << (weekday - 1)]


def takes(bits: int, *, workdays_only: bool, day: Day) -> bool:
    """Whether a standing order for these weekdays is meant for this day.

    With `workdays_only` a holiday is left out, and a weekend's day that is worked (调休) is taken in by
    whoever takes every workday, Monday to Friday.
    """
    is_named = bool(bits & 1 << day.on_date.weekday())
    if not workdays_only:
        return is_named
    every = bits_of(EVERY_WORKDAY)
    is_makeup = day.on_date.isoweekday() not in EVERY_WORKDAY and bits & every == every
    return day.is_workday and (is_named or is_makeup)


def lack_of(choice: Choice, offer: Offer) -> Outcome | None:
    """Why an alternative cannot be ordered: NONE_OFFERED, SOLD_OUT; None if it is wholly there."""
    for wish in choice:
        dish = offer.get(wish.dish_id)
        if dish is None or wish.portion.value not in dish.shares:
            return Outcome.NONE_OFFERED
    wanted = _taken_by(choice, offer)
    for dish_id, taken in wanted.items():
        left = offer[dish_id].left
        if left is not None and taken > left:
            return Outcome.SOLD_OUT
    return None


def take(choice: Choice, offer: Offer) -> None:
    """Count what was ordered off what is left."""
    for dish_id, taken in _taken_by(choice, offer).items():
        dish = offer[dish_id]
        if dish.left is not None:
            dish.left -= taken


def ensure_choices(choices: Sequence[Choice], sold: Collection[tuple[int, str]], most_portions: int) -> None:
    """Every alternative could be an order of the canteen, whose dishes and portions are `sold`.

    Raises DuplicateLine, OverLimit or StandingDishUnsold.
    """
    for number, choice in enumerate(choices, start=1):
        ordering_policies.ensure_distinct(choice)
        ordering_policies.ensure_within_limit(choice, most_portions)
        if any((wish.dish_id, wish.portion.value) not in sold for wish in choice):
            raise StandingDishUnsold(choice=number)


def ensure_dates(from_on: date, until_on: date | None) -> None:
    """Raise StandingDatesReversed for an end before the beginning."""
    if until_on is not None and until_on < from_on:
        raise StandingDatesReversed


def dump(choices: Sequence[Choice]) -> list[list[dict[str, Any]]]:
    """The alternatives as a row keeps them."""
    return [
        [
            {"dish_id": wish.dish_id, "portion": wish.portion.value, "quantity": wish.quantity}
            for wish in choice
        ]
        for choice in choices
    ]


def parse(kept: Sequence[Sequence[Mapping[str, Any]]]) -> list[Choice]:
    """The inverse of `dump`."""
    return [
        [Wish(line["dish_id"], Portion(line["portion"]), line["quantity"]) for line in choice]
        for choice in kept
    ]


def _taken_by(choice: Choice, offer: Offer) -> dict[int, int]:
    """Centi-portions by dish."""
    taken: dict[int, int] = {}
    for wish in choice:
        share = offer[wish.dish_id].shares[wish.portion.value]
        taken[wish.dish_id] = taken.get(wish.dish_id, 0) + share * wish.quantity
    return taken

"""Rules of meals by weight: pure functions."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.money import yuan
from canteen.menu.models import Portion
from canteen.ordering.policies import Line
from canteen.waste.serving.errors import AlreadyObjected, ObjectionClosed, OwnWeighedMeal, WaivedTooMuch

# So many dishes are named in a message.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Bound:
    """From `bound_at` on the tray was this person's."""

    binding_id: int
    container_id: int
    bound_at: datetime
    staff_id: int | None


@dataclass(frozen=True, slots=True)
class Helping:
    """What a tray was given of a dish."""

    container_id: int
    at: datetime
    dish_id: int
    grams: int


@dataclass(frozen=True, slots=True)
class Returned:
    """A tray came back."""

    container_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Priced:
    """A dish of the meal's menu that is sold by weight there."""

    meal_dish_id: int
    dish_id: int
    name: str
    price_fen_per_kg: int


@dataclass(frozen=True, slots=True)
class Taken:
    """All that one person took at a meal, in grams by dish; and when it began and ended.

    `closed_at` is the return of the last tray with food on it, None as long as one is out.
    """

    grams: Mapping[int, int]
    first_at: datetime
    last_at: datetime
    closed_at: datetime | None

    def is_due(self, now: datetime, wait: timedelta) -> bool:
        """Whether nothing more is to be expected: the trays are back, or the last helping is long ago."""
        return self.closed_at is not None or now >= self.last_at + wait


def amount_fen(grams: int, price_fen_per_kg: int) -> int:
    """What so many grams cost, rounded half up; this is the only place that rounds."""
    return (grams * price_fen_per_kg + 500) // 1000


def helpings_by_binding(
    bounds: Iterable[Bound], helpings: Iterable[Helping], returns: Iterable[Returned]
) -> dict[int, tuple[list[Helping], datetime | None]]:
    """Each binding's helpings with the return that ended it, as `waste.rounds` attributes them.

    A helping belongs to the last binding of its tray at or before it, unless the tray was returned in
    between. At one instant a binding comes before a helping and a helping before a return.
    """
    events: list[tuple[datetime, int, Bound | Helping | Returned]] = [
        *((each.bound_at, 0, each) for each in bounds),
        *((each.at, 1, each) for each in helpings),
        *((each.at, 2, each) for each in returns),
    ]
    open_bindings: dict[int, int] = {}
    found: dict[int, tuple[list[Helping], datetime | None]] = {}
    for at, _, event in sorted(events, key=lambda each: each[:2]):
        if isinstance(event, Bound):
            open_bindings[event.container_id] = event.binding_id
            found[event.binding_id] = ([], None)
        elif isinstance(event, Helping):
            if event.container_id in open_bindings:
                found[open_bindings[event.container_id]][0].append(event)
        elif event.container_id in open_bindings:
            binding_id = open_bindings.pop(event.container_id)
            found[binding_id] = (found[binding_id][0], at)
    return found


def taken_by_person(
    bounds: Collection[Bound], helpings: Iterable[Helping], returns: Iterable[Returned]
) -> dict[int, Taken]:
    """What each known person took of one meal, on however many trays."""
    by_binding = helpings_by_binding(bounds, helpings, returns)
    rounds: dict[int, list[tuple[list[Helping], datetime | None]]] = {}
    for bound in bounds:
        of_binding = by_binding[bound.binding_id]
        if bound.staff_id is not None and of_binding[0]:
            rounds.setdefault(bound.staff_id, []).append(of_binding)
    return {staff_id: _taken(of_person) for staff_id, of_person in rounds.items()}


def _taken(rounds: Sequence[tuple[list[Helping], datetime | None]]) -> Taken:
    grams: Counter[int] = Counter()
    for helpings, _ in rounds:
        for helping in helpings:
            grams[helping.dish_id] += helping.grams
    instants = [helping.at for helpings, _ in rounds for helping in helpings]
    returned = [returned_at for _, returned_at in rounds]
    known = [each for each in returned if each is not None]
    closed_at = max(known) if len(known) == len(returned) else None
    return Taken(grams, min(instants), max(instants), closed_at)


def lines_of(grams: Mapping[int, int], priced: Mapping[int, Priced]) -> list[Line]:
    """A line for each dish that is sold by weight and of which something was taken, by rising dish."""
    lines = []
    for dish_id, weight_g in sorted(grams.items()):
        dish = priced.get(dish_id)
        if dish is None or weight_g <= 0:
            continue
        lines.append(
            Line(
                meal_dish_id=dish.meal_dish_id,
                dish_id=dish_id,
                dish_name=dish.name,
                portion=Portion.WEIGHT.value,
                quantity=1,
                price_fen=amount_fen(weight_g, dish.price_fen_per_kg),
                weight_g=weight_g,
                share=0,
                price_fen_per_kg=dish.price_fen_per_kg,
            )
        )
    return lines


def total_fen(lines: Iterable[Line], waived_fen: int) -> int:
    """What a meal costs after what was let go, which is never more than the meal."""
    return max(0, sum(line.amount_fen for line in lines) - waived_fen)


def dishes_text(lines: Sequence[Line]) -> str:
    """`红烧肉 235 克（36.00 元/公斤）、米饭 180 克（5.00 元/公斤）`, the dearest dishes first."""
    named = sorted(lines, key=lambda line: -line.price_fen)[:_NAMED]
    texts = [
        f"{line.dish_name} {line.weight_g} 克（{yuan(line.price_fen_per_kg or 0)} 元/公斤）" for line in named
    ]
    return "、".join(texts) + (f"等 {len(lines)} 种" if len(lines) > _NAMED else "")


def objection_closes_at(settled_at: datetime, days: int) -> datetime:
    """Until when one may object."""
    return settled_at + timedelta(days=days)


def can_object(objected_at: datetime | None, settled_at: datetime, days: int, now: datetime) -> bool:
    """Whether one may object still."""
    return objected_at is None and now < objection_closes_at(settled_at, days)


def ensure_can_object(objected_at: datetime | None, settled_at: datetime, days: int, now: datetime) -> None:
    """Raise AlreadyObjected or ObjectionClosed."""
    if objected_at is not None:
        raise AlreadyObjected
    if not can_object(objected_at, settled_at, days, now):
        raise ObjectionClosed


def ensure_decides(by_staff: int, staff_id: int) -> None:
    """Raise OwnWeighedMeal for one's own."""
    if by_staff == staff_id:
        raise OwnWeighedMeal


def ensure_within(waived_fen: int, amount: int) -> None:
    """Raise WaivedTooMuch if more is let go than the meal costs."""
    if waived_fen > amount:
        raise WaivedTooMuch(amount=yuan(amount), amount_fen=amount)


def is_same(lines: Sequence[Line], before: Sequence[Line]) -> bool:
    """Whether two sets of lines say the same grams of the same dishes."""
    return {line.dish_id: line.weight_g for line in lines} == {line.dish_id: line.weight_g for line in before}

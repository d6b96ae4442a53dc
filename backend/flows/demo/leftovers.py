"""What is weighed at the demo's meals: habits of dishes, a slow improvement, and the gaps of real life.

Every meal draws from a stream of its own, so that a past day is the same tomorrow. Who ate and what they were
handed follows from the planned orders and receptions.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Final, NamedTuple

from backend import clock
from backend.flows.demo.menus import LibraryDish, PlannedMeal
from backend.flows.demo.orders import PlannedOrder
from backend.flows.demo.receptions import PlannedReception
from backend.flows.demo.scales import BIN_KITCHEN, PAPER_KITCHEN, SMART_KITCHEN, TRAYS
from canteen.ordering.models import OrderState
from canteen.waste.models import Disposition, Edible, Kind, Quarantine, Stage

# Plate waste per diner in grams when the past began, and what is left of it a year later.
_PLATE_G: Final = {SMART_KITCHEN: 92.0, PAPER_KITCHEN: 84.0, BIN_KITCHEN: 71.0}
_YEARLY: Final = 0.72
_BY_PERIOD: Final = {"breakfast": 0.36, "lunch": 1.0, "dinner": 0.66, "overtime": 0.5}
# Bones and peel on top of the food that is left.
_BONES: Final = 0.16
# Grams per diner: spoiled in storage, lost in preparation (edible, inedible), left over at the counter.
_STORAGE_G, _TRIMMINGS_G, _PEEL_G, _UNSERVED_G = 4.0, 9.0, 46.0, 31.0
# How often a meal goes unmeasured: the one canteen forgets its paper, the other's gateway fails.
_FORGOTTEN: Final = {SMART_KITCHEN: 0.015, PAPER_KITCHEN: 0.17, BIN_KITCHEN: 0.05}
_SILENT_FOR: Final = timedelta(days=2)
# What the measures of `measured` do to plate waste, and from when: (kitchen, days before today, factor).
HALF_FIRST_DAYS, SIGN_DAYS = 62, 140
_EFFECTS: Final = ((SMART_KITCHEN, HALF_FIRST_DAYS, 0.86), (PAPER_KITCHEN, SIGN_DAYS, 0.93))
_CLEAN_SHARE: Final = 0.46
_DOUBTS_WITHIN: Final = timedelta(days=5)


@dataclass(slots=True)
class Served:
    """A meal, who ate it, and how many grams of each dish they were handed."""

    meal: PlannedMeal
    diners: int = 0
    handed_g: Counter[int] = field(default_factory=Counter)
    orders: list[PlannedOrder] = field(default_factory=list)


class Weighed(NamedTuple):
    """One weighing before it is a row. Stage and edible name the bin, `tray` the number of a tray."""

    at: datetime
    kind: Kind
    net_g: int
    stage: Stage | None = None
    edible: Edible = Edible.MIXED
    tray: int | None = None
    dish_id: int | None = None
    disposition: Disposition = Disposition.DISCARD
    doubt: Quarantine | None = None


def served_meals(orders: Iterable[PlannedOrder], receptions: Iterable[PlannedReception]) -> dict[int, Served]:
    """By meal: what was handed out by now."""
    found: dict[int, Served] = {}
    ate: dict[int, set[int]] = {}
    for order in orders:
        if order.state == OrderState.PICKED_UP:
            served = found.setdefault(order.meal.id, Served(order.meal))
            served.orders.append(order)
            ate.setdefault(order.meal.id, set()).add(order.diner.staff_id)
            for line in order.lines:
                served.handed_g[line.offered.dish.id] += line.portion.weight_g * line.quantity
    for one in receptions:
        # A month that is settled was served, too.
        if one.state.value in ("served", "settled"):
            served = found.setdefault(one.meal.id, Served(one.meal))
            served.diners += len(one.guests)
            ate.setdefault(one.meal.id, set()).update(each.staff_id for each in one.companions)
            for dish_id, _, quantity, _, weight_g in one.dishes:
                served.handed_g[dish_id] += weight_g * quantity
    for meal_id, people in ate.items():
        found[meal_id].diners += len(people)
    return found


def weighings(
    served: Served, dishes: Mapping[int, LibraryDish], started_on: date, now: datetime
) -> list[Weighed]:
    """What was weighed at a meal by now, in the order of instants; nothing of one that went unmeasured."""
    meal = served.meal
    rng = Random(f"waste {meal.canteen_id} {meal.served_on} {meal.period}")
    if rng.random() < _FORGOTTEN[meal.canteen_id] or not served.diners:
        return []
    if meal.canteen_id == BIN_KITCHEN and meal.instants.serves_until > now - _SILENT_FOR:
        return []
    today = clock.local(now).date()
    plate_g = _plate_g(meal, served.diners, started_on, today, rng)
    if meal.canteen_id == SMART_KITCHEN:
        found = _everywhere(served, dishes, plate_g, now, rng)
    elif meal.canteen_id == PAPER_KITCHEN:
        found = list(_on_paper(served, plate_g, rng))
    else:
        found = list(_bins(served, plate_g, rng, has_unserved=True))
    return sorted((one for one in found if one.at <= now), key=lambda one: one.at)


def _plate_g(meal: PlannedMeal, diners: int, started_on: date, today: date, rng: Random) -> int:
    """Grams of food left on plates at a meal."""
    grams = _PLATE_G[meal.canteen_id] * _BY_PERIOD[meal.period]
    grams *= float(_YEARLY ** ((meal.served_on - started_on).days / 365)) * rng.gauss(1, 0.09)
    for kitchen, days, factor in _EFFECTS:
        if meal.canteen_id == kitchen and meal.served_on >= today - timedelta(days=days):
            grams *= factor
    return max(round(grams * diners), 20)


def _bins(served: Served, plate_g: int, rng: Random, *, has_unserved: bool) -> Iterator[Weighed]:
    """What the bins gained; the plate bin in a few deltas, emptied once."""
    instants, diners = served.meal.instants, served.diners
    early, late = instants.serves_from - timedelta(hours=1), instants.serves_until
    per_diner = (
        (Stage.STORAGE, Edible.EDIBLE, _STORAGE_G, early - timedelta(minutes=50)),
        (Stage.PREPARATION, Edible.EDIBLE, _TRIMMINGS_G, early - timedelta(minutes=30)),
        (Stage.PREPARATION, Edible.INEDIBLE, _PEEL_G, early),
        *(
            [(Stage.UNSERVED, Edible.EDIBLE, _UNSERVED_G, late + timedelta(minutes=30))]
            if has_unserved
            else []
        ),
        (Stage.PLATE, Edible.INEDIBLE, plate_g / diners * _BONES, late + timedelta(minutes=10)),
    )
    for stage, edible, grams, at in per_diner:
        # Storage is gone through now and then.
        if stage is not Stage.STORAGE or rng.random() < 0.3:
            yield Weighed(at, Kind.BIN_DELTA, _around(grams * diners, rng), stage, edible)
    parts = _split(plate_g, 3, rng)
    for number, grams in enumerate(parts):
        at = instants.serves_from + (late - instants.serves_from) * (number + 1) / len(parts)
        yield Weighed(at + timedelta(minutes=9), Kind.BIN_DELTA, grams, Stage.PLATE, Edible.EDIBLE)
    yield Weighed(late + timedelta(minutes=35), Kind.BIN_EMPTY, 0, Stage.PLATE, Edible.EDIBLE)


def _on_paper(served: Served, plate_g: int, rng: Random) -> Iterator[Weighed]:
    """What somebody wrote down after the meal: rounded to 50 grams, as one reads a dial."""
    at = served.meal.instants.serves_until + timedelta(minutes=40)
    lines = (
        (Stage.PREPARATION, Edible.INEDIBLE, _PEEL_G * served.diners),
        (Stage.UNSERVED, Edible.EDIBLE, _UNSERVED_G * served.diners),
        (Stage.PLATE, Edible.EDIBLE, plate_g),
    )
    for stage, edible, grams in lines:
        yield Weighed(at, Kind.ENTRY, max(_around(grams, rng, 0.04) // 50 * 50, 50), stage, edible)


def _everywhere(
    served: Served, dishes: Mapping[int, LibraryDish], plate_g: int, now: datetime, rng: Random
) -> list[Weighed]:
    """Bins at every meal; at lunch pans, leftovers by dish and a part of the trays, too."""
    is_lunch = served.meal.period == "lunch"
    found = list(_bins(served, plate_g, rng, has_unserved=not is_lunch))
    if is_lunch:
        found += _pans(served, dishes, plate_g, rng)
        found += _trays(served, plate_g, rng)
        found += _doubtful(served, now, rng)
    return found


def _pans(served: Served, dishes: Mapping[int, LibraryDish], plate_g: int, rng: Random) -> Iterator[Weighed]:
    """Every dish's pan out and back, and what plates held of it: its share of the plates by its habit."""
    instants = served.meal.instants
    share = {dish_id: grams * habit_of(dishes[dish_id]) for dish_id, grams in served.handed_g.items()}
    whole = sum(share.values()) or 1.0
    for dish_id, handed in sorted(served.handed_g.items()):
        cooked = round(handed * rng.uniform(1.04, 1.2))
        yield Weighed(instants.serves_from - timedelta(minutes=12), Kind.PAN_OUT, cooked, dish_id=dish_id)
        rest = cooked - handed
        kept = round(rest * rng.uniform(0.15, 0.45)) if dishes[dish_id].pool.category == "staple" else 0
        back = instants.serves_until + timedelta(minutes=20)
        thrown = round((rest - kept) * rng.uniform(0.85, 1.0))
        yield Weighed(back, Kind.PAN_BACK, thrown, dish_id=dish_id)
        if kept:
            yield Weighed(back, Kind.PAN_BACK, kept, dish_id=dish_id, disposition=Disposition.REUSE)
        left = round(plate_g * share[dish_id] / whole)
        yield Weighed(
            instants.serves_until + timedelta(minutes=15),
            Kind.DISH_LEFTOVER,
            min(left, handed),
            edible=Edible.EDIBLE,
            dish_id=dish_id,
        )


def _trays(served: Served, plate_g: int, rng: Random) -> Iterator[Weighed]:
    """A part of the trays, each once: many clean, the others around what there is to leave."""
    instants = served.meal.instants
    count = min(TRAYS, served.diners)
    mean = plate_g / served.diners / (1 - _CLEAN_SHARE)
    for number in rng.sample(range(1, TRAYS + 1), count):
        at = instants.serves_from + (instants.serves_until - instants.serves_from) * rng.uniform(0.2, 1.0)
        left = (
            rng.randint(0, 10) if rng.random() < _CLEAN_SHARE else max(11, round(rng.gauss(mean, mean / 3)))
        )
        yield Weighed(at + timedelta(minutes=12), Kind.TRAY_RETURN, left, edible=Edible.EDIBLE, tray=number)


def _doubtful(served: Served, now: datetime, rng: Random) -> Sequence[Weighed]:
    """Now and then a scale says what cannot be; those of the last days nobody has looked at yet."""
    if served.meal.instants.serves_until < now - _DOUBTS_WITHIN or rng.random() < 0.4:
        return ()
    doubt = rng.choice((Quarantine.UNSTABLE, Quarantine.TARE_GT_GROSS, Quarantine.IMPLAUSIBLE))
    grams = {Quarantine.TARE_GT_GROSS: -180, Quarantine.IMPLAUSIBLE: 86_400}.get(doubt, 1_340)
    kind = Kind.TRAY_RETURN if doubt is Quarantine.TARE_GT_GROSS else Kind.BIN_DELTA
    stage = None if kind is Kind.TRAY_RETURN else Stage.PLATE
    at = served.meal.instants.serves_until + timedelta(minutes=5)
    return (Weighed(at, kind, grams, stage, Edible.EDIBLE, doubt=doubt),)


@lru_cache(maxsize=512)
def _habit(name: str) -> float:
    return 0.03 + 0.3 * Random(f"habit of {name}").random() ** 2


def habit_of(dish: LibraryDish) -> float:
    """How readily a dish is left on the plate; the same in every canteen."""
    return _habit(dish.pool.name) * (1.25 if dish.pool.category in ("staple", "vegetable") else 1.0)


def _around(grams: float, rng: Random, spread: float = 0.12) -> int:
    return max(round(grams * rng.gauss(1, spread)), 5)


def _split(grams: int, parts: int, rng: Random) -> list[int]:
    """Whole grams that add up, each at least 5."""
    cuts = sorted(rng.random() for _ in range(parts - 1))
    edges = [0, *(round(grams * cut) for cut in cuts), grams]
    found = [after - before for before, after in pairwise(edges)]
    return [grams] if min(found) < 5 else found

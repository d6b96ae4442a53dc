"""Rules of preparation plans: pure functions and the values that they speak of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Final

from backend import clock
from canteen.menu.models import Category
from canteen.production.plans.errors import (
    BatchesWrong,
    OutcomeWrong,
    PlanChanged,
    PlanRecorded,
    PlanStateConflict,
)
from canteen.production.plans.models import BatchKind, PlanState
from canteen.production.recipes.models import Station

MOST_PORTIONS: Final = 100_000
MOST_G: Final = 50_000_000
MOST_BATCHES: Final = 24
# A batch may be ready so long before serving begins, and so long after it ends.
EARLIEST: Final = timedelta(hours=6)
LATEST: Final = timedelta(hours=2)
# From so many pick-ups on their times say when people come.
ENOUGH_PICKUPS: Final = 100

STATE_NAMES: Final = {
    PlanState.DRAFT: "草稿",
    PlanState.CONFIRMED: "已确认",
    PlanState.DONE: "已完成",
}
TRANSITIONS: Final[Mapping[PlanState, frozenset[PlanState]]] = {
    PlanState.DRAFT: frozenset({PlanState.CONFIRMED}),
    PlanState.CONFIRMED: frozenset({PlanState.DRAFT, PlanState.DONE}),
    PlanState.DONE: frozenset(),
}
_STATIONS: Final = {
    Category.COLD.value: Station.COLD,
    Category.STAPLE.value: Station.STAPLE,
    Category.PASTRY.value: Station.PASTRY,
    Category.SOUP.value: Station.SOUP,
    Category.DRINK.value: Station.OTHER,
    Category.FRUIT.value: Station.COLD,
}


def ensure_transition(before: str, after: PlanState) -> None:
    """The plan may take this step. Raises PlanStateConflict."""
    if after not in TRANSITIONS[PlanState(before)]:
        raise PlanStateConflict(state=STATE_NAMES[PlanState(before)])


def ensure_state(state: str, *wanted: PlanState) -> None:
    """The plan is in one of these states. Raises PlanStateConflict."""
    if state not in wanted:
        raise PlanStateConflict(state=STATE_NAMES[PlanState(state)])


def ensure_seen(seen: int | None, standing: int) -> None:
    """Who changes a plan has seen it as it stands; None: does not say. Raises PlanChanged."""
    if seen is not None and seen != standing:
        raise PlanChanged(revision=standing)


def ensure_unrecorded(cooked: Iterable[int | None]) -> None:
    """Nothing was recorded yet. Raises PlanRecorded."""
    if any(grams is not None for grams in cooked):
        raise PlanRecorded


def station_for(category: str) -> Station:
    """Who makes a dish that has no recipe."""
    return _STATIONS.get(category, Station.HOT)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A dish of which less is planned than is booked, both in standard portions."""

    dish_id: int
    dish: str
    portions: int
    booked: int

    def as_data(self) -> dict[str, Any]:
        """For the details of an error."""
        return {
            "dish_id": self.dish_id,
            "dish": self.dish,
            "portions": self.portions,
            "booked": self.booked,
        }


def portions_of(grams: int, portion_g: int) -> int:
    """How many standard portions so many grams take, the last one counted as a whole."""
    return ceil(grams / portion_g) if grams else 0


@dataclass(frozen=True, slots=True)
class Batch:
    """So many portions that are ready at an instant."""

    kind: BatchKind
    at: datetime
    portions: int


@dataclass(frozen=True, slots=True)
class BatchRules:
    """How a canteen cooks in batches.

    At first `first_percent` of a dish, then what is needed until the next chance `refill_minutes` later, but
    never less than `least_portions` at a time; a dish of at most so many is cooked at once.
    """

    first_percent: int
    refill_minutes: int
    least_portions: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When people come: how many did in each minute from the beginning of serving on.

    Those who came before it count in its first minute. Without enough of them everybody comes evenly.
    """

    by_minute: Mapping[int, int]

    @property
    def is_known(self) -> bool:
        """Whether there are enough to tell."""
        return sum(self.by_minute.values()) >= ENOUGH_PICKUPS

    def until(self, minutes: int, window_minutes: int, portions: int) -> int:
        """How many of so many portions are taken within the first `minutes` of the window, rounded up."""
        if minutes >= window_minutes:
            return portions
        if not self.is_known:
            return -(-portions * max(minutes, 0) // window_minutes)
        total = sum(self.by_minute.values())
        come = sum(count for minute, count in self.by_minute.items() if max(minute, 0) < minutes)
        return -(-portions * come // total)


def batches_of(
    portions: int, serves_from: datetime, serves_until: datetime, rules: BatchRules, arrivals: Arrivals
) -> list[Batch]:
    """When how much of a dish is to be ready; together its portions, the first batch when serving begins.

    At each later chance there is enough until the next one: what people will have taken by then, less what
    was made, but never less than the smallest batch.
    """
    if portions <= 0:
        return []
    window = max(int((serves_until - serves_from).total_seconds() // 60), 1)
    chances = list(range(rules.refill_minutes, window, rules.refill_minutes))
    if portions <= rules.least_portions or not chances:
        return [Batch(BatchKind.FIRST, serves_from, portions)]
    first = max(-(-portions * rules.first_percent // 100), arrivals.until(chances[0], window, portions))
    made = min(max(first, rules.least_portions), portions)
    if portions - made < rules.least_portions:
        made = portions
    batches = [Batch(BatchKind.FIRST, serves_from, made)]
    for place, minutes in enumerate(chances):
        upto = chances[place + 1] if place + 1 < len(chances) else window
        wanted = arrivals.until(upto, window, portions) - made
        if wanted <= 0:
            continue
        # Not less than the smallest batch, and not so much that less than one would remain.
        size = min(max(wanted, rules.least_portions), portions - made)
        if portions - made - size < rules.least_portions:
            size = portions - made
        batches.append(Batch(BatchKind.REFILL, serves_from + timedelta(minutes=minutes), size))
        made += size
    return batches


def ensure_batches(
    dish: str, batches: Sequence[Batch], portions: int, serves_from: datetime, serves_until: datetime
) -> None:
    """Batches that a person gave: in order, near the serving window, and together the dish's portions.

    Raises BatchesWrong.
    """
    if sum(batch.portions for batch in batches) != portions:
        raise BatchesWrong(dish=dish, reason=f"各批份数之和应为 {portions} 份")
    times = [batch.at for batch in batches]
    if times != sorted(set(times)):
        raise BatchesWrong(dish=dish, reason="各批时间应先后不同")
    if times and not serves_from - EARLIEST <= times[0] <= times[-1] <= serves_until + LATEST:
        raise BatchesWrong(dish=dish, reason="出品时间应在供餐时段前后")


def grams_of_batches(portions: Sequence[int], planned_g: int) -> list[int]:
    """The cooked grams of batches of so many portions; together `planned_g`."""
    total, made, grams = sum(portions), 0, []
    for count in portions:
        before = planned_g * made // total
        made += count
        grams.append(planned_g * made // total - before)
    return grams


def ensure_outcome(
    *, cooked_g: int, left_g: int, reused_g: int, ran_out_at: datetime | None, served_on: date
) -> None:
    """What was cooked, left and kept fit together, and it ran out on the day of the meal.

    Raises OutcomeWrong.
    """
    if left_g > cooked_g:
        raise OutcomeWrong(reason="剩余不能多于出品")
    if reused_g > left_g:
        raise OutcomeWrong(reason="留用不能多于剩余")
    if ran_out_at is not None and clock.local(ran_out_at).date() != served_on:
        raise OutcomeWrong(reason="售罄时间应在供餐当日")


def remaining(
    needs: Mapping[tuple[int, int], int], issued: Mapping[tuple[int | None, int], int]
) -> dict[tuple[int, int], int]:
    """What is still to be issued for each (dish, ingredient).

    What was issued for the dish counts for it, and what was issued for the meal without a dish counts for
    its dishes one after another.
    """
    shared = {
        ingredient_id: max(grams, 0) for (dish_id, ingredient_id), grams in issued.items() if dish_id is None
    }
    found = {}
    for (dish_id, ingredient_id), need in sorted(needs.items()):
        rest = max(need - max(issued.get((dish_id, ingredient_id), 0), 0), 0)
        taken = min(rest, shared.get(ingredient_id, 0))
        if taken:
            shared[ingredient_id] -= taken
        found[dish_id, ingredient_id] = rest - taken
    return found

"""Rules of the ledger: what a day came to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from canteen.food_safety.ledgers.policies import Load
from canteen.waste.models import Source, Stage
from canteen.waste.statistics.meals import MealFacts

COLUMNS: Final = ("storage", "preparation", "preparation_inedible", "unserved", "plate")


@dataclass(frozen=True, slots=True)
class Day:
    """A line of the ledger. Grams that nobody weighed are None, which is not 0.

    `meals` were served, `weighed` of them have waste in the ledger; `diners` is None where nobody knows.
    Where plates were only weighed as a sample (`is_sample`), `plate_g` is the sample's.
    """

    on: date
    meals: int = 0
    weighed: int = 0
    diners: int | None = None
    storage_g: int | None = None
    preparation_g: int | None = None
    preparation_inedible_g: int | None = None
    unserved_g: int | None = None
    plate_g: int | None = None
    reused_g: int | None = None
    is_sample: bool = False
    dispositions: Sequence[str] = ()
    recorders: Sequence[str] = ()
    loads: Sequence[Load] = ()

    @property
    def total_g(self) -> int | None:
        """All waste that was weighed, bones and peel included; what was put to use again is apart."""
        return added(getattr(self, f"{name}_g") for name in COLUMNS)

    @property
    def taken_g(self) -> int | None:
        """What collectors took on that day."""
        return added(each.row.weight_g for each in self.loads if not each.is_taken_back)


def added(grams: Iterable[int | None]) -> int | None:
    """The sum of what is known; None of nothing."""
    known = [each for each in grams if each is not None]
    return sum(known) if known else None


def day_of(
    on: date,
    meals: Sequence[MealFacts],
    *,
    dispositions: Sequence[str] = (),
    recorders: Sequence[str] = (),
    loads: Sequence[Load] = (),
) -> Day:
    """A day's line from its meals."""

    def grams(stage: Stage, part: str) -> int | None:
        found = (meal.grams(stage) for meal in meals)
        return added(getattr(each, part) for each in found if each is not None)

    plates = [found for meal in meals if (found := meal.grams(Stage.PLATE)) is not None]
    return Day(
        on=on,
        meals=len(meals),
        weighed=sum(meal.is_weighed for meal in meals),
        diners=added(meal.diners for meal in meals),
        storage_g=grams(Stage.STORAGE, "g"),
        preparation_g=grams(Stage.PREPARATION, "food_g"),
        preparation_inedible_g=grams(Stage.PREPARATION, "inedible_g"),
        unserved_g=grams(Stage.UNSERVED, "g"),
        plate_g=grams(Stage.PLATE, "g"),
        reused_g=grams(Stage.REUSED, "g"),
        is_sample=any(each.source is Source.TRAY for each in plates),
        dispositions=dispositions,
        recorders=recorders,
        loads=loads,
    )

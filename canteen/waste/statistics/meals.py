"""What is known of single meals, and what many of them come to: pure.

Which source counts is decided meal by meal: `bulk`, which sees a whole meal, before what pans say, before
the trays, which are a sample. Unserved food of which nobody weighed anything is what went out less what was
served and what was put to use again, if all of it was weighed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from canteen.waste.models import Source, Stage
from canteen.waste.statistics.policies import (
    FEWEST_DINERS,
    NOISE,
    Basis,
    Figure,
    Sample,
    Span,
    Thresholds,
    figure,
)

# What is thrown away, in the order in which it comes about.
WASTE_STAGES: Final = (Stage.STORAGE, Stage.PREPARATION, Stage.UNSERVED, Stage.PLATE)
# Of several sources, that of the lowest rank counts.
_RANK: Final[Mapping[str, int]] = {Source.BULK: 0, Source.PAN: 1, Source.TRAY: 2}


@dataclass(slots=True)
class Grams:
    """Grams of one stage at one meal from one source. `food_g` is all but what nobody eats."""

    source: str
    food_g: int = 0
    inedible_g: int = 0
    cost_fen: int = 0

    @property
    def g(self) -> int:
        """Food and the rest."""
        return self.food_g + self.inedible_g


_NOTHING: Final = Grams(Source.BULK)


@dataclass(slots=True)
class Dishes:
    """Sums over the dishes of a meal of which is known what was prepared and what was served."""

    prepared_g: int = 0
    served_g: int = 0
    unserved_g: int = 0
    reused_g: int = 0


@dataclass(slots=True)
class MealFacts:
    """What the rollups say of one open meal. `diners` is None where nobody knows.

    `stages` has the grams of each stage from the source that counts. A year is some thousand rows: they are
    taken as they come from the database, with plain text for stage and source.
    """

    canteen_id: int
    served_on: date
    period: str
    diners: int | None = None
    trays: int = 0
    clean_trays: int = 0
    rated_trays: int = 0
    rated_served_g: int = 0
    rated_leftover_g: int = 0
    quarantined: int = 0
    stages: dict[str, Grams] = field(default_factory=dict)
    dishes: Dishes = field(default_factory=Dishes)

    def add(self, stage: str, source: str, food_g: int, inedible_g: int, cost_fen: int) -> None:
        """Take in what was weighed of a stage from one source, in any order."""
        known = self.stages.get(stage)
        if known is None or _RANK[source] < _RANK[known.source]:
            self.stages[stage] = Grams(source, food_g, inedible_g, cost_fen)
        elif known.source == source:
            known.food_g += food_g
            known.inedible_g += inedible_g
            known.cost_fen += cost_fen

    def grams(self, stage: Stage) -> Grams | None:
        """Those of the source that counts; None if the stage was not weighed."""
        grams = self.stages.get(stage)
        return self._derived() if grams is None and stage is Stage.UNSERVED else grams

    def in_full(self, stage: Stage) -> Grams | None:
        """The same, unless it is only a sample of the meal."""
        grams = self.grams(stage)
        return grams if grams is not None and grams.source != Source.TRAY else None

    def _derived(self) -> Grams | None:
        """What went out less what was served and what was put to use again, if all of it was weighed."""
        prepared, served = self.stages.get(Stage.PREPARED), self.stages.get(Stage.SERVED)
        if prepared is None or served is None:
            return None
        left = prepared.g - served.g - self.stages.get(Stage.REUSED, _NOTHING).g
        if left < -NOISE * prepared.g:
            return None  # More was served than went out: something has not been weighed.
        return Grams(Source.PAN, food_g=max(left, 0))

    def behind(self, grams: Grams) -> int:
        """The people whose grams they are: the diners, or of a sample the trays; 0 if nobody knows."""
        return self.trays if grams.source == Source.TRAY else self.diners or 0

    @property
    def is_weighed(self) -> bool:
        """Whether the ledger has this meal: its plate waste, or its unserved food."""
        return Stage.PLATE in self.stages or self.grams(Stage.UNSERVED) is not None

    @property
    def missing(self) -> tuple[Stage, ...]:
        """What should have been weighed, of a meal of which nothing of it was."""
        return () if self.is_weighed else (Stage.UNSERVED, Stage.PLATE)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Plain sums of what was recorded of a stage, at how many meals; of a sample, the sample's."""

    food_g: int = 0
    inedible_g: int = 0
    cost_fen: int = 0
    meals: int = 0

    @property
    def g(self) -> int:
        """Food and the rest."""
        return self.food_g + self.inedible_g


@dataclass(frozen=True, slots=True)
class Balance:
    """Of the dishes of which both are known: cooked = served + unserved + reused + residual.

    The residual is shown, not explained away: evaporation, what cooks eat, what nobody weighed.
    """

    prepared_g: int = 0
    served_g: int = 0
    unserved_g: int = 0
    reused_g: int = 0
    meals: int = 0

    @property
    def residual_g(self) -> int:
        """What the balance leaves open; negative if more was found than cooked."""
        return self.prepared_g - self.served_g - self.unserved_g - self.reused_g


class Summary:
    """The figures of some open meals, each found when it is first asked for: a chart wants two of them.

    `diners` are those who are known; `weighed` meals are in the ledger.
    """

    def __init__(
        self,
        meals: Sequence[MealFacts],
        span: Span,
        canteen_ids: tuple[int, ...],
        thresholds: Thresholds,
    ) -> None:
        self.span, self.canteen_ids = span, canteen_ids
        self._meals, self._thresholds = meals, thresholds

    @property
    def opened(self) -> int:
        """How many meals there were."""
        return len(self._meals)

    @cached_property
    def weighed(self) -> int:
        """How many of them are in the ledger."""
        return sum(meal.is_weighed for meal in self._meals)

    @cached_property
    def diners(self) -> int:
        """Who ate, where that is known."""
        return sum(meal.diners or 0 for meal in self._meals)

    @cached_property
    def quarantined(self) -> int:
        """Weighings that wait for a decision."""
        return sum(meal.quarantined for meal in self._meals)

    @cached_property
    def ledger(self) -> Figure:
        """台账完整率. How complete the ledger is, is known however incomplete it is."""
        sample = Sample(self.weighed, self.opened, self.opened)
        return Figure(Basis.LEDGER, self.weighed, self.opened, sample, self.opened > 0)

    @cached_property
    def plate(self) -> Figure:
        """Food left on plates, per diner."""
        return self._per_diner(Basis.PLATE, Stage.PLATE)

    @cached_property
    def unserved(self) -> Figure:
        """Food that was left over at the counter, per diner."""
        return self._per_diner(Basis.UNSERVED, Stage.UNSERVED)

    @cached_property
    def preparation(self) -> Figure:
        """Food lost in preparation, per diner."""
        return self._per_diner(Basis.PREPARATION, Stage.PREPARATION)

    @cached_property
    def preparation_inedible(self) -> Figure:
        """What nobody eats of what was prepared, per diner."""
        return self._per_diner(Basis.PREPARATION_INEDIBLE, Stage.PREPARATION, is_food=False)

    @cached_property
    def storage(self) -> Figure:
        """Food spoiled in storage, per diner."""
        return self._per_diner(Basis.STORAGE, Stage.STORAGE)

    @cached_property
    def recorded(self) -> Mapping[Stage, Recorded]:
        """What was recorded of each stage."""
        return {stage: self._recorded(stage) for stage in Stage}

    @cached_property
    def total(self) -> Figure:
        """All waste per diner, over the meals whose plate waste and unserved food were both weighed in full.

        What was recorded of storage and preparation comes in; a meal without such a record had none.
        """
        parts = []
        for meal in self._meals:
            if meal.diners and meal.in_full(Stage.PLATE) and meal.in_full(Stage.UNSERVED):
                found = (meal.in_full(stage) for stage in WASTE_STAGES)
                parts.append((sum(grams.g for grams in found if grams is not None), meal.diners))
        diners = sum(people for _, people in parts)
        return self._ratio(Basis.WET_TOTAL, parts, diners, floor=FEWEST_DINERS)

    @cached_property
    def waste_rate(self) -> Figure:
        """(unserved + plate) ÷ prepared, food only, of the meals at which all three were weighed in full."""
        parts = []
        for meal in self._meals:
            found = [meal.in_full(stage) for stage in (Stage.UNSERVED, Stage.PLATE, Stage.PREPARED)]
            unserved, plate, prepared = found
            if unserved and plate and prepared and prepared.food_g > 0:
                parts.append((unserved.food_g + plate.food_g, prepared.food_g))
        return self._ratio(Basis.WASTE_RATE, parts, len(parts))

    @cached_property
    def plate_rate(self) -> Figure:
        """Left ÷ served, of the trays of which both are known."""
        rated = [meal for meal in self._meals if meal.rated_trays]
        parts = [(meal.rated_leftover_g, meal.rated_served_g) for meal in rated]
        trays = sum(meal.rated_trays for meal in rated)
        return self._ratio(Basis.PLATE_RATE, parts, trays, floor=self._thresholds.min_trays)

    @cached_property
    def clean_plate(self) -> Figure:
        """Clean ÷ returned trays."""
        parts = [(meal.clean_trays, meal.trays) for meal in self._meals if meal.trays]
        trays = sum(trays for _, trays in parts)
        return self._ratio(Basis.CLEAN_PLATE, parts, trays, floor=self._thresholds.min_trays)

    @cached_property
    def over_preparation(self) -> Figure:
        """(prepared − served) ÷ served, of the dishes of which both are known."""
        parts = [
            (meal.dishes.prepared_g - meal.dishes.served_g, meal.dishes.served_g)
            for meal in self._meals
            if meal.dishes.served_g > 0
        ]
        return self._ratio(Basis.OVER_PREPARATION, parts, len(parts))

    @cached_property
    def balance(self) -> Balance:
        """What became of the dishes that were cooked."""
        known = [meal.dishes for meal in self._meals if meal.dishes.served_g > 0]
        return Balance(
            prepared_g=sum(one.prepared_g for one in known),
            served_g=sum(one.served_g for one in known),
            unserved_g=sum(one.unserved_g for one in known),
            reused_g=sum(one.reused_g for one in known),
            meals=len(known),
        )

    @property
    def stages(self) -> Mapping[Stage, Figure]:
        """Grams of food per diner by stage."""
        return {
            Stage.STORAGE: self.storage,
            Stage.PREPARATION: self.preparation,
            Stage.UNSERVED: self.unserved,
            Stage.PLATE: self.plate,
        }

    @property
    def figures(self) -> Mapping[Basis, Figure]:
        """All of them by what they are figures of."""
        return {
            one.basis: one
            for one in (
                *(self.plate, self.unserved, self.preparation, self.preparation_inedible, self.storage),
                *(self.total, self.waste_rate, self.plate_rate, self.clean_plate),
                *(self.ledger, self.over_preparation),
            )
        }

    @property
    def unmeasured(self) -> int:
        """The open meals that are not in the ledger."""
        return self.opened - self.weighed

    @property
    def waste_g(self) -> int:
        """All that was recorded as thrown away, at whatever meals."""
        return sum(self.recorded[stage].g for stage in WASTE_STAGES)

    @property
    def cost_fen(self) -> int:
        """What that cost. As recorded: meals that nobody weighed cost nothing here."""
        return sum(self.recorded[stage].cost_fen for stage in WASTE_STAGES)

    def _ratio(
        self, basis: Basis, parts: Collection[tuple[int, int]], size: int, *, floor: int = 0
    ) -> Figure:
        """A figure of (numerator, denominator) of each measured meal; `size` is what stands behind it."""
        return figure(
            basis,
            sum(numerator for numerator, _ in parts),
            sum(denominator for _, denominator in parts),
            Sample(len(parts), len(self._meals), size),
            self._thresholds,
            floor=floor,
        )

    def _per_diner(self, basis: Basis, stage: Stage, *, is_food: bool = True) -> Figure:
        """Grams per person over the meals at which the stage was weighed and somebody is known to have eaten.

        Where all that is known comes from trays, enough of them must have been weighed. Storage loses
        something now and then: a meal of the ledger without such a record lost nothing.
        """
        parts, is_sample = [], True
        for meal in self._meals:
            grams = meal.grams(stage)
            if grams is None:
                if stage is not Stage.STORAGE or not meal.is_weighed:
                    continue
                grams = _NOTHING
            people = meal.behind(grams)
            if not people:
                continue
            parts.append((grams.food_g if is_food else grams.inedible_g, people))
            is_sample = is_sample and grams.source == Source.TRAY
        floor = self._thresholds.min_trays if is_sample else FEWEST_DINERS
        return self._ratio(basis, parts, sum(people for _, people in parts), floor=floor)

    def _recorded(self, stage: Stage) -> Recorded:
        found = [grams for meal in self._meals if (grams := meal.grams(stage)) is not None]
        return Recorded(
            food_g=sum(grams.food_g for grams in found),
            inedible_g=sum(grams.inedible_g for grams in found),
            cost_fen=sum(grams.cost_fen for grams in found),
            meals=len(found),
        )


def summarise(
    meals: Sequence[MealFacts], span: Span, canteen_ids: Iterable[int], thresholds: Thresholds
) -> Summary:
    """The figures of these meals, all of them open and within the span."""
    return Summary(meals, span, tuple(sorted(canteen_ids)), thresholds)

"""What is known of dishes: pure.

Served is what the serving line weighed, else what the portions that were handed out should weigh. A rate is
made of the meals alone at which both of its sides are known.
"""

from dataclasses import dataclass
from datetime import date

from canteen.waste.statistics.policies import Basis, Figure, Sample, Thresholds, figure


@dataclass(frozen=True, slots=True)
class DishSums:
    """Sums over the meals of a dish. The `left_…` are of meals at which leftovers were weighed and what was
    served is known, the `over_…` of those with prepared and served, the `back_…` with prepared and unserved.
    """

    meals: int
    prepared_g: int
    served_g: int
    weighed_meals: int
    portion_meals: int
    leftover_g: int
    weighings: int
    unserved_g: int
    reused_g: int
    cost_fen: int
    left_meals: int
    left_g: int
    left_served_g: int
    over_meals: int
    over_g: int
    over_served_g: int
    back_meals: int
    back_g: int
    back_prepared_g: int

    @property
    def served_source(self) -> str:
        """`weighed`, `portions`, `mixed`, or nothing if it is not known."""
        if self.weighed_meals and self.portion_meals:
            return "mixed"
        if self.weighed_meals:
            return "weighed"
        return "portions" if self.portion_meals else ""

    def rate(self, thresholds: Thresholds) -> Figure:
        """Left ÷ served; enough if it was weighed often enough."""
        sample = Sample(self.left_meals, self.meals, self.weighings)
        is_enough = self.left_served_g > 0 and self.weighings >= thresholds.min_weighings
        return Figure(Basis.DISH_RATE, self.left_g, self.left_served_g, sample, is_enough)

    def over_preparation(self, thresholds: Thresholds) -> Figure:
        """(prepared − served) ÷ served."""
        sample = Sample(self.over_meals, self.meals, self.over_meals)
        return figure(Basis.OVER_PREPARATION, self.over_g, self.over_served_g, sample, thresholds)

    def unserved_rate(self, thresholds: Thresholds) -> Figure:
        """Unserved ÷ prepared."""
        sample = Sample(self.back_meals, self.meals, self.back_meals)
        return figure(Basis.DISH_UNSERVED_RATE, self.back_g, self.back_prepared_g, sample, thresholds)


@dataclass(frozen=True, slots=True)
class DishFigures:
    """A dish with its sums and rates."""

    dish_id: int
    name: str
    category: str
    canteen_id: int
    sums: DishSums
    rate: Figure
    over_preparation: Figure
    unserved_rate: Figure

    @property
    def prepared_g(self) -> int:
        """What went out."""
        return self.sums.prepared_g

    @property
    def served_g(self) -> int:
        """What was served, weighed or by portions."""
        return self.sums.served_g

    @property
    def leftover_g(self) -> int:
        """What was left of it on plates."""
        return self.sums.leftover_g

    @property
    def weighings(self) -> int:
        """How often that was weighed."""
        return self.sums.weighings

    @property
    def unserved_g(self) -> int:
        """What came back from the counter and was not put to use again."""
        return self.sums.unserved_g

    @property
    def cost_fen(self) -> int:
        """What leftovers and unserved food of it cost."""
        return self.sums.cost_fen


@dataclass(frozen=True, slots=True)
class DishDay:
    """A dish at one meal. Its rates are facts, not samples: enough wherever both sides are known."""

    date: date
    period: str
    sums: DishSums
    rate: Figure
    over_preparation: Figure


def figures_of(
    dish_id: int, name: str, category: str, canteen_id: int, sums: DishSums, thresholds: Thresholds
) -> DishFigures:
    """A dish's figures."""
    return DishFigures(
        *(dish_id, name, category, canteen_id, sums),
        rate=sums.rate(thresholds),
        over_preparation=sums.over_preparation(thresholds),
        unserved_rate=sums.unserved_rate(thresholds),
    )


def day_of(on_date: date, period: str, sums: DishSums) -> DishDay:
    """A dish's figures at one meal."""
    any_number = Thresholds(min_weighings=1)
    return DishDay(on_date, period, sums, sums.rate(any_number), sums.over_preparation(any_number))

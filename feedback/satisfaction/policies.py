"""Satisfaction in figures: months, sums, what is withheld, and the ranking of dishes. Pure functions.

Sources: 满意率 counts grades 4 and 5 of the ratings, 未参评 apart (rules-and-figures §4, E14); 数据不足 below
five (§2); a change needs a base, and is null without one (§2).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias, TypeVar

from backend.dates import months_after
from backend.ratings.policies import FEWEST, WHOLE, Distribution, Tally, ratio
from feedback.satisfaction.errors import SatisfactionMonthsInvalid
from feedback.surveys.policies import withheld

K = TypeVar("K", bound=Hashable)
MOST_MONTHS: Final = 24
# What is compared with these months lies within the dates of the wire.
EARLIEST: Final = date(2010, 1, 1)

# A provider of a service: service, kind, id.
Key: TypeAlias = tuple[str, str, int]
# How often each provider served in each month, by the first day of the month.
ServedByMonth: TypeAlias = Mapping[tuple[Key, date], int]
# Days from the first to the last, both included.
Days: TypeAlias = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Provider:
    """Who is judged. `campus_id` and `contractor_id` are None where there is none, or more than one."""

    service: str
    kind: str
    id: int
    name: str
    campus_id: int | None = None
    contractor_id: int | None = None
    contractor_name: str = ""

    @property
    def key(self) -> Key:
        """As the ledger knows it."""
        return self.service, self.kind, self.id


@dataclass(frozen=True, slots=True)
class Source:
    """What a module says: all of its providers, and how often they served.

    `served` takes spans of whole months, which may overlap; one statement each, however many providers.
    """

    providers: Callable[[], Sequence[Provider]]
    served: Callable[[Sequence[Days]], ServedByMonth]


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish and its canteen."""

    id: int
    name: str
    canteen_id: int
    canteen_name: str


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months, the first and the last included; each is its first day."""

    first: date
    last: date

    @property
    def until_on(self) -> date:
        """The last day."""
        return months_after(self.last, 1) - timedelta(days=1)

    @property
    def days(self) -> Days:
        """The first day, and the last."""
        return self.first, self.until_on

    @property
    def count(self) -> int:
        """How many."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def each(self) -> list[date]:
        """One by one."""
        return [months_after(self.first, number) for number in range(self.count)]

    def before(self) -> "Months":
        """As many right before (环比)."""
        return Months(months_after(self.first, -self.count), months_after(self.first, -1))

    def last_year(self) -> "Months":
        """The same of the year before (同比)."""
        return Months(months_after(self.first, -12), months_after(self.last, -12))


def months(first: date, last: date) -> Months:
    """The months from one to the other. Raises SatisfactionMonthsInvalid."""
    found = Months(first.replace(day=1), last.replace(day=1))
    if found.first < EARLIEST or not 1 <= found.count <= MOST_MONTHS:
        raise SatisfactionMonthsInvalid(months=MOST_MONTHS)
    return found


@dataclass(frozen=True, slots=True)
class Sum:
    """What ratings come to: their grades, the single scores, and how many services there were."""

    grades: Tally = field(default_factory=Tally)
    scores: Tally = field(default_factory=Tally)
    served: int | None = None

    def __add__(self, other: "Sum") -> "Sum":
        """Both together; what nobody counted is not counted."""
        served = (
            (self.served or 0) + (other.served or 0)
            if self.served is not None or other.served is not None
            else None
        )
        return Sum(self.grades + other.grades, self.scores + other.scores, served)


def sum_of(tallies: Mapping[str, Tally], served: int | None = None) -> Sum:
    """The sum of one provider's tallies by dimension."""
    scores = sum((tally for dimension, tally in tallies.items() if dimension != WHOLE), Tally())
    return Sum(tallies.get(WHOLE, Tally()), scores, served)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was said, of `served` services. Where it is withheld only the count is told; rates are of 1."""

    served: int | None
    count: int
    is_withheld: bool
    average: Decimal | None = None
    satisfied: int | None = None
    satisfied_rate: Decimal | None = None
    distribution: Distribution | None = None

    @property
    def unrated(self) -> int | None:
        """未参评."""
        return max(0, self.served - self.count) if self.served is not None else None

    @property
    def coverage(self) -> Decimal | None:
        """Rated of served."""
        return ratio(self.count, self.served, places=3) if self.served is not None else None


def figures_of(of: Sum, *, is_withheld: bool = False) -> Figures:
    """The figures of a sum; withheld below five, or where something else would be given away."""
    count = of.grades.count
    if is_withheld or count < FEWEST:
        return Figures(of.served, count, True)
    return Figures(
        of.served,
        count,
        False,
        of.scores.average,
        of.grades.satisfied,
        ratio(of.grades.satisfied, count, places=3),
        of.grades.distribution,
    )


def change(now: Figures, base: Figures) -> Decimal | None:
    """How much the 满意率 has changed, in fractions of 1; None without a base."""
    if now.satisfied_rate is None or base.satisfied_rate is None:
        return None
    return now.satisfied_rate - base.satisfied_rate


def hidden_by_groups(counts: Mapping[K, int], group_of: Mapping[K, Hashable]) -> tuple[set[K], set[Hashable]]:
    """Which members, and which groups of them, are not told where groups and total are told as well.

    Within a group the withheld members hide each other; a group that would give away another one takes
    its members along.
    """
    groups: dict[Hashable, dict[K, int]] = defaultdict(dict)
    for key, count in counts.items():
        groups[group_of[key]][key] = count
    hidden_groups = withheld({group: sum(each.values()) for group, each in groups.items()})
    hidden = {key for each in groups.values() for key in withheld(each)}
    hidden |= {key for group in hidden_groups for key in groups[group]}
    return hidden, hidden_groups


def together(sums: Mapping[K, Sum], keys: Iterable[K]) -> Sum:
    """What these come to together."""
    found = Sum()
    for key in keys:
        found += sums[key]
    return found


@dataclass(frozen=True, slots=True)
class Ranked:
    """A dish in its place. `score` is what it is ranked by."""

    rank: int
    dish_id: int
    count: int
    average: Decimal
    satisfied_rate: Decimal
    score: Decimal


def rank_dishes(tallies: Mapping[int, Tally], weight: int) -> tuple[list[Ranked], Decimal | None]:
    """The dishes by a Bayesian average, the best first, and the overall mean that is the prior.

    score = (m·C + Σ scores) ÷ (m + n), where C is the mean of all scores of all the dishes, n the number of
    a dish's ratings and m, by rule, how many ratings at the mean each dish starts with: the posterior mean
    of a dish's quality under a prior of m ratings at C; the same as IMDb's weighted rating,
    (v·R + m·C) ÷ (v + m), which
    http://www.ruanyifeng.com/blog/2012/03/ranking_algorithm_bayesian_average.html explains. Few ratings so
    say little either way. Dishes with fewer than five are left out, though they count for C. Equal scores
    share a place, the more often rated first. Places go by the exact ratio; two decimals are for showing.
    """
    whole = sum(tallies.values(), Tally())
    if not whole.count:
        return [], None
    ranked = [(dish_id, tally) for dish_id, tally in tallies.items() if tally.count >= FEWEST]
    exact = {
        # (m·S/N + s) ÷ (m + n), kept as numerator and denominator: no rounding decides a place.
        dish_id: Decimal(weight * whole.total + tally.total * whole.count)
        / (whole.count * (weight + tally.count))
        for dish_id, tally in ranked
    }
    ranked.sort(key=lambda each: (-exact[each[0]], -each[1].count, each[0]))
    found: list[Ranked] = []
    for place, (dish_id, tally) in enumerate(ranked, start=1):
        rank = found[-1].rank if found and exact[found[-1].dish_id] == exact[dish_id] else place
        found.append(
            Ranked(
                rank,
                dish_id,
                tally.count,
                _told(Decimal(tally.total) / tally.count),
                (Decimal(tally.satisfied) / tally.count).quantize(Decimal("0.001"), ROUND_HALF_UP),
                _told(exact[dish_id]),
            )
        )
    return found, whole.average


def _told(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def in_campuses(provider: Provider, everywhere: bool, campus_ids: Collection[int]) -> bool:
    """Whether a reader of these campuses sees the provider; one of none is for who reads everywhere."""
    return everywhere or provider.campus_id in campus_ids

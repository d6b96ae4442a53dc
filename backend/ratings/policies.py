"""What can be rated, and how ratings are counted: pure functions.

Sources: the share of satisfied ratings counts grades 4 and 5 only, shows what was not rated separately and
assumes nothing in its place (rules-and-figures §4, E14); small samples are "数据不足" (§2); averages are
ratios of sums and stand beside their coverage (canteen §3).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias

from backend.ratings.errors import InvalidScores, RaterSealed, TextTooLong
from backend.ratings.models import LONGEST_TEXT

SCORES: Final = (1, 2, 3, 4, 5)
# From this grade on a rating is satisfied.
SATISFIED_FROM: Final = 4
# Of fewer ratings nothing is told: neither would it mean much, nor would its authors stay unknown.
FEWEST: Final = 5
# The rollup's rows that count ratings as wholes, by their grades.
WHOLE: Final = ""

# How often each of the scores 1 … 5 was given.
Distribution: TypeAlias = tuple[int, int, int, int, int]
NONE_GIVEN: Final[Distribution] = (0, 0, 0, 0, 0)

_CODE = re.compile("[a-z_]{1,20}")
_services: dict[str, "Service"] = {}


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that is scored."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Service:
    """What can be rated; to make it is to declare it. Raises ValueError for a second one of its key.

    A dimension may be added or dropped; what it was called in older ratings is kept under its code.
    `is_sealed`: its raters may be unnamed reporters, whom the ledger alone tells nobody.
    """

    key: str
    title: str
    dimensions: tuple[Dimension, ...]
    is_sealed: bool = False

    def __post_init__(self) -> None:
        codes = [one.code for one in self.dimensions]
        if (
            not codes
            or len(set(codes)) < len(codes)
            or not all(re.fullmatch("[a-z_]{1,20}", x) for x in codes)
        ):
            raise ValueError(f"{self.key}: dimensions need distinct codes of small letters")
        if len(self.key) > 40:
            raise ValueError(f"{self.key}: the key is too long")
        if _services.setdefault(self.key, self) != self:
            raise ValueError(f"{self.key} is declared twice")


def find_service(key: str) -> Service:
    """The service of this key. Raises LookupError for one that no slice declares."""
    return _services[key]


def all_services() -> list[Service]:
    """Every service, by key."""
    return [_services[key] for key in sorted(_services)]


def ensure_scores(service: Service, scores: Mapping[str, int]) -> None:
    """At least one dimension, each of the service and within 1 … 5. Raises InvalidScores."""
    known = {one.code for one in service.dimensions}
    wrong = sorted(code for code, score in scores.items() if code not in known or score not in SCORES)
    if wrong or not scores:
        raise InvalidScores(dimensions=wrong)


def ensure_text(text: str) -> None:
    """Raise TextTooLong for a text that the ledger does not take."""
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(longest=LONGEST_TEXT)


def ensure_unmaskable(service: Service) -> None:
    """Raise RaterSealed for a service whose raters no single person may learn."""
    if service.is_sealed:
        raise RaterSealed


def grade_of(scores: Mapping[str, int]) -> int:
    """The mean of the scores, rounded half up."""
    total, count = sum(scores.values()), len(scores)
    return (2 * total + count) // (2 * count)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each score was given, and what follows from it."""

    distribution: Distribution = NONE_GIVEN

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        one, five = self.distribution, other.distribution
        return Tally(
            (one[0] + five[0], one[1] + five[1], one[2] + five[2], one[3] + five[3], one[4] + five[4])
        )

    @property
    def count(self) -> int:
        """How many scores."""
        return sum(self.distribution)

    @property
    def total(self) -> int:
        """Their sum."""
        return sum(score * times for score, times in zip(SCORES, self.distribution, strict=True))

    @property
    def average(self) -> Decimal | None:
        """The mean with two decimals, rounded half up; None of nothing."""
        return ratio(self.total, self.count, places=2)

    @property
    def satisfied(self) -> int:
        """How many are 4 or 5."""
        return sum(self.distribution[SATISFIED_FROM - 1 :])


def add_up(tallies: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """The sums by dimension."""
    together: dict[str, Tally] = {}
    for one in tallies:
        for dimension, tally in one.items():
            together[dimension] = together.get(dimension, Tally()) + tally
    return together


@dataclass(frozen=True, slots=True)
class DimensionFigures:
    """What was scored in one dimension; average and distribution are None where they are withheld."""

    code: str
    title: str
    count: int
    average: Decimal | None
    distribution: Distribution | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was said of one provider, or of several together, for the services of some days.

    `count` ratings came from `served` services. With `is_withheld` they are too few for anything else.
    `average` is that of all scores, `distribution` that of the grades; rates are fractions of 1.
    """

    served: int | None
    count: int
    is_withheld: bool
    average: Decimal | None
    satisfied_rate: Decimal | None
    distribution: Distribution | None
    dimensions: Sequence[DimensionFigures] = field(default_factory=tuple)

    @property
    def unrated(self) -> int | None:
        """How many services nobody rated."""
        return max(0, self.served - self.count) if self.served is not None else None

    @property
    def coverage(self) -> Decimal | None:
        """Which share of the services was rated, with three decimals; None where nobody was served."""
        return ratio(self.count, self.served, places=3) if self.served is not None else None


def figures_of(service: Service, tallies: Mapping[str, Tally], served: int | None) -> Figures:
    """The figures that follow from the tallies of the dimensions and of the whole."""
    whole = tallies.get(WHOLE, Tally())
    titles = {one.code: one.title for one in service.dimensions}
    # A dimension that the service has dropped is still told, under its code.
    codes = [*titles, *sorted(tallies.keys() - titles.keys() - {WHOLE})]
    is_withheld = whole.count < FEWEST
    every_score = sum((tallies.get(code, Tally()) for code in codes), Tally())
    return Figures(
        served=served,
        count=whole.count,
        is_withheld=is_withheld,
        average=None if is_withheld else every_score.average,
        satisfied_rate=None if is_withheld else ratio(whole.satisfied, whole.count, places=3),
        distribution=None if is_withheld else whole.distribution,
        dimensions=[
            _dimension_figures(code, titles.get(code, code), tallies.get(code, Tally())) for code in codes
        ],
    )


def _dimension_figures(code: str, title: str, tally: Tally) -> DimensionFigures:
    if tally.count < FEWEST:
        return DimensionFigures(code, title, tally.count, None, None)
    return DimensionFigures(code, title, tally.count, tally.average, tally.distribution)


def ratio(part: int, whole: int, *, places: int) -> Decimal | None:
    """`part / whole` rounded half up once; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

"""What the sums of reports come to as rates; and which days a span is compared with. Pure functions."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from backend.ratings.policies import FEWEST
from feedback.reports.rollups import Sums

_ONE_DAY: Final = timedelta(days=1)
_MONTHS: Final = 12


class By(StrEnum):
    """By what the figures are told apart."""

    CATEGORY = "category"
    KIND = "kind"
    CAMPUS = "campus"
    OFFICE = "office"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what is behind it. `whole` is how many could have been counted, where only some were.

    With `is_withheld` too few are behind it to tell more than how many.
    """

    part: int
    denominator: int
    whole: int | None = None
    is_withheld: bool = False

    @property
    def numerator(self) -> int | None:
        """What is counted, unless it is withheld."""
        return None if self.is_withheld else self.part

    @property
    def percent(self) -> Decimal | None:
        """Per cent, half up to one decimal; None of nothing, and where it is withheld."""
        return None if self.is_withheld else _percent(self.part, self.denominator)

    @property
    def coverage(self) -> Decimal | None:
        """Of how many per cent of the whole the denominator speaks."""
        return _percent(self.denominator, self.whole) if self.whole is not None else None


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many open clocks have run out: those of the response, and those of the answer."""

    response: int = 0
    answer: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What the reports of some days have come to, and the rates that follow."""

    sums: Sums
    overdue: Overdue = Overdue()

    @property
    def received(self) -> int:
        """What was taken on, or still may be: neither withdrawn nor rejected, a duplicate or hidden."""
        return self.sums.submitted - self.sums.withdrawn - self.sums.unserved

    @property
    def response(self) -> Rate:
        """响应率: taken up in time, of what was due."""
        sums = self.sums
        return Rate(sums.response_met, sums.response_met + sums.response_missed + self.overdue.response)

    @property
    def closing(self) -> Rate:
        """办结率: closed, of what was received and not withdrawn."""
        return Rate(self.sums.closed, self.received)

    @property
    def answer(self) -> Rate:
        """按时办结率: answered in time, of what was due."""
        sums = self.sums
        return Rate(sums.answer_met, sums.answer_met + sums.answer_missed + self.overdue.answer)

    @property
    def resolution(self) -> Rate:
        """解决率: resolved, of what reporters or visits said; it covers so many of the answers."""
        sums = self.sums
        said = sums.resolved + sums.partly + sums.unresolved
        said += sums.visit_resolved + sums.visit_partly + sums.visit_unresolved
        return _of_people(sums.resolved + sums.visit_resolved, said, self.answers)

    @property
    def satisfaction(self) -> Rate:
        """满意率: grades 4 and 5, of the ratings; it covers so many of the answers."""
        return _of_people(self.sums.satisfied, self.sums.rated, self.answers)

    @property
    def rating(self) -> Rate:
        """参评率: rated, of those asked whose window is over or who did; the others are 未参评."""
        return Rate(self.sums.rated, self.sums.rated + self.sums.lapsed)

    @property
    def visiting(self) -> Rate:
        """Reached, of the visited."""
        return Rate(self.sums.visit_reached, self.sums.visited)

    @property
    def answers(self) -> int:
        """How many answers were given, of all cycles."""
        return self.sums.answer_met + self.sums.answer_missed


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a span differs from another: volume in per cent, rates in points; None where a base is missing."""

    from_on: date
    until_on: date
    submitted: int
    submitted_change: Decimal | None
    response: Decimal | None
    closing: Decimal | None
    answer: Decimal | None
    resolution: Decimal | None
    satisfaction: Decimal | None


def compared(now: Figures, base: Figures, from_on: date, until_on: date) -> Comparison | None:
    """The comparison with the figures of [from_on, until_on]; None if nothing was submitted then."""
    if not base.sums.submitted:
        return None

    def points(one: Rate, other: Rate) -> Decimal | None:
        if one.percent is None or other.percent is None:
            return None
        return one.percent - other.percent

    more = now.sums.submitted - base.sums.submitted
    return Comparison(
        from_on=from_on,
        until_on=until_on,
        submitted=base.sums.submitted,
        submitted_change=_signed_percent(more, base.sums.submitted),
        response=points(now.response, base.response),
        closing=points(now.closing, base.closing),
        answer=points(now.answer, base.answer),
        resolution=points(now.resolution, base.resolution),
        satisfaction=points(now.satisfaction, base.satisfaction),
    )


def year_before(from_on: date, until_on: date) -> tuple[date, date]:
    """The same days of the year before (同比); whole months stay whole."""
    return _year_back(from_on), _month_end(_year_back(until_on), until_on)


def period_before(from_on: date, until_on: date) -> tuple[date, date]:
    """The span right before (环比): as many whole months, or else as many days."""
    if from_on.day == 1 and (until_on + _ONE_DAY).day == 1:
        months = (until_on.year - from_on.year) * _MONTHS + until_on.month - from_on.month + 1
        return months_back(from_on, months), from_on - _ONE_DAY
    return from_on - (until_on - from_on) - _ONE_DAY, from_on - _ONE_DAY


def months_back(month: date, number: int) -> date:
    """The first day of the month so many months earlier."""
    years, index = divmod(month.year * _MONTHS + month.month - 1 - number, _MONTHS)
    return date(years, index + 1, 1)


def months_until(month: date, number: int) -> Sequence[date]:
    """The first days of so many months, the last of which is this one's."""
    return [months_back(month, back) for back in reversed(range(number))]


def _of_people(part: int, denominator: int, whole: int) -> Rate:
    return Rate(part, denominator, whole, is_withheld=denominator < FEWEST)


def _percent(part: int, whole: int) -> Decimal | None:
    return Decimal((part * 2000 // whole + 1) // 2) / 10 if whole else None


def _signed_percent(part: int, whole: int) -> Decimal | None:
    found = _percent(abs(part), whole)
    return -found if found is not None and part < 0 else found


def _year_back(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def _month_end(back: date, day: date) -> date:
    """The last day of its month, if the day a year later was."""
    if (day + _ONE_DAY).day != 1:
        return back
    return back.replace(day=monthrange(back.year, back.month)[1])

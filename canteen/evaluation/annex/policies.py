"""What a year of evaluation comes to: pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

TENTH: Final = Decimal("0.1")


def mean(totals: Sequence[Decimal]) -> Decimal | None:
    """The mean of the closed quarters, rounded half up to a tenth; None of none."""
    if not totals:
        return None
    return (sum(totals, Decimal()) / len(totals)).quantize(TENTH, ROUND_HALF_UP)


def diners_behind(diners: int, measured: int, served: int) -> Fraction:
    """Those of the weighed meals: of a month's diners the share that was weighed, as its findings reckon."""
    return Fraction(diners * measured, served) if served else Fraction(0)


def per_diner(grams: int, diners: Fraction) -> Decimal | None:
    """Grams per diner as a ratio of sums, rounded half up to a tenth; None without diners."""
    if not diners:
        return None
    exact = grams / diners
    return (Decimal(exact.numerator) / exact.denominator).quantize(TENTH, ROUND_HALF_UP)


def veto_reasons(
    *, failed_quarters: Iterable[int], failed_spot_check: bool, escalated: int, overdue: int
) -> list[str]:
    """Why a unit should get no award of the year, in words; none if nothing speaks against it."""
    quarters = "、".join(f"{quarter}" for quarter in failed_quarters)
    found = {
        f"第 {quarters} 季度评估不合格": bool(quarters),
        "现场抽查不合格": failed_spot_check,
        f"整改移交市场监管 {escalated} 项": bool(escalated),
        f"逾期未整改 {overdue} 项": bool(overdue),
    }
    return [reason for reason, is_so in found.items() if is_so]


def shares(grades: Iterable[str]) -> list[tuple[str, int, Decimal]]:
    """How many units have each grade, and their share in per cent rounded half up to a tenth."""
    counted = Counter(grades)
    whole = sum(counted.values())
    return [
        (grade, count, (Decimal(100 * count) / whole).quantize(TENTH, ROUND_HALF_UP))
        for grade, count in counted.most_common()
    ]

"""Rules of units and of what they report: spans, impossible and implausible figures. Pure functions."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from backend.dates import months_before
from canteen.evaluation.units.errors import FiguresImpossible, MonthNotBegun, PhoneInvalid

# How far back a month may still be reported or put right.
MONTHS_BACK: Final = 24
# Grams of plate waste per diner and meal that a report may say without being asked about: surveys of
# canteens found 25 to 179 on average (domain/canteen.md §5, rules-and-figures.md §2).
PLATE_G: Final = (3, 300)
# The same of everything wet together; kitchens reckon with 350 to 500.
WET_G: Final = 1_500
# A change of the month before that asks for a look: the second is so many times the first.
LEAP: Final = 2
# Meals that a canteen can serve in a month: 31 days of four.
MEALS_A_MONTH: Final = 31 * 4
_PHONE: Final = re.compile(r"[0-9][0-9-]{3,18}[0-9]")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


class FindingCode(StrEnum):
    """What looks implausible of a report."""

    NO_DINERS = "no_diners"
    UNMEASURED = "unmeasured"
    GRAMS_UNMEASURED = "grams_unmeasured"
    TOO_MANY_MEALS = "too_many_meals"
    PLATE_LOW = "plate_low"
    PLATE_HIGH = "plate_high"
    WET_HIGH = "wet_high"
    MORE_THAN_PREPARED = "more_than_prepared"
    DINERS_LEAP = "diners_leap"
    PLATE_LEAP = "plate_leap"


FINDINGS: Final[Mapping[FindingCode, str]] = {
    FindingCode.NO_DINERS: "有供餐餐次但就餐人次为 0",
    FindingCode.UNMEASURED: "没有一餐称重",
    FindingCode.GRAMS_UNMEASURED: "称重餐次为 0，但填有重量",
    FindingCode.TOO_MANY_MEALS: "供餐餐次超过当月可能的餐次",
    FindingCode.PLATE_LOW: "人均餐盘剩余明显偏低（低于 3 克/人·餐）",
    FindingCode.PLATE_HIGH: "人均餐盘剩余明显偏高（高于 300 克/人·餐）",
    FindingCode.WET_HIGH: "人均厨余总量明显偏高（高于 1500 克/人·餐）",
    FindingCode.MORE_THAN_PREPARED: "备餐剩余与餐盘剩余之和超过出品重量",
    FindingCode.DINERS_LEAP: "就餐人次与上月相比变化超过一倍",
    FindingCode.PLATE_LEAP: "人均餐盘剩余与上月相比变化超过一倍",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a unit reports of a month; None where nothing was weighed or is known."""

    diners: int
    meals_served: int
    meals_measured: int
    prepared_g: int | None = None
    storage_g: int | None = None
    preparation_g: int | None = None
    unserved_g: int | None = None
    plate_g: int | None = None
    reused_g: int | None = None
    purchased_g: int | None = None
    purchase_fen: int | None = None
    cost_fen: int | None = None
    remark: str = ""


NAMES: Final = tuple(field.name for field in fields(Figures))
STAGES: Final = ("storage_g", "preparation_g", "unserved_g", "plate_g")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something implausible, in words."""

    code: FindingCode
    msg: str


def add_up(reports: Collection[Figures]) -> Figures:
    """Several months together; what one of them does not say, the sum does not say either."""

    def known(name: str) -> int | None:
        values = [getattr(each, name) for each in reports]
        return None if any(value is None for value in values) else sum(values)

    counts = Figures(
        diners=known("diners") or 0,
        meals_served=known("meals_served") or 0,
        meals_measured=known("meals_measured") or 0,
    )
    sums: dict[str, Any] = {name: known(name) for name in NAMES if name.endswith(("_g", "_fen"))}
    return replace(counts, **sums)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def ensure_month(month: date, today: date) -> None:
    """A month may be reported once it has begun, and not long after. Raises MonthNotBegun."""
    earliest = months_before(month_of(today), MONTHS_BACK)
    if not earliest <= month <= today or month.day != 1:
        raise MonthNotBegun(earliest=f"{earliest:%Y-%m}")


def ensure_possible(figures: Figures) -> None:
    """Raises FiguresImpossible."""
    found = impossible(figures)
    if found:
        raise FiguresImpossible(first=found[0], problems=found)


def impossible(figures: Figures) -> list[str]:
    """What cannot be, as sentences."""
    values = [getattr(figures, name) for name in NAMES if name != "remark"]
    found = []
    if any(value is not None and value < 0 for value in values):
        found.append("数值不能为负")
    if figures.meals_measured > figures.meals_served:
        found.append("称重餐次不能多于供餐餐次")
    if figures.diners and not figures.meals_served:
        found.append("有就餐人次但没有供餐餐次")
    return found


def findings(figures: Figures, previous: Figures | None = None, *, canteens: int = 1) -> list[Finding]:
    """What looks implausible, by itself and against the month before; nothing of it refuses a report."""
    found = [
        *_of_counts(figures, max(canteens, 1)),
        *_of_grams(figures),
        *(_against(figures, previous) if previous is not None else ()),
    ]
    return [Finding(code, FINDINGS[code]) for code in found]


def plate_per_diner(figures: Figures) -> Decimal | None:
    """Grams of plate waste per diner and meal, of the meals that were weighed.

    Diners are known of the whole month only: those of the weighed meals are taken for their share of it.
    """
    return _per_diner(figures, figures.plate_g)


def _per_diner(figures: Figures, grams: int | None) -> Decimal | None:
    if grams is None or not figures.diners or not figures.meals_measured:
        return None
    return Decimal(grams * figures.meals_served) / (figures.diners * figures.meals_measured)


def _of_counts(figures: Figures, canteens: int) -> list[FindingCode]:
    found = []
    if figures.meals_served and not figures.diners:
        found.append(FindingCode.NO_DINERS)
    if figures.meals_served > MEALS_A_MONTH * canteens:
        found.append(FindingCode.TOO_MANY_MEALS)
    if figures.meals_served and not figures.meals_measured:
        grams = any(getattr(figures, name) for name in STAGES)
        found.append(FindingCode.GRAMS_UNMEASURED if grams else FindingCode.UNMEASURED)
    return found


def _of_grams(figures: Figures) -> list[FindingCode]:
    found = []
    plate = plate_per_diner(figures)
    if plate is not None and plate < PLATE_G[0]:
        found.append(FindingCode.PLATE_LOW)
    if plate is not None and plate > PLATE_G[1]:
        found.append(FindingCode.PLATE_HIGH)
    wet = _per_diner(figures, sum(getattr(figures, name) or 0 for name in STAGES))
    if wet is not None and wet > WET_G:
        found.append(FindingCode.WET_HIGH)
    lost = (figures.unserved_g or 0) + (figures.plate_g or 0)
    if figures.prepared_g is not None and lost > figures.prepared_g:
        found.append(FindingCode.MORE_THAN_PREPARED)
    return found


def _against(figures: Figures, previous: Figures) -> list[FindingCode]:
    found = []
    if _leaps(figures.diners, previous.diners):
        found.append(FindingCode.DINERS_LEAP)
    if _leaps(plate_per_diner(figures), plate_per_diner(previous)):
        found.append(FindingCode.PLATE_LEAP)
    return found


def _leaps(now: Decimal | int | None, before: Decimal | int | None) -> bool:
    if not now or not before:
        return False
    return now > LEAP * before or before > LEAP * now


def phone_of(text: str) -> str:
    """A contact's number: a desk's or a mobile. Raises PhoneInvalid."""
    number = text.replace(" ", "")
    if not _PHONE.fullmatch(number):
        raise PhoneInvalid
    return number


def is_code(text: str) -> bool:
    """Whether a text may be a unit's code."""
    return bool(_CODE.fullmatch(text))

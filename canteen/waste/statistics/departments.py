"""What may be said of departments: pure.

A department appears for a meal only with at least five trays. So that nothing is found by subtraction from
the canteen's own trays of that meal, which are shown as well, those that remain are five or more, or none:
where they would be fewer, the smallest department that could be shown is left out, too. What is shown of
days, months and canteens is sums of such meals alone, so that no two spans differ by anything smaller.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from canteen.waste.statistics.policies import FEWEST_DINERS, Basis, Figure, Sample, Thresholds

FEWEST: Final = FEWEST_DINERS

MealId: TypeAlias = tuple[int, date, str]


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """The trays of a department's diners at one meal."""

    department_id: int
    trays: int
    clean_trays: int
    leftover_g: int


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """A department over the meals at which it may be shown. `plate` is of its trays."""

    department_id: int
    name: str
    trays: int
    meals: int
    plate: Figure
    clean_plate: Figure


def shown_at(rows: Sequence[DepartmentRow], all_trays: int) -> list[DepartmentRow]:
    """Those of a meal's departments that may be shown; `all_trays` are the meal's, anonymous ones too."""
    shown = sorted(
        (row for row in rows if row.trays >= FEWEST), key=lambda row: (-row.trays, row.department_id)
    )
    while shown and 0 < all_trays - sum(row.trays for row in shown) < FEWEST:
        shown.pop()
    return shown


def figures_of(
    meals: Mapping[MealId, tuple[int, Sequence[DepartmentRow]]],
    names: Mapping[int, str],
    opened: int,
    thresholds: Thresholds,
) -> list[DepartmentFigures]:
    """The departments' figures out of (all trays, rows) of each meal, by name."""
    kept: dict[int, list[DepartmentRow]] = {}
    for all_trays, rows in meals.values():
        for row in shown_at(rows, all_trays):
            kept.setdefault(row.department_id, []).append(row)
    found = [_figures(of, names.get(of, f"部门 {of}"), rows, opened, thresholds) for of, rows in kept.items()]
    return sorted(found, key=lambda one: (one.name, one.department_id))


def _figures(
    department_id: int, name: str, rows: Iterable[DepartmentRow], opened: int, thresholds: Thresholds
) -> DepartmentFigures:
    known = list(rows)
    trays = sum(row.trays for row in known)
    sample, is_enough = Sample(len(known), opened, trays), trays >= thresholds.min_trays
    left, clean = sum(row.leftover_g for row in known), sum(row.clean_trays for row in known)
    return DepartmentFigures(
        *(department_id, name, trays, len(known)),
        plate=Figure(Basis.PLATE, left, trays, sample, is_enough),
        clean_plate=Figure(Basis.CLEAN_PLATE, clean, trays, sample, is_enough),
    )

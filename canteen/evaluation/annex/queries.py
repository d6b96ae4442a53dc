"""The year of every unit in one table."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sqlalchemy import or_, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db
from backend.scoresheets import policies as score_policies
from backend.scoresheets import queries as score_queries
from backend.scoresheets.policies import Grade
from canteen.evaluation.annex import policies
from canteen.evaluation.rectifications import queries as rectification_queries
from canteen.evaluation.rectifications.queries import Tally
from canteen.evaluation.rounds import queries as round_queries
from canteen.evaluation.rounds.models import Round, SheetState
from canteen.evaluation.spot_checks import queries as spot_check_queries
from canteen.evaluation.spot_checks.queries import Result
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Level, Unit, UnitReport
from canteen.evaluation.units.titles import LEVEL_NAMES
from canteen.waste.statistics import queries as statistics
from canteen.waste.statistics.policies import Bucket, Sample, Span, Thresholds

NOT_ENOUGH: Final = "数据不足"


@dataclass(frozen=True, slots=True)
class Quarter:
    """How a unit's sheet of a quarter was closed."""

    quarter: int
    total: Decimal
    grade: str
    is_failing: bool


@dataclass(frozen=True, slots=True)
class Plate:
    """Plate waste per diner over the year; None where too little was measured. `coverage` in words."""

    g_per_diner: Decimal | None
    coverage: str

    @property
    def text(self) -> str:
        """`54.5` or 数据不足."""
        return str(self.g_per_diner) if self.g_per_diner is not None else NOT_ENOUGH


@dataclass(frozen=True, slots=True)
class AnnexUnit:
    """A unit's year. `quarters` are four, None where no sheet was closed; `total` is their mean."""

    unit_id: int
    code: str
    name: str
    level: str
    quarters: Sequence[Quarter | None]
    total: Decimal | None
    grade: str
    spot_check: Result | None
    rectifications: Tally
    plate: Plate
    veto_reasons: Sequence[str]

    @property
    def is_vetoed(self) -> bool:
        """Whether something speaks against an award of the year."""
        return bool(self.veto_reasons)


@dataclass(frozen=True, slots=True)
class GradeShare:
    """How many units have a grade, and their share in per cent."""

    grade: str
    units: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Annex:
    """A year of evaluation. `as_of` is the day on which it was put together."""

    year: int
    as_of: date
    units: Sequence[AnnexUnit]

    @property
    def grades(self) -> Sequence[GradeShare]:
        """The grades of the units that have one, the most frequent first."""
        return [
            GradeShare(*share) for share in policies.shares(unit.grade for unit in self.units if unit.grade)
        ]

    @property
    def vetoed(self) -> Sequence[AnnexUnit]:
        """The units with a veto mark."""
        return [unit for unit in self.units if unit.is_vetoed]

    @property
    def spot_checked(self) -> int:
        """How many units have a confirmed spot check."""
        return sum(unit.spot_check is not None for unit in self.units)


def get_annex(actor: Actor, *, year: int) -> Annex:
    """The year of every unit that is active or was evaluated in it; a dozen statements. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    quarters = _quarters(year)
    checks = spot_check_queries.confirmed_of_year(year)
    tallies = rectification_queries.of_units(year)
    units = list(
        db.session.scalars(
            select(Unit)
            .where(or_(Unit.is_active, Unit.id.in_({*quarters, *checks, *tallies})))
            .order_by(Unit.code)
        )
    )
    plates = _plates(units, year)
    grades = _grades(year)
    return Annex(
        year,
        clock.today(),
        [
            _unit(each, quarters.get(each.id, {}), checks.get(each.id), tallies.get(each.id), plates, grades)
            for each in units
        ],
    )


def _unit(
    unit: Unit,
    closed: Mapping[int, Quarter],
    check: Result | None,
    tally: Tally | None,
    plates: Mapping[int, Plate],
    grades: Collection[Grade],
) -> AnnexUnit:
    total = policies.mean([quarter.total for quarter in closed.values()])
    grade = (
        score_policies.grade_of(score_policies.tenths(total), grades).title
        if total is not None and grades
        else ""
    )
    counted = tally or Tally()
    return AnnexUnit(
        unit_id=unit.id,
        code=unit.code,
        name=unit.name,
        level=LEVEL_NAMES[Level(unit.level)],
        quarters=[closed.get(number) for number in (1, 2, 3, 4)],
        total=total,
        grade=grade,
        spot_check=check,
        rectifications=counted,
        plate=plates.get(unit.id, Plate(None, "未报数据")),
        veto_reasons=policies.veto_reasons(
            failed_quarters=[number for number, quarter in sorted(closed.items()) if quarter.is_failing],
            failed_spot_check=check is not None and check.is_failing,
            escalated=counted.escalated,
            overdue=counted.overdue,
        ),
    )


def _quarters(year: int) -> dict[int, dict[int, Quarter]]:
    """The closed quarters of each unit."""
    found: dict[int, dict[int, Quarter]] = defaultdict(dict)
    for result in round_queries.results_of_year(year):
        if result.state == SheetState.CLOSED and result.total is not None:
            found[result.unit_id][result.quarter] = Quarter(
                result.quarter, result.total, result.grade or "", result.is_failing
            )
    return found


def _grades(year: int) -> list[Grade]:
    """The grades of the sheet of the year's last quarter."""
    version_id = db.session.scalar(
        select(Round.version_id).where(Round.year == year).order_by(Round.quarter.desc()).limit(1)
    )
    if version_id is None:
        return []
    return score_queries.grades_of(score_queries.get_version(version_id))


def _plates(units: Collection[Unit], year: int) -> dict[int, Plate]:
    """Plate waste per diner: of our canteens what was weighed, of other units what they reported."""
    own = {unit.canteen_id: unit.id for unit in units if unit.canteen_id is not None}
    found: dict[int, Plate] = {}
    span = Span(date(year, 1, 1), min(date(year, 12, 31), clock.today()))
    if own and span.from_on <= span.until_on:
        for point in statistics.series_of(list(own), span, Bucket.CANTEEN):
            figure = point.summary.plate
            found[own[int(point.key)]] = Plate(figure.shown, figure.coverage_text)
    reports = unit_queries.reports_between(
        [unit.id for unit in units if unit.canteen_id is None], date(year, 1, 1), date(year, 12, 1)
    )
    by_unit: dict[int, list[UnitReport]] = defaultdict(list)
    for report in reports:
        by_unit[report.unit_id].append(report)
    return found | {unit_id: _reported(months) for unit_id, months in by_unit.items()}


def _reported(months: Sequence[UnitReport]) -> Plate:
    """What a unit's months come to, of those at which plates were weighed; as much must be as of our own."""
    known = [each for each in months if each.plate_g is not None]
    diners = sum(
        (policies.diners_behind(each.diners, each.meals_measured, each.meals_served) for each in known),
        Fraction(0),
    )
    measured, served = sum(each.meals_measured for each in known), sum(each.meals_served for each in months)
    is_enough = Sample(measured, served).covers(Thresholds())
    value = policies.per_diner(sum(each.plate_g or 0 for each in known), diners) if is_enough else None
    return Plate(value, f"{measured}/{served} 餐")

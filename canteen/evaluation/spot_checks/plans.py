"""Reads of the yearly plans, what a draw rests on, and how far a year has come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.db import db, table
from backend.paging import Page, paginate
from backend.rules import queries as rule_queries
from canteen.evaluation.rounds import queries as round_queries
from canteen.evaluation.spot_checks import drawing, policies
from canteen.evaluation.spot_checks.drawing import Candidate, Lot, Stratum, Terms
from canteen.evaluation.spot_checks.errors import PlanNotFound
from canteen.evaluation.spot_checks.models import Inspection, SpotCheckLot, SpotCheckPlan, State
from canteen.evaluation.spot_checks.rules import PERCENT, YEARS
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.models import Unit

STRATUM_NAMES: Final[Mapping[Stratum, str]] = {
    Stratum.KEPT: "本年已抽查",
    Stratum.FAILED: "上年不合格",
    Stratum.DUE: "周期到期",
    Stratum.NAMED: "指定抽查",
    Stratum.WAITING: "尚未抽查过",
    Stratum.REST: "其他单位",
}
# Once a team has submitted, the unit counts as checked.
_CHECKED: Final = [state.value for state in policies.SHOWN_TO_UNIT]
_current: Final = table(SpotCheckPlan).alias("current")
_BEGUN: Final = [*_CHECKED, State.UNDER_WAY.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A version of a year's plan as a list shows it; the last version of a year is current."""

    id: int
    year: int
    version: int
    is_current: bool
    algorithm: str
    seed: str
    seed_source: str
    percent: int
    years: int
    first_year: int
    units: int
    quota: int
    drawn: int
    reason: str
    drawn_at: datetime
    drawn_by_name: str

    @property
    def terms(self) -> Terms:
        """What the draw depended on beside the units."""
        return Terms(self.year, self.seed, self.percent, self.years, self.first_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotView:
    """A unit in a draw, with its inspection of that year if one is arranged."""

    unit_id: int
    code: str
    name: str
    joined_year: int
    last_checked: int | None
    is_kept: bool
    has_failed: bool
    is_named: bool
    note: str
    stratum: str
    due_year: int
    number: str
    place: int
    is_drawn: bool
    inspection_id: int | None
    inspection_state: str | None

    @property
    def stratum_name(self) -> str:
        """周期到期, 指定抽查 …"""
        return STRATUM_NAMES[Stratum(self.stratum)]

    @property
    def state_name(self) -> str:
        """How its inspection stands."""
        return policies.STATE_NAMES[State(self.inspection_state)] if self.inspection_state else "未安排"

    @property
    def candidate(self) -> Candidate:
        """The unit as the draw saw it."""
        return Candidate(
            code=self.code,
            joined_year=self.joined_year,
            last_checked=self.last_checked,
            is_kept=self.is_kept,
            has_failed=self.has_failed,
            is_named=self.is_named,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView(PlanRow):
    """A plan with all its units, in the order of the draw."""

    lots: Sequence[LotView]


@dataclass(frozen=True, slots=True)
class Difference:
    """What was recorded of a unit, and what the draw says when it is made again."""

    code: str
    recorded: str
    redrawn: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a plan follows from what it records; `steps` tell how anybody can draw again."""

    is_consistent: bool
    algorithm: str
    steps: Sequence[str]
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An active unit whose last year has come, and that nobody has checked yet."""

    unit_id: int
    name: str
    due_year: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a year has come. `required` is the share of the units that are active now, rounded up."""

    year: int
    units: int
    required: int
    drawn: int
    arranged: int
    inspected: int
    unchecked: Sequence[Unchecked]

    @property
    def is_short(self) -> bool:
        """Whether fewer are drawn than must be: units have joined or left since."""
        return self.drawn < self.required


def page_plans(actor: Actor, *, year: int | None = None, page: int, page_size: int) -> Page:
    """All versions of all plans, the latest first. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    statement = _plans().order_by(SpotCheckPlan.year.desc(), SpotCheckPlan.version.desc())
    if year is not None:
        statement = statement.where(SpotCheckPlan.year == year)
    found = paginate(statement, page=page, page_size=page_size, scalars=False)
    return Page([PlanRow(**row._mapping) for row in found.rows], found.total, page, page_size)


def get_plan(actor: Actor, plan_id: int) -> PlanView:
    """A plan with its units; two statements. Raises Forbidden or PlanNotFound."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    row = db.session.execute(_plans().where(SpotCheckPlan.id == plan_id)).mappings().one_or_none()
    if row is None:
        raise PlanNotFound
    return PlanView(**row, lots=_lots(plan_id, row["year"]))


def verify(actor: Actor, plan_id: int) -> Verification:
    """Draw again out of what the plan records. Raises Forbidden or PlanNotFound."""
    plan = get_plan(actor, plan_id)
    again = {
        lot.candidate.code: lot for lot in drawing.draw([lot.candidate for lot in plan.lots], plan.terms)
    }
    differences = [
        Difference(lot.code, _told(lot), _retold(again[lot.code]))
        for lot in plan.lots
        if _told(lot) != _retold(again[lot.code])
    ]
    is_whole = (len(plan.lots), sum(lot.is_drawn for lot in plan.lots)) == (plan.units, plan.drawn)
    is_ours = plan.algorithm == drawing.ALGORITHM
    return Verification(is_ours and is_whole and not differences, plan.algorithm, steps_of(plan), differences)


def steps_of(plan: PlanRow) -> list[str]:
    """How anybody can draw the plan again, with a plain tool."""
    return [
        f"应抽数量：在册单位 {plan.units} 个 × {plan.percent}%，不足一个的进一，为 {plan.quota} 个。",
        f"随机数：对文本“{plan.seed}|{plan.year}|单位代码”（UTF-8 编码）计算 SHA-256，"
        "取 64 位小写十六进制数；"
        f"例如：printf '%s' '{plan.seed}|{plan.year}|单位代码' | sha256sum。",
        "分层：每个单位归入以下最先符合的一层："
        + "、".join(STRATUM_NAMES[each] for each in drawing.ORDER)
        + "。",
        "前四层（本年已抽查、上年不合格、周期到期、指定抽查）全部抽取；"
        "其余先“尚未抽查过”、后“其他单位”，各按随机数从小到大抽取，至应抽数量为止；前四层超过应抽数量的，仍全部抽取。",
        f"周期：每 {plan.years} 年内至少抽查一次。上次抽查年份加 {plan.years} 为到期年份；从未抽查过的，"
        f"从登记年份（不早于首次制定计划的 {plan.first_year} 年）起算，第 {plan.years} 年到期。",
    ]


def coverage(actor: Actor, *, year: int) -> Coverage:
    """How far a year has come; a handful of statements. Raises Forbidden."""
    ensure_everywhere(actor, Permission.EVALUATION_MANAGE)
    units = unit_queries.active_units()
    active = {each.id for each in units}
    inspections = dict(
        db.session.execute(
            select(Inspection.unit_id, Inspection.state).where(
                Inspection.year == year, Inspection.state != State.CANCELLED.value
            )
        ).all()
    )
    plan = current_plan(year)
    drawn = drawn_units(plan.id) if plan is not None else set()
    terms = Terms(year, "", rule_queries.value(PERCENT), rule_queries.value(YEARS), first_year(year))
    due = {
        each.id: drawing.due_year(each_candidate, terms) for each, each_candidate in candidates(units, year)
    }
    inspected = {unit_id for unit_id, state in inspections.items() if state in _CHECKED}
    return Coverage(
        year=year,
        units=len(units),
        required=drawing.quota(len(units), terms.percent),
        drawn=len(drawn & active),
        arranged=len(inspections),
        inspected=len(inspected),
        unchecked=[
            Unchecked(each.id, each.name, due[each.id])
            for each in units
            if due[each.id] <= year and each.id not in inspected
        ],
    )


def candidates(units: Sequence[Unit], year: int, named: Collection[int] = ()) -> list[tuple[Unit, Candidate]]:
    """The units as a draw of the year sees them; three statements."""
    last: dict[int, int] = dict(
        db.session.execute(
            select(Inspection.unit_id, func.max(Inspection.year))
            .where(Inspection.year < year, Inspection.state.in_(_CHECKED))
            .group_by(Inspection.unit_id)
        ).all()
    )
    kept = set(
        db.session.scalars(
            select(Inspection.unit_id).where(Inspection.year == year, Inspection.state.in_(_BEGUN))
        )
    )
    failed = _failed_in(year - 1)
    return [
        (
            each,
            Candidate(
                code=each.code,
                joined_year=min(clock.local(each.created_at).year, year),
                last_checked=last.get(each.id),
                is_kept=each.id in kept,
                has_failed=each.id in failed,
                is_named=each.id in named,
            ),
        )
        for each in units
    ]


def current_plan(year: int) -> SpotCheckPlan | None:
    """The last version of a year's plan."""
    return db.session.scalars(
        select(SpotCheckPlan)
        .where(SpotCheckPlan.year == year)
        .order_by(SpotCheckPlan.version.desc())
        .limit(1)
    ).one_or_none()


def drawn_units(plan_id: int) -> set[int]:
    """The units that a plan drew."""
    return set(
        db.session.scalars(
            select(SpotCheckLot.unit_id).where(SpotCheckLot.plan_id == plan_id, SpotCheckLot.is_drawn)
        )
    )


def first_year(year: int) -> int:
    """The year of the first plan of all; of none, this one."""
    first = db.session.scalar(select(func.min(SpotCheckPlan.year)))
    return min(first, year) if first is not None else year


def _failed_in(year: int) -> set[int]:
    """The units whose spot check or whose sheet of any quarter of that year did not pass."""
    checked = db.session.scalars(
        select(Inspection.unit_id).where(
            Inspection.year == year, Inspection.state == State.CONFIRMED.value, Inspection.is_failing
        )
    )
    in_quarters = (each.unit_id for each in round_queries.results_of_year(year) if each.is_failing)
    return {*checked, *in_quarters}


def _plans() -> Select[Any]:
    names = [name for name in PlanRow.__dataclass_fields__ if name != "is_current"]
    latest = (
        select(func.max(_current.c.version)).where(_current.c.year == SpotCheckPlan.year).scalar_subquery()
    )
    return select(
        *(getattr(SpotCheckPlan, name) for name in names),
        (SpotCheckPlan.version == latest).label("is_current"),
    )


def _lots(plan_id: int, year: int) -> list[LotView]:
    names = [
        name for name in LotView.__dataclass_fields__ if name not in ("inspection_id", "inspection_state")
    ]
    rows = db.session.execute(
        select(
            *(getattr(SpotCheckLot, name) for name in names),
            Inspection.id.label("inspection_id"),
            Inspection.state.label("inspection_state"),
        )
        .outerjoin(
            Inspection,
            (Inspection.unit_id == SpotCheckLot.unit_id)
            & (Inspection.year == year)
            & (Inspection.state != State.CANCELLED.value),
        )
        .where(SpotCheckLot.plan_id == plan_id)
        .order_by(SpotCheckLot.place)
    )
    return [LotView(**row) for row in rows.mappings()]


def _told(lot: LotView) -> str:
    return _in_words(lot.place, lot.number, lot.stratum_name, lot.due_year, lot.is_drawn)


def _retold(lot: Lot) -> str:
    return _in_words(lot.place, lot.number, STRATUM_NAMES[lot.stratum], lot.due_year, lot.is_drawn)


def _in_words(place: int, number: str, stratum: str, due: int, is_drawn: bool) -> str:
    return f"第 {place} 位，{number}，{stratum}，{due}年到期，{'抽中' if is_drawn else '未抽中'}"

"""Taking the figures of a bulletin from weighing and evaluation. Reads only; the whole compound, unscoped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import or_, select

from backend import clock
from backend.actor import SYSTEM
from backend.db import db
from backend.scoresheets import queries as score_sheets
from canteen.bulletins import policies, summary
from canteen.bulletins.figures import (
    SHOWN,
    BaselineLine,
    Block,
    CanteenLine,
    DishLine,
    Evaluation,
    Figures,
    LossLine,
    RectificationLine,
    SpotChecks,
    StageSums,
    TrendPoint,
    UnitLine,
)
from canteen.bulletins.models import BulletinKind
from canteen.evaluation.rectifications.models import Rectification
from canteen.evaluation.rectifications.models import State as RectificationState
from canteen.evaluation.rounds import queries as rounds
from canteen.evaluation.spot_checks import plans
from canteen.evaluation.units import queries as units
from canteen.evaluation.units.models import Unit
from canteen.menu.models import Canteen, Period
from canteen.waste.statistics import baselines, queries
from canteen.waste.statistics.dishes import DishFigures
from canteen.waste.statistics.meals import MealFacts, Summary, summarise
from canteen.waste.statistics.policies import Bucket, Span
from canteen.waste.statistics.queries import Point

_LUNCH: Final = Period.LUNCH.value
_LIKE: Final = frozenset({baselines.Where.WORKPLACE, baselines.Where.UNIVERSITY})
_DISHES: Final = 10
_LOSSES: Final = 5


def take(kind: BulletinKind, first_day: date) -> Figures:
    """All figures of the period as they stand now, with the sentences made from them."""
    span = Span(first_day, policies.last_day_of(kind, first_day))
    names = _canteens()
    ids = list(names)
    before, year_before = span.previous(), span.last_year()
    facts, facts_before = queries.facts_of(ids, span), queries.facts_of(ids, before)
    total = _summary(facts, ids, span)
    figures = Figures(
        kind=kind.value,
        first_day=span.from_on.isoformat(),
        last_day=span.until_on.isoformat(),
        total=_block(total),
        before=_block(_summary(facts_before, ids, before)),
        year_before=_block(queries.summary_of(ids, year_before)),
        canteens=_lines(names, queries.divide(facts, ids, span, Bucket.CANTEEN), facts_before, before),
        trend=_trend(kind, ids, first_day, span),
        dishes=_dishes(names, span),
        baselines=_baselines(total, _summary([each for each in facts if each.period == _LUNCH], ids, span)),
        evaluation=_evaluation(first_day, span) if kind is BulletinKind.QUARTERLY else None,
    )
    return replace(figures, summary=summary.sentences(figures))


def _canteens() -> dict[int, str]:
    rows = db.session.execute(select(Canteen.id, Canteen.name).order_by(Canteen.id))
    return {row.id: row.name for row in rows}


def _block(found: Summary) -> Block:
    return Block(
        opened=found.opened,
        weighed=found.weighed,
        diners=found.diners,
        cost_fen=found.cost_fen,
        quarantined=found.quarantined,
        figures={key: getattr(found, key) for key in SHOWN},
        stages={
            stage.value: StageSums(sums.food_g, sums.inedible_g, sums.cost_fen, sums.meals)
            for stage, sums in found.recorded.items()
        },
    )


def _summary(facts: Sequence[MealFacts], ids: Sequence[int], span: Span) -> Summary:
    return summarise(facts, span, ids, queries.thresholds_of(ids))


def _lines(
    names: Mapping[int, str], now: Sequence[Point], facts_before: Sequence[MealFacts], before: Span
) -> list[CanteenLine]:
    """Every canteen that served anything in the period."""
    then = {
        each.key: each.summary for each in queries.divide(facts_before, list(names), before, Bucket.CANTEEN)
    }
    empty = _summary([], [], before)
    return [
        CanteenLine(int(each.key), each.title, _block(each.summary), _block(then.get(each.key, empty)))
        for each in now
    ]


def _baselines(total: Summary, lunch: Summary) -> list[BaselineLine]:
    """Plate waste beside published figures of workplaces' and universities' canteens."""
    pairs = [(each, "") for each in baselines.comparable(total.plate)]
    pairs += [
        (each, "午餐")
        for each in baselines.comparable(lunch.plate, _LUNCH)
        if each.baseline.period is not None
    ]
    return [
        BaselineLine(
            each.baseline.title,
            f"{meal}人均餐盘剩余{each.figure.text}，{each.text}",
            each.baseline.source,
        )
        for each, meal in pairs
        if each.figure.is_enough and each.baseline.where in _LIKE
    ]


def _trend(kind: BulletinKind, ids: Sequence[int], first_day: date, span: Span) -> list[TrendPoint]:
    """The weeks of a month; of a quarter its months and the three before."""
    if kind is BulletinKind.MONTHLY:
        points = queries.series_of(ids, span, Bucket.WEEK)
    else:
        longer = Span(policies.previous(kind, first_day), span.until_on)
        points = queries.series_of(ids, longer, Bucket.MONTH)
    return [TrendPoint(each.title, _block(each.summary)) for each in points]


def _dishes(names: Mapping[int, str], span: Span) -> list[DishLine]:
    """The dishes with the highest leftover rates, of those weighed often enough."""
    found = [each for each in queries.dishes_of(list(names), span) if each.rate.is_enough]
    found.sort(key=lambda each: (-(each.rate.value or 0), each.dish_id))
    top: list[DishFigures] = [each for each in found if each.rate.numerator][:_DISHES]
    return [
        DishLine(
            dish_id=each.dish_id,
            name=each.name,
            canteen=names[each.canteen_id],
            served_g=each.rate.denominator,
            leftover_g=each.rate.numerator,
            unserved_g=each.sums.unserved_g,
            cost_fen=each.sums.cost_fen,
            rate=each.rate,
        )
        for each in top
    ]


def _evaluation(first_day: date, span: Span) -> Evaluation:
    found = rounds.round_of(first_day.year, policies.quarter_of(first_day))
    results = rounds.results(found.id) if found is not None else []
    reported = _reported([each.unit_id for each in results if each.canteen_id is None], first_day, span)
    lines = [
        UnitLine(
            unit_id=each.unit_id,
            name=each.unit_name,
            score_tenths=int(each.total * 10) if each.total is not None and each.grade else None,
            grade=each.grade or "",
            is_failing=each.is_failing,
            reports=None if each.canteen_id is not None else reported.get(each.unit_id, 0),
        )
        for each in results
    ]
    grades: dict[str, int] = {}
    for line in sorted(lines, key=lambda each: -(each.score_tenths or 0)):
        if line.score_tenths is not None:
            grades[line.grade] = grades.get(line.grade, 0) + 1
    rectified = _rectifications(first_day, span)
    today = clock.today().isoformat()
    closed = [each for each in rectified if each.state == RectificationState.CLOSED.value]
    overdue = [each for each in rectified if each not in closed and each.due_on < today]
    return Evaluation(
        full_tenths=score_sheets.get_version(found.version_id).full_tenths if found is not None else 0,
        units=lines,
        grades=list(grades.items()),
        losses=[
            LossLine(each.item_number, each.text, each.count)
            for each in (rounds.loss_reasons(found.id, _LOSSES) if found is not None else [])
        ],
        rectifications=rectified,
        rectifications_closed=len(closed),
        rectifications_overdue=len(overdue),
        spot_checks=_spot_checks(first_day.year),
    )


def _spot_checks(year: int) -> SpotChecks | None:
    found = plans.coverage(SYSTEM, year=year)
    return SpotChecks(year, found.units, found.required, found.inspected) if found.units else None


def _reported(unit_ids: Sequence[int], first_day: date, span: Span) -> dict[int, int]:
    """How many months of the quarter each unit reported."""
    counts: dict[int, int] = {}
    for each in units.reports_between(unit_ids, first_day, span.until_on.replace(day=1)):
        counts[each.unit_id] = counts.get(each.unit_id, 0) + 1
    return counts


def _rectifications(first_day: date, span: Span) -> list[RectificationLine]:
    """What was to be put right at some time of the quarter, as it stands now."""
    begins = clock.at_local(first_day, time.min)
    ends = clock.at_local(span.until_on + timedelta(days=1), time.min)
    rows = db.session.execute(
        select(Unit.name, Rectification)
        .join(Unit, Unit.id == Rectification.unit_id)
        .where(
            Rectification.opened_at < ends,
            or_(Rectification.ended_at.is_(None), Rectification.ended_at >= begins),
            Rectification.state != RectificationState.WITHDRAWN.value,
        )
        .order_by(Rectification.due_on, Rectification.id)
    )
    return [RectificationLine(name, each.title, each.due_on.isoformat(), each.state) for name, each in rows]

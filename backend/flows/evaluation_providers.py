"""What the system can prove of an evaluation's items, asked of every module.

Each provider asks for all units at once. What it says of a unit states its figures and their coverage; where
they are too few it says so (数据不足) and proposes nothing. A unit whose canteens are not ours is judged by
its monthly reports, and only if every month of the quarter is there.

The thresholds at which an item has all of its points, or none, are those that the default sheet's wording
states (canteen/evaluation/default_sheet.toml).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from backend.dates import months_before
from backend.ratings import queries as rating_queries
from backend.suggestions import queries as suggestion_queries
from canteen.evaluation.policies import Evidence, Figure, Provider, Subject, share_between
from canteen.evaluation.rectifications import queries as rectification_queries
from canteen.evaluation.rounds import policies
from canteen.evaluation.units import policies as unit_policies
from canteen.evaluation.units import queries as unit_queries
from canteen.evaluation.units.policies import Figures
from canteen.menu import queries as menu_queries
from canteen.pickups.no_shows import figures as no_show_figures
from canteen.pickups.ratings import CANTEEN, MEAL
from canteen.waste.models import Stage
from canteen.waste.statistics import queries as waste_queries
from canteen.waste.statistics.meals import MealFacts, Summary
from canteen.waste.statistics.policies import Bucket, Sample, Span
from canteen.waste.statistics.policies import Figure as WasteFigure

Said = Mapping[int, Evidence]
NOT_ENOUGH: Final = "数据不足"
_HUNDRED: Final = Decimal(100)


def booking_attendance(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Picked up of booked: all points from 95 % on, none up to 80 %."""
    canteens = _canteens(subjects)
    missed = no_show_figures.by_canteen(dict.fromkeys(canteens, ""), from_on=from_on, until_on=until_on)
    said = {}
    for canteen_id, unit_id in canteens.items():
        of = missed.get(canteen_id)
        if of is None or not of.booked:
            said[unit_id] = Evidence(f"本季度没有已结束的预订用餐，{NOT_ENOUGH}")
            continue
        attended = of.booked - of.missed - of.excused
        rate = Decimal(attended) / of.booked
        said[unit_id] = Evidence(
            f"预订 {of.booked} 份，取餐 {attended} 份，取餐率 {percent(rate)}。",
            (
                Figure("预订份数", str(of.booked)),
                Figure("取餐份数", str(attended)),
                Figure("取餐率", percent(rate)),
            ),
            f"{from_on}至{until_on}全部预订",
            share_between(rate, none_at=Decimal("0.80"), full_at=Decimal("0.95")),
        )
    return said


def portion_options(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Dishes on the menus that are also sold in a smaller portion: all points from half of them on."""
    canteens = _canteens(subjects)
    counts = menu_queries.portion_options(canteens, from_on, until_on)
    said = {}
    for canteen_id, unit_id in canteens.items():
        if canteen_id not in counts:
            said[unit_id] = Evidence(f"本季度没有发布菜单，{NOT_ENOUGH}")
            continue
        offered, smaller = counts[canteen_id]
        rate = Decimal(smaller) / offered
        said[unit_id] = Evidence(
            f"菜单共供应 {offered} 道次菜品，其中 {smaller} 道次可选小份或半份，占 {percent(rate)}。",
            (Figure("供应菜品（道次）", str(offered)), Figure("可选小份、半份（道次）", str(smaller))),
            f"{from_on}至{until_on}已发布菜单",
            share_between(rate, none_at=Decimal(0), full_at=Decimal("0.50")),
        )
    return said


def ledger_completeness(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Weighed of served meals: all points from 95 % on, none up to half."""
    said = {}
    for unit_id, summary in _summaries(subjects, Span(from_on, until_on)).items():
        # That few meals were weighed is what the item asks: it is never too little data.
        said[unit_id] = _completeness(summary.weighed, summary.opened, f"{from_on}至{until_on}全部供餐餐次")
    for unit_id, reported in _reported(subjects, from_on, until_on).items():
        said[unit_id] = (
            _completeness(reported.meals_measured, reported.meals_served, REPORTED)
            if reported is not None
            else _NOT_REPORTED
        )
    return said


def over_preparation(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Unserved of prepared food: all points up to 5 %, none from 15 % on."""
    said: dict[int, Evidence] = {}
    canteens = _canteens(subjects)
    meals: dict[int, list[MealFacts]] = {canteen_id: [] for canteen_id in canteens}
    for meal in waste_queries.facts_of(list(canteens), Span(from_on, until_on)) if canteens else ():
        meals[meal.canteen_id].append(meal)
    for canteen_id, unit_id in canteens.items():
        said[unit_id] = _left_over(meals[canteen_id], canteen_id)
    for unit_id, reported in _reported(subjects, from_on, until_on).items():
        if reported is None or not reported.prepared_g or reported.unserved_g is None:
            said[unit_id] = _NOT_REPORTED
            continue
        rate = Decimal(reported.unserved_g) / reported.prepared_g
        said[unit_id] = Evidence(
            f"填报出品 {kilograms(reported.prepared_g)} 千克，"
            f"备餐剩余 {kilograms(reported.unserved_g)} 千克，占 {percent(rate)}。",
            (Figure("备餐剩余占比", percent(rate)),),
            _measured(reported),
            share_between(rate, none_at=_OVER[0], full_at=_OVER[1]),
        )
    return said


def clean_plate(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Clean trays of weighed trays: all points from 80 % on, none up to 40 %."""
    return {
        unit_id: _of_share(summary.clean_plate, "光盘率", Decimal("0.40"), Decimal("0.80"))
        for unit_id, summary in _summaries(subjects, Span(from_on, until_on)).items()
    }


def plate_trend(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Plate waste per diner beside the year before or, without one, the quarter before.

    All points from a tenth less on, half of them for as much, none from a tenth more on.
    """
    span = Span(from_on, until_on)
    now = _summaries(subjects, span)
    bases = {
        "上年同期": _summaries(subjects, span.last_year()),
        "上季度": _summaries(subjects, _quarter_before(from_on)),
    }
    said: dict[int, Evidence] = {}
    for unit_id, summary in now.items():
        plate = summary.plate
        base = next(
            (
                (name, found[unit_id].plate)
                for name, found in bases.items()
                if unit_id in found and found[unit_id].plate.is_enough and found[unit_id].plate.value
            ),
            None,
        )
        if not plate.is_enough or plate.value is None:
            said[unit_id] = Evidence(f"人均餐盘剩余{NOT_ENOUGH}", coverage=plate.coverage_text)
        elif base is None or not base[1].value:
            said[unit_id] = Evidence(
                f"人均餐盘剩余 {plate.text}，没有可比的上年同期或上季度数据，{NOT_ENOUGH}",
                (Figure("人均餐盘剩余", plate.text),),
                plate.coverage_text,
            )
        else:
            said[unit_id] = _trend(plate.value, base[1].value, base[0], _coverages(plate, base[1]))
    for unit_id, evidence in _reported_trend(subjects, from_on, until_on).items():
        said[unit_id] = evidence
    return said


def rectifications_in_time(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """What was put right in time of what fell due; a unit without any is not spoken of."""
    found = rectification_queries.timeliness([subject.unit_id for subject in subjects], from_on, until_on)
    return {
        unit_id: Evidence(
            f"到期整改事项 {of.due} 件，按期完成 {of.in_time} 件。",
            (Figure("到期", str(of.due)), Figure("按期完成", str(of.in_time))),
            f"{from_on}至{until_on}到期的全部整改事项",
            Decimal(of.in_time) / of.due,
        )
        for unit_id, of in found.items()
        if of.due
    }


def satisfaction(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Satisfied of all ratings: all points from 90 % on, none up to 60 %."""
    canteens = _canteens(subjects)
    figures = rating_queries.summary(
        MEAL.key, provider_kind=CANTEEN, provider_ids=canteens, from_on=from_on, until_on=until_on
    )
    said = {}
    for canteen_id, unit_id in canteens.items():
        of = figures[canteen_id]
        if of.satisfied_rate is None:
            said[unit_id] = Evidence(f"用餐评价 {of.count} 条，{NOT_ENOUGH}")
            continue
        said[unit_id] = Evidence(
            f"用餐评价 {of.count} 条，满意率 {percent(of.satisfied_rate)}。",
            (Figure("评价数", str(of.count)), Figure("满意率", percent(of.satisfied_rate))),
            f"{from_on}至{until_on}的 {of.count} 条评价",
            share_between(of.satisfied_rate, none_at=Decimal("0.60"), full_at=Decimal("0.90")),
        )
    return said


def suggestions_answered(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    """Answered of what staff wrote, which is of no single canteen; where nothing was written, all points."""
    canteens = _canteens(subjects)
    if not canteens:
        return {}
    sent, answered = suggestion_queries.count_answered(from_on, until_on)
    text = f"全院收到意见建议 {sent} 条，已答复 {answered} 条。" if sent else "本季度没有收到意见建议。"
    evidence = Evidence(
        text,
        (Figure("收到", str(sent)), Figure("已答复", str(answered))),
        f"{from_on}至{until_on}全院意见建议，不分食堂",
        Decimal(answered) / sent if sent else Decimal(1),
    )
    return dict.fromkeys(canteens.values(), evidence)


PROVIDERS: Final[Mapping[str, Provider]] = {
    "booking_attendance": booking_attendance,
    "portion_options": portion_options,
    "over_preparation": over_preparation,
    "ledger_completeness": ledger_completeness,
    "plate_trend": plate_trend,
    "clean_plate": clean_plate,
    "rectifications_in_time": rectifications_in_time,
    "satisfaction": satisfaction,
    "suggestions_answered": suggestions_answered,
}


# How figures are read and said

REPORTED: Final = "单位月报填报数据，未经系统称重核验"
_NOT_REPORTED: Final = Evidence(f"本季度月报不齐或未填所需数据，{NOT_ENOUGH}")
_OVER: Final = (Decimal("0.15"), Decimal("0.05"))
_TREND: Final = (Decimal("0.10"), Decimal("-0.10"))


def percent(rate: Decimal) -> str:
    """`95.0%`, half up."""
    return f"{(rate * _HUNDRED).quantize(Decimal('0.1'), 'ROUND_HALF_UP')}%"


def kilograms(grams: int) -> str:
    """Grams in kilograms, one decimal."""
    return str((Decimal(grams) / 1000).quantize(Decimal("0.1"), "ROUND_HALF_UP"))


def _canteens(subjects: Iterable[Subject]) -> dict[int, int]:
    """The units of our own canteens, by canteen."""
    return {each.canteen_id: each.unit_id for each in subjects if each.canteen_id is not None}


def _summaries(subjects: Sequence[Subject], span: Span) -> dict[int, Summary]:
    """The weighings of our own canteens by unit; those that served nothing are left out."""
    canteens = _canteens(subjects)
    if not canteens:
        return {}
    points = waste_queries.series_of(list(canteens), span, Bucket.CANTEEN)
    return {canteens[int(point.key)]: point.summary for point in points}


def _reported(subjects: Sequence[Subject], from_on: date, until_on: date) -> dict[int, Figures | None]:
    """What the other units reported of these months together; None unless every month is there."""
    units = [each.unit_id for each in subjects if each.canteen_id is None]
    months = _months(from_on, until_on)
    found: dict[int, list[Figures]] = {unit_id: [] for unit_id in units}
    if not units:
        return {}
    for report in unit_queries.reports_between(units, months[0], months[-1]):
        found[report.unit_id].append(unit_queries.figures_of(report))
    return {
        unit_id: unit_policies.add_up(figures) if len(figures) == len(months) else None
        for unit_id, figures in found.items()
    }


def _months(from_on: date, until_on: date) -> list[date]:
    months = [unit_policies.month_of(from_on)]
    while (after := months_before(months[-1], -1)) <= until_on:
        months.append(after)
    return months


def _quarter_before(from_on: date) -> Span:
    year, quarter = (from_on.year, from_on.month // 3) if from_on.month > 3 else (from_on.year - 1, 4)
    return Span(*policies.quarter_span(year, quarter))


def _left_over(meals: Sequence[MealFacts], canteen_id: int) -> Evidence:
    """Unserved of prepared food over the meals at which both were weighed; a ratio of sums."""
    weighed = [
        (unserved.food_g, prepared.food_g)
        for meal in meals
        if (unserved := meal.grams(Stage.UNSERVED)) is not None
        and (prepared := meal.grams(Stage.PREPARED)) is not None
    ]
    sample = Sample(len(weighed), len(meals), len(weighed))
    coverage = f"{len(weighed)}/{len(meals)} 餐称有出品和备餐剩余"
    unserved_g, prepared_g = sum(one for one, _ in weighed), sum(other for _, other in weighed)
    if not prepared_g or not sample.covers(waste_queries.thresholds_of([canteen_id])):
        return Evidence(f"备餐剩余占出品重量{NOT_ENOUGH}", coverage=coverage)
    rate = Decimal(unserved_g) / prepared_g
    return Evidence(
        f"出品 {kilograms(prepared_g)} 千克，备餐剩余 {kilograms(unserved_g)} 千克，占 {percent(rate)}。",
        (Figure("备餐剩余占比", percent(rate)),),
        coverage,
        share_between(rate, none_at=_OVER[0], full_at=_OVER[1]),
    )


def _completeness(measured: int, served: int, coverage: str) -> Evidence:
    if not served:
        return Evidence(f"本季度没有供餐，{NOT_ENOUGH}")
    rate = Decimal(measured) / served
    return Evidence(
        f"供餐 {served} 餐，称重 {measured} 餐，台账完整率 {percent(rate)}。",
        (Figure("供餐餐次", str(served)), Figure("称重餐次", str(measured))),
        coverage,
        share_between(rate, none_at=Decimal("0.50"), full_at=Decimal("0.95")),
    )


def _of_share(figure: WasteFigure, name: str, none_at: Decimal, full_at: Decimal) -> Evidence:
    if not figure.is_enough or figure.value is None:
        return Evidence(f"{name}{NOT_ENOUGH}", coverage=figure.coverage_text)
    return Evidence(
        f"{name} {figure.text}。",
        (Figure(name, figure.text),),
        figure.coverage_text,
        share_between(figure.value, none_at=none_at, full_at=full_at),
    )


def _trend(now: Decimal, base: Decimal, against: str, coverage: str) -> Evidence:
    change = (now - base) / base
    word = "下降" if change < 0 else "上升"
    changed = "持平" if not change else f"{word} {percent(abs(change))}"
    return Evidence(
        f"人均餐盘剩余 {grams(now)} 克/人·餐，{against} {grams(base)} 克/人·餐，{changed}。",
        (Figure("本季度", f"{grams(now)} 克/人·餐"), Figure(against, f"{grams(base)} 克/人·餐")),
        coverage,
        share_between(change, none_at=_TREND[0], full_at=_TREND[1]),
    )


def grams(value: Decimal) -> str:
    """Grams to one decimal, half up."""
    return str(value.quantize(Decimal("0.1"), "ROUND_HALF_UP"))


def _coverages(now: WasteFigure, base: WasteFigure) -> str:
    return f"本期 {now.coverage_text}；基期 {base.coverage_text}"


def _reported_trend(subjects: Sequence[Subject], from_on: date, until_on: date) -> Said:
    now = _reported(subjects, from_on, until_on)
    span = Span(from_on, until_on)
    last_year, before = span.last_year(), _quarter_before(from_on)
    bases = {
        "上年同期": _reported(subjects, last_year.from_on, last_year.until_on),
        "上季度": _reported(subjects, before.from_on, before.until_on),
    }
    said = {}
    for unit_id, figures in now.items():
        plate = _plate(figures)
        base = next(
            ((name, value) for name, found in bases.items() if (value := _plate(found[unit_id]))), None
        )
        if plate is None or figures is None or base is None:
            said[unit_id] = _NOT_REPORTED
        else:
            said[unit_id] = _trend(plate, base[1], base[0], _measured(figures))
    return said


def _plate(figures: Figures | None) -> Decimal | None:
    return unit_policies.plate_per_diner(figures) if figures is not None else None


def _measured(figures: Figures) -> str:
    return f"称重 {figures.meals_measured}/{figures.meals_served} 餐；{REPORTED}"

"""Figures: ratios of sums, their changes, what stands behind them. The published vectors are oracles."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.waste.statistics import baselines
from canteen.waste.statistics.baselines import BASELINES
from canteen.waste.statistics.errors import BasisMismatch, SpanTooLong
from canteen.waste.statistics.policies import (
    Basis,
    Change,
    Figure,
    Sample,
    Span,
    Thresholds,
    change,
    figure,
    span,
    to_tenth,
)

ALL = Sample(1, 1, 1)


def exact(numerator: int, denominator: int, basis: Basis = Basis.PLATE) -> Figure:
    """A figure that may be shown."""
    return Figure(basis, numerator, denominator, ALL, is_enough=denominator > 0)


@pytest.mark.parametrize(
    ("numerator", "denominator", "basis", "shown"),
    [
        (150_000, 3_000, Basis.PLATE, "50.0"),  # 温肯: 150 kg of 3,000
        (609_000_000, 7_683_650, Basis.PLATE, "79.3"),  # Sweden: 609 t, 79.26 g a portion
        (245, 251, Basis.LEDGER, "97.6"),  # 广州码上办
        (631, 1_052, Basis.WASTE_RATE, "60.0"),  # UNEP: households, services, retail
        (290, 1_052, Basis.WASTE_RATE, "27.6"),
        (131, 1_052, Basis.WASTE_RATE, "12.5"),
        (132, 503, Basis.PLATE_RATE, "26.2"),  # gross 612, tare 480, served 503: 26.24 %
        (27, 36, Basis.LEDGER, "75.0"),  # 济南: 27 of 36 优秀
        (5, 2, Basis.PLATE, "2.5"),
        (25, 1_000, Basis.CLEAN_PLATE, "2.5"),
        (9_005, 100, Basis.PLATE, "90.1"),  # half up, not to even
        (9_015, 100, Basis.PLATE, "90.2"),
    ],
)
def test_a_published_ratio_is_found_again(numerator, denominator, basis, shown):
    assert exact(numerator, denominator, basis).shown == Decimal(shown)


@pytest.mark.parametrize(
    ("before", "now", "percent", "text"),
    [
        (85, 63, "-25.9", "下降 25.9%"),  # 衢州, 万升
        (140, 50, "-64.3", "下降 64.3%"),  # a county: 50 g, down 90
        (55, 40, "-27.3", "下降 27.3%"),  # reported as "nearly 40 %": computed, never copied
        (40, 55, "37.5", "上升 37.5%"),
        (3_583, 2_686, "-25.0", "下降 25.0%"),  # Beijing 2024: 35.83 → 26.86 % of the diners
        (70, 70, "0.0", "持平"),
        (100_000, 99_999, "0.0", "持平"),
    ],
)
def test_a_published_change_is_found_again(before, now, percent, text):
    found = change(exact(now, 1), exact(before, 1))

    assert (found.shown, found.text) == (Decimal(percent), text)


def test_shares_differ_by_points_as_well():
    found = change(exact(2_686, 10_000, Basis.DISH_RATE), exact(3_583, 10_000, Basis.DISH_RATE))

    assert (found.points, found.shown) == (Decimal("-8.97"), Decimal("-25.0"))
    assert change(exact(1, 2), exact(1, 3)).points is None


@pytest.mark.parametrize(
    ("base", "rate", "text"),
    [
        (exact(0, 100), None, "无可比基数"),
        (Figure(Basis.PLATE, 0, 0, Sample(), False), None, "无可比基数"),
        (Figure(Basis.PLATE, 90, 1, Sample(1, 9, 1), False), Decimal(-50) / 90, "数据不足"),
    ],
)
def test_without_a_sufficient_base_there_is_no_change(base, rate, text):
    found = change(exact(40, 1), base)

    assert (found.rate, found.shown, found.text) == (rate, None, text)
    assert "0" not in found.text


def test_too_small_a_sample_has_no_change_either():
    now = Figure(Basis.PLATE, 40, 1, Sample(1, 9, 1), False)

    assert change(now, exact(90, 1)).text == "数据不足"


def test_a_change_prints_its_base_and_both_coverages():
    now = Figure(Basis.PLATE, 12_000, 220, Sample(2, 3, 220), True)
    base = Figure(Basis.PLATE, 20_000, 250, Sample(3, 3, 250), True)

    assert change(now, base).note == "基期 80.0 克/人·餐（3/3 餐，100.0%），本期覆盖 2/3 餐，66.7%"


def test_served_grams_follow_from_waste_and_its_share():
    """Rezekne: 178 g are 28.75 % of 619.1 g; the Beijing day follows from its lunch within 1 %."""
    assert to_tenth(Decimal(178) / Decimal("0.2875")) == Decimal("619.1")
    lunch = Decimal("78.8")
    day = lunch / Decimal("2.8") + lunch + lunch / Decimal("1.5")
    assert abs(day / Decimal("158.4") - 1) < Decimal("0.01")
    assert Decimal(26 * 60) / 53 > 29  # 26 h against 53 min: "29 times"


@pytest.mark.parametrize(
    ("measured", "opened", "people", "is_enough"),
    [
        (0, 0, 0, False),
        (0, 10, 0, False),
        (1, 1, 40, True),  # measured without a gap, however short
        (2, 2, 90, True),
        (2, 3, 90, False),  # too few meals
        (3, 5, 90, True),
        (3, 6, 90, False),  # half of them are not 60 %
        (6, 10, 90, True),
        (59, 100, 900, False),
    ],
)
def test_a_figure_is_shown_only_if_enough_meals_stand_behind_it(measured, opened, people, is_enough):
    found = figure(Basis.PLATE, 1_000, people, Sample(measured, opened, people), Thresholds())

    assert found.is_enough is is_enough
    assert (found.text == "数据不足") is not is_enough
    assert (found.shown is None) is not is_enough


@pytest.mark.parametrize(
    ("measured", "trays", "is_enough"),
    [(3, 30, True), (3, 29, False), (2, 60, False), (20, 1_200, True), (0, 0, False)],
)
def test_a_rate_of_trays_needs_trays_and_meals_but_no_share_of_the_meals(measured, trays, is_enough):
    """Lunches alone are a third of the meals: a sample, published as one."""
    found = figure(Basis.CLEAN_PLATE, 12, trays, Sample(measured, 60, trays), Thresholds(), floor=30)
    assert found.is_enough is is_enough
    of_diners = figure(Basis.PLATE, 12, trays, Sample(measured, 60, trays), Thresholds(), floor=30)
    assert not of_diners.is_enough


def test_of_several_canteens_the_strictest_rules_hold():
    loose, strict = Thresholds(1, 80, 10, 9), Thresholds(5, 40, 90, 2)

    assert Thresholds.strictest([loose, strict]) == Thresholds(5, 80, 90, 9)
    assert Thresholds.strictest([]) == Thresholds()


@pytest.mark.parametrize("one", list(Basis))
@pytest.mark.parametrize("other", [Basis.PLATE, Basis.WET_TOTAL])
def test_only_figures_of_one_thing_are_compared(one, other):
    if one is other:
        assert isinstance(change(exact(1, 2, one), exact(1, 2, other)), Change)
        return
    with pytest.raises(BasisMismatch):
        change(exact(1, 2, one), exact(1, 2, other))


def test_all_wet_waste_is_never_set_beside_what_was_left_on_plates():
    total = exact(420_000, 1_000, Basis.WET_TOTAL)

    assert baselines.comparable(total) == []
    for baseline in BASELINES:
        if baseline.basis is Basis.PLATE:
            with pytest.raises(BasisMismatch):
                baselines.against(total, baseline)
        assert baseline.basis is not Basis.WET_TOTAL


def test_plate_waste_is_set_beside_its_like_and_lunches_beside_lunches():
    plate = exact(63_040, 800)

    always = {one.baseline.key for one in baselines.comparable(plate)}
    at_lunch = baselines.comparable(plate, "lunch")

    assert always == {"beijing_universities", "universities", "restaurants_2015", "review_plate"}
    assert at_lunch[0].text == "与北京机关自助食堂午餐（2021）的 78.8 克持平"
    assert {one.baseline.basis for one in at_lunch} == {Basis.PLATE}
    rate = baselines.comparable(exact(1, 10, Basis.PLATE_RATE), "lunch")
    assert [one.text for one in rate] == ["比北京中小学午餐（2014）的 21%低 52.4%"]


def test_what_may_not_be_shown_is_not_compared_either():
    few = Figure(Basis.PLATE, 63_040, 800, Sample(1, 9, 800), False)

    assert {one.text for one in baselines.comparable(few)} == {"数据不足"}


def test_every_baseline_names_its_source_once():
    assert len({one.key for one in BASELINES}) == len(BASELINES)
    assert all(one.source.startswith("http") and one.value > 0 for one in BASELINES)
    assert {one.key for one in baselines.reference()} >= {"nordic_canteens", "world", "beijing_workplace_day"}


@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 900)), min_size=1, max_size=12))
def test_a_figure_is_the_ratio_of_the_sums_in_whatever_order(parts):
    sums = [sum(each) for each in zip(*parts, strict=True)]
    found = figure(Basis.PLATE, sums[0], sums[1], Sample(len(parts), len(parts), sums[1]), Thresholds())

    assert found.value == Decimal(sum(grams for grams, _ in reversed(parts))) / sums[1]
    assert min(Decimal(grams) / people for grams, people in parts) <= found.value + Decimal("1e-9")


@pytest.mark.parametrize(
    ("days", "previous", "last_year"),
    [
        (("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31"), ("2025-11-01", "2025-11-30")),
        (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31"), ("2025-01-01", "2025-03-31")),
        (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        (("2025-02-01", "2025-02-28"), ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        (("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15"), ("2025-11-16", "2025-11-22")),
        (("2026-11-22", "2026-11-22"), ("2026-11-21", "2026-11-21"), ("2025-11-22", "2025-11-22")),
    ],
)
def test_a_span_knows_the_one_before_and_the_same_a_year_ago(days, previous, last_year):
    asked = Span(*map(date.fromisoformat, days))

    assert asked.previous() == Span(*map(date.fromisoformat, previous))
    assert asked.last_year() == Span(*map(date.fromisoformat, last_year))


def test_a_span_is_neither_reversed_nor_endless():
    assert span(date(2026, 1, 1), date(2026, 12, 31)).days == 365
    for from_on in (date(2027, 1, 1), date(2020, 1, 1)):
        with pytest.raises(SpanTooLong):
            span(from_on, date(2026, 12, 31))

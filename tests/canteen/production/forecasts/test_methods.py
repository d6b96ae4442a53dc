"""The mathematics of forecasts, by numbers that a person can check."""

from datetime import date, timedelta

import pytest

from canteen.production.forecasts.methods import (
    POOL_DAYS,
    Beside,
    DayFacts,
    Kind,
    Observation,
    Pool,
    Series,
    Spread,
    figures,
    mean_of_last,
    median_of_last,
    spread_of,
    weighted_median,
)

MONDAY = date(2026, 9, 7)
# domain/canteen.md §6, case 29: site 634, its first ten Mondays.
ACTUAL = (102, 104, 105, 104, 105, 97, 95, 102, 107, 101)
PLAN = (103, 113, 113, 113, 110, 107, 106, 108, 105, 108)


def weeks(count, *, ratio=0.9, planned=100, walk_ins=0, first=MONDAY, **day):
    """Mondays on which `ratio` of those who had booked came, and some more."""
    return [
        Observation(
            DayFacts(first + timedelta(weeks=week), **day),
            round(planned * ratio) + walk_ins,
            planned,
            walk_ins,
        )
        for week in range(count)
    ]


def told(observations):
    series = Series()
    for one in observations:
        series.observe(one)
    return series


def test_case_29_gives_the_figures_of_the_plan_and_the_forecasts_of_the_ninth_monday():
    plan = figures(list(zip(PLAN, ACTUAL, strict=True)))
    assert (round(plan.wape, 2), plan.bias, plan.over, plan.short) == (6.65, 6.4, 66, 2)
    eight = ACTUAL[:8]
    assert mean_of_last(eight, 4) == 99.75
    assert median_of_last(eight, 8) == 103


def test_nobody_at_all_has_no_wape_and_no_pairs_no_figures():
    assert figures([(3, 0)]).wape is None
    assert figures([(3, 0)]).wape_hundredths is None
    assert figures([]) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([(5, 1)], 5),
        ([(1, 1), (2, 1), (9, 1)], 2),
        ([(1, 1), (3, 1)], 2),  # Half of the weight on either side: between both.
        ([(1, 5), (2, 1), (9, 1)], 1),
        ([(9, 1), (1, 0.5), (2, 0.4)], 9),
    ],
)
def test_a_weighted_median_has_half_of_the_weight_on_either_side(values, expected):
    assert weighted_median(values) == expected


def test_a_spread_says_what_is_enough_how_often_and_what_that_wastes():
    spread = Spread.of([(1.1, 1), (0.9, 1), (1.0, 1), (1.2, 1)])
    assert spread.quantile(0.5) == pytest.approx(1.05)
    assert (spread.quantile(0.01), spread.quantile(0.99)) == (0.9, 1.2)
    assert spread.surplus(1.1) == pytest.approx((0.2 + 0.1 + 0 + 0) / 4)
    assert spread.shortage(1.1) == pytest.approx(0.1 / 4)


def test_a_series_begins_with_nothing_then_with_the_weekday_and_the_ratio():
    series, next_monday = Series(), DayFacts(MONDAY + timedelta(weeks=3))
    assert series.estimate(next_monday, 100) is None
    for one in weeks(3):
        series.observe(one)
    with_plan, without = series.estimate(next_monday, 100), series.estimate(next_monday, None)
    assert without.value == 90
    assert (with_plan.ratio, with_plan.of_weekday) == (0.9, 90)
    # Both were right so far, so that each counts half.
    assert with_plan.mixing == 0.5
    assert with_plan.value == 90


def test_bookings_that_are_far_from_what_is_usual_speak_alone():
    series, on = told(weeks(12)), DayFacts(MONDAY + timedelta(weeks=12))
    assert series.estimate(on, 200).value == pytest.approx(180)
    assert series.estimate(on, 40).value == pytest.approx(36)
    # Between both, the weekday counts the less the further they lie apart.
    assert 0.5 < series.estimate(on, 110).mixing < series.estimate(on, 130).mixing < 1


def test_the_estimate_that_did_better_lately_counts_more():
    varied = [
        Observation(DayFacts(MONDAY + timedelta(weeks=week)), planned * 9 // 10, planned)
        for week, planned in enumerate((100, 300, 150, 250, 100, 280, 120, 300, 90, 260))
    ]
    said = told(varied).estimate(DayFacts(MONDAY + timedelta(weeks=10)), 200)
    assert said.mixing > 0.95
    assert said.value == pytest.approx(180, abs=3)


def test_those_who_come_without_a_booking_are_added_and_do_not_scale_with_the_bookings():
    said = told(weeks(12, walk_ins=20)).estimate(DayFacts(MONDAY + timedelta(weeks=12)), 200)
    assert (said.ratio, said.walk_ins) == (0.9, 20)
    assert said.value == pytest.approx(180 + 20, rel=0.05)


def test_a_day_beside_a_holiday_is_drawn_towards_what_such_days_came_to():
    usual = weeks(10)
    before = [
        Observation(DayFacts(MONDAY + timedelta(weeks=10 + week), beside=Beside.BEFORE), 60, 100)
        for week in range(3)
    ]
    series, on = told([*usual, *before]), MONDAY + timedelta(weeks=13)
    factor = series.estimate(DayFacts(on, beside=Beside.BEFORE), 100).factor
    assert 60 / 90 < factor < 0.85
    assert series.estimate(DayFacts(on), 100).factor == 1
    assert series.estimate(DayFacts(on, beside=Beside.AFTER), 100).factor == 1


def test_a_makeup_workday_borrows_from_workdays_until_there_are_enough_of_its_kind():
    saturday = MONDAY + timedelta(days=5, weeks=10)
    series = told(weeks(10))
    said = series.estimate(DayFacts(saturday, Kind.MAKEUP), None)
    assert (said.value, said.is_borrowed) == (90, True)
    assert series.estimate(DayFacts(saturday), None) is None  # No Saturday is known.
    for one in weeks(3, ratio=0.5, first=saturday, kind=Kind.MAKEUP):
        series.observe(one)
    said = series.estimate(DayFacts(saturday + timedelta(weeks=3), Kind.MAKEUP), None)
    assert (said.value, said.is_borrowed) == (50, False)


def test_days_come_in_their_order():
    series = told(weeks(2))
    with pytest.raises(ValueError, match="not after"):
        series.observe(weeks(1)[0])


def test_a_day_without_bookings_is_told_apart_from_one_on_which_nobody_had_booked():
    series = told(weeks(5))
    series.observe(Observation(DayFacts(MONDAY + timedelta(weeks=5)), 80, None))
    series.observe(Observation(DayFacts(MONDAY + timedelta(weeks=6)), 12, 0, 12))
    said = series.estimate(DayFacts(MONDAY + timedelta(weeks=7)), 100)
    assert said.ratio == 0.9
    assert said.alike == 7


def test_who_has_no_errors_yet_is_given_those_of_others_or_the_usual_ones():
    assert spread_of([]).quantile(0.8) > 1 > spread_of([]).quantile(0.2)
    others = spread_of([], [0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert others.quantile(0.99) == 1.0
    # A hundred of its own outweigh them.
    assert spread_of([1.0] * 100, [0.5] * 6).quantile(0.5) == 1.0


def test_a_pool_forgets_old_days_and_keeps_its_extremes_apart():
    pool = Pool()
    for day in range(POOL_DAYS + 5):
        pool.add([float(day)])
    assert pool.points() == [float(day) for day in range(5, POOL_DAYS + 5)]

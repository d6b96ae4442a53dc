"""Kinds of days, whole numbers, and the portions of a dish: tables without a database."""

from datetime import date, timedelta

import pytest

from backend.workdays.policies import Calendar
from canteen.production.forecasts import policies, servings
from canteen.production.forecasts.methods import Beside, Kind, Spread
from canteen.production.forecasts.servings import DishDay, MealOutlook

CALENDAR = Calendar()
EVEN = Spread.of([(0.9, 1), (1.0, 1), (1.1, 1)])


@pytest.mark.parametrize(
    ("on", "kind", "beside"),
    [
        (date(2026, 11, 23), Kind.ORDINARY, Beside.NEITHER),
        (date(2026, 11, 27), Kind.ORDINARY, Beside.NEITHER),  # A Friday: two days are no break.
        (date(2026, 11, 28), Kind.ORDINARY, Beside.NEITHER),  # A Saturday at rest.
        (date(2026, 10, 1), Kind.HOLIDAY, Beside.NEITHER),
        (date(2026, 10, 3), Kind.HOLIDAY, Beside.NEITHER),  # A Saturday of the holiday.
        (date(2026, 9, 30), Kind.ORDINARY, Beside.BEFORE),
        (date(2026, 10, 8), Kind.ORDINARY, Beside.AFTER),
        (date(2026, 10, 10), Kind.MAKEUP, Beside.NEITHER),
        (date(2026, 2, 14), Kind.MAKEUP, Beside.BEFORE),  # The Spring Festival begins the day after.
    ],
)
def test_the_calendar_says_which_days_are_alike(on, kind, beside):
    day = policies.day_facts(CALENDAR, on)
    assert (day.kind, day.beside) == (kind, beside)


def test_whole_numbers_are_rounded_so_that_nobody_goes_hungry_for_a_fraction():
    found = policies.in_whole(100.5, EVEN, 80)
    assert (found.expected, found.low, found.high) == (101, 90, 111)
    assert found.chosen == 110
    assert policies.in_whole(100, Spread.of([(1.0, 1)]), 95).chosen == 100


def test_every_level_says_what_it_wastes_and_lacks():
    levels = policies.levels_of(100, EVEN, 83)
    assert [one.percent for one in levels] == [50, 55, 60, 65, 70, 75, 80, 83, 85, 90, 95]
    assert (levels[0].diners, levels[0].surplus, levels[0].shortage) == (100, 3.3, 3.3)
    assert (levels[-1].diners, levels[-1].surplus, levels[-1].shortage) == (110, 10.0, 0.0)


# Dishes


def days(count, booked=5_000, eaten=4_500, diners=100):
    first = date(2026, 9, 7)
    return [DishDay(first + timedelta(weeks=week), booked, eaten, diners) for week in range(count)]


def test_a_dish_known_well_goes_by_its_own_ratio_and_a_new_one_by_that_of_the_meal():
    meal = MealOutlook(expected=120, spread=EVEN, bookings=100)
    known = servings.serve(4_000, days(20), meal, 0.4)
    assert known.is_by_ratio
    assert known.value == pytest.approx(40 * (20 * 0.9 + 5 * 1.2) / 25)
    new = servings.serve(4_000, [], meal, 0.4)
    assert (new.value, new.meals) == (pytest.approx(48), 0)


def test_before_ordering_closes_a_dish_goes_by_its_share_of_the_diners():
    meal = MealOutlook(expected=200, spread=EVEN, bookings=None)
    assert servings.serve(None, days(8), meal, 0.2).value == pytest.approx(200 * (8 * 0.45 + 3 * 0.2) / 11)
    assert servings.serve(None, [], meal, 0.2).value == pytest.approx(40)
    assert servings.serve(None, [], meal, None) is None


def test_a_dish_that_nobody_has_booked_is_for_those_who_come_without_a_booking():
    meal = MealOutlook(expected=110, spread=EVEN, bookings=100)
    found = servings.serve(0, days(8), meal, 0.45)
    assert (found.value, found.is_by_ratio) == (pytest.approx(4.5), False)


def test_shares_are_known_by_category_and_over_all():
    shares = servings.shares_by_category({"meat": days(3), "soup": days(2, eaten=9_000)})
    assert shares == {"meat": 0.45, "soup": 0.9, "": 0.45}

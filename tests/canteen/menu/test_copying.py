"""Copying a week of menus."""

from datetime import date, time, timedelta

import pytest

from backend import clock
from backend.workdays.models import CalendarOverride
from canteen.menu.copying import CopyPlan, PlannedMeal, Skipped, SkipReason, without_lost
from tests.canteen.menu.kitchen import Kitchen, audited
from tests.factories import MONDAY, NINE, _add
from tests.threads import at_once

FEBRUARY_2 = date(2026, 2, 2)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def copy(kitchen, from_on, to_on, by=None):
    return (by or kitchen.manager).post(
        "/canteen/admin/menus/copy-week",
        {"canteen_id": kitchen.canteen.id, "from_date": str(from_on), "to_date": str(to_on)},
    )


def skipped(answer):
    return [tuple(one[key] for key in ("date", "period", "reason", "name")) for one in answer.data["skipped"]]


def created(answer):
    return [(one["date"], one["period"]) for one in answer.data["created"]]


def fill_workdays(kitchen, monday):
    """A lunch of the same two dishes on each of the five days."""
    dishes = [kitchen.dish("红烧肉"), kitchen.dish("青菜")]
    for number in range(5):
        kitchen.compound.meal(
            kitchen.canteen, [(dishes[0], 20 + number), (dishes[1], None)], monday + timedelta(days=number)
        )
    return dishes


@pytest.fixture
def winter(compound):
    """A canteen in February 2026, whose week from the 2nd has lunches from Monday to Friday."""
    with clock.at(clock.at_local(FEBRUARY_2, time(9))):
        kitchen = Kitchen(compound)
        kitchen.dishes = fill_workdays(kitchen, FEBRUARY_2)
        yield kitchen


def test_a_week_copied_into_spring_festival_is_skipped_and_listed(winter):
    # Case 12.
    answer = copy(winter, FEBRUARY_2, date(2026, 2, 16))
    assert answer.status == 200
    assert answer.data["created"] == answer.data["left_out"] == []
    assert skipped(answer) == [(f"2026-02-{day}", None, "closed", "春节") for day in range(16, 23)]
    assert winter.meals(date(2026, 2, 16), date(2026, 2, 22)) == []
    assert audited("canteen.week_copied") == []


def test_a_makeup_workday_is_open_but_has_no_source(winter):
    # Case 12: Saturday the 14th is worked for Spring Festival, which begins on Sunday the 15th.
    answer = copy(winter, date(2026, 2, 8), date(2026, 2, 11))
    assert created(answer) == [(f"2026-02-{day:02}", "lunch") for day in range(9, 14)]
    assert skipped(answer) == [
        ("2026-02-14", None, "empty", "春节"),
        ("2026-02-15", None, "closed", "春节"),
    ]
    assert answer.data["is_provisional"] is False
    copies = winter.meals(date(2026, 2, 9), date(2026, 2, 15))
    assert [meal["state"] for meal in copies] == ["draft"] * 5
    pork, greens = (dish.id for dish in winter.dishes)
    assert [[(one["dish_id"], one["cap"], one["taken"]) for one in meal["dishes"]] for meal in copies] == [
        [(pork, 20 + number, 0), (greens, None, 0)] for number in range(5)
    ]
    (details,) = audited("canteen.week_copied")
    assert details["from_monday"] == "2026-02-02"
    assert len(details["created"]) == 5


def test_a_makeup_saturday_is_a_source_for_the_next_one(winter):
    winter.compound.meal(winter.canteen, {winter.dishes[0]: 9}, date(2026, 2, 14))
    assert created(copy(winter, date(2026, 2, 9), date(2026, 2, 28))) == [("2026-02-28", "lunch")]


def test_a_week_of_an_unpublished_year_is_copied_by_weekdays_and_flagged(kitchen):
    fill_workdays(kitchen, MONDAY)
    answer = copy(kitchen, MONDAY, date(2027, 3, 3))
    assert answer.data["is_provisional"] is True
    assert created(answer) == [(f"2027-03-0{day}", "lunch") for day in range(1, 6)]
    assert skipped(answer) == [(f"2027-03-0{day}", None, "closed", "休息日") for day in (6, 7)]


def test_meals_that_stand_in_the_target_are_kept_and_listed(kitchen):
    pork, greens = fill_workdays(kitchen, MONDAY)
    kitchen.compound.meal(kitchen.canteen, {greens: 3}, NEXT_MONDAY)
    kitchen.draft(greens, on=NEXT_MONDAY + timedelta(days=1), cap=4)
    standing = kitchen.meals(NEXT_MONDAY, NEXT_MONDAY + timedelta(days=1))
    answer = copy(kitchen, MONDAY, NEXT_MONDAY)
    assert created(answer) == [("2026-12-02", "lunch"), ("2026-12-03", "lunch"), ("2026-12-04", "lunch")]
    assert skipped(answer)[:2] == [
        ("2026-11-30", "lunch", "exists", ""),
        ("2026-12-01", "lunch", "exists", ""),
    ]
    assert kitchen.meals(NEXT_MONDAY, NEXT_MONDAY + timedelta(days=1)) == standing
    assert pork.id not in {dish["dish_id"] for meal in standing for dish in meal["dishes"]}


def test_copying_twice_makes_everything_once(kitchen):
    fill_workdays(kitchen, MONDAY)
    assert len(created(copy(kitchen, MONDAY, NEXT_MONDAY))) == 5
    again = copy(kitchen, MONDAY, NEXT_MONDAY)
    assert created(again) == []
    assert [one[2] for one in skipped(again)] == ["exists"] * 5 + ["closed"] * 2


def test_inactive_dishes_are_left_out_and_listed(kitchen):
    good, gone = kitchen.dish("好菜"), kitchen.dish("停了", is_active=False)
    kitchen.draft(gone, good, on=MONDAY)
    kitchen.draft(gone, on=MONDAY + timedelta(days=1))
    answer = copy(kitchen, MONDAY, NEXT_MONDAY)
    assert created(answer) == [("2026-11-30", "lunch")]
    assert answer.data["left_out"] == [
        {"date": f"2026-{day}", "period": "lunch", "dish_id": gone.id, "dish": "停了", "msg": msg}
        for day, msg in (
            ("11-30", "11月30日午餐「停了」已停用，未复制"),
            ("12-01", "12月1日午餐「停了」已停用，未复制"),
        )
    ]
    assert answer.data["created"][0]["msg"] == "11月30日午餐：1 道菜"
    assert "12月5日（休息日）：食堂不开放" in [one["msg"] for one in answer.data["skipped"]]
    assert ("2026-12-01", "lunch", "empty", "") in skipped(answer)
    (meal,) = kitchen.meals(NEXT_MONDAY)
    assert [one["dish_id"] for one in meal["dishes"]] == [good.id]


def test_periods_that_are_no_longer_served_are_skipped(kitchen):
    kitchen.compound.period(kitchen.canteen, "dinner", is_active=False)
    kitchen.draft(kitchen.dish(), on=MONDAY, period="dinner")
    kitchen.draft(kitchen.dish(), on=MONDAY)
    answer = copy(kitchen, MONDAY, NEXT_MONDAY)
    assert created(answer) == [("2026-11-30", "lunch")]
    assert ("2026-11-30", "dinner", "period_not_configured", "") in skipped(answer)


def test_days_gone_by_are_skipped_and_weeks_gone_by_refused(kitchen):
    fill_workdays(kitchen, MONDAY - timedelta(days=7))
    with clock.at(NINE + timedelta(days=2)):
        answer = copy(kitchen, MONDAY - timedelta(days=7), MONDAY)
        assert created(answer) == [(f"2026-11-{day}", "lunch") for day in (25, 26, 27)]
        assert [one[2] for one in skipped(answer)] == ["past"] * 2 + ["closed"] * 2
        past = copy(kitchen, MONDAY, MONDAY - timedelta(days=1))
    assert (past.status, past.error) == (422, "canteen.past_date")


def test_a_week_is_not_copied_onto_itself(kitchen):
    fill_workdays(kitchen, MONDAY)
    answer = copy(kitchen, MONDAY, MONDAY + timedelta(days=6))
    assert (answer.status, answer.error) == (422, "canteen.same_week")
    assert copy(kitchen, MONDAY + timedelta(days=6), NEXT_MONDAY).status == 200


def test_a_canteen_that_opens_on_rest_days_is_copied_into_a_holiday(compound):
    with clock.at(clock.at_local(FEBRUARY_2, time(9))):
        kitchen = Kitchen(compound, opens_on_rest_days=True)
        fill_workdays(kitchen, FEBRUARY_2)
        answer = copy(kitchen, FEBRUARY_2, date(2026, 2, 16))
    assert len(created(answer)) == 5
    assert skipped(answer) == [(f"2026-02-{day}", None, "empty", "春节") for day in (21, 22)]


def test_a_day_that_the_compound_has_closed_is_skipped(kitchen):
    fill_workdays(kitchen, MONDAY)
    _add(CalendarOverride(on_date=NEXT_MONDAY, segments=[], reason="停水", set_by=0, set_at=NINE))
    answer = copy(kitchen, MONDAY, NEXT_MONDAY)
    assert skipped(answer)[0] == ("2026-11-30", None, "closed", "休息日")
    assert len(created(answer)) == 4


def test_a_manager_copies_for_no_other_canteen(kitchen):
    other = Kitchen(kitchen.compound)
    fill_workdays(other, MONDAY)
    assert copy(other, MONDAY, NEXT_MONDAY, by=kitchen.manager).error == "canteen.canteen_not_found"
    assert copy(other, MONDAY, NEXT_MONDAY, by=kitchen.official).status == 403
    assert other.meals(NEXT_MONDAY, NEXT_MONDAY + timedelta(days=6)) == []
    assert copy(other, MONDAY, NEXT_MONDAY).status == 200


def test_copies_at_once_make_every_meal_once(kitchen):
    fill_workdays(kitchen, MONDAY)
    answers = at_once([lambda: copy(kitchen, MONDAY, NEXT_MONDAY)] * 6)
    assert [answer.status for answer in answers] == [200] * 6
    assert sum(len(created(answer)) for answer in answers) == 5
    copies = kitchen.meals(NEXT_MONDAY, NEXT_MONDAY + timedelta(days=6))
    assert [len(meal["dishes"]) for meal in copies] == [2] * 5


def test_a_meal_that_somebody_else_made_first_is_kept_and_listed():
    monday, tuesday = PlannedMeal(MONDAY, "lunch", []), PlannedMeal(MONDAY + timedelta(days=1), "lunch", [])
    plan = CopyPlan([monday, tuesday], [], [], is_provisional=False)
    assert without_lost(plan, {(MONDAY, "lunch")}) == CopyPlan(
        [monday], [Skipped(tuesday.served_on, "lunch", SkipReason.EXISTS, "")], [], is_provisional=False
    )

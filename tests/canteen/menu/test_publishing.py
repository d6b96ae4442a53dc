"""Publishing menus, and what stands against it."""

from datetime import date, time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from canteen.menu.rules import REPEAT_DAYS
from tests.canteen.menu.kitchen import TUESDAY, Kitchen, audited, problems, warnings
from tests.factories import MONDAY, NINE
from tests.threads import at_once

WEDNESDAY = date(2026, 11, 25)


def test_a_draft_is_published_with_the_instants_of_its_period(kitchen):
    dish = kitchen.dish()
    draft = kitchen.draft(dish)
    answer = kitchen.publish()
    assert answer.status == 200
    assert answer.data == {
        "published": [
            {
                "meal_id": draft.id,
                "date": "2026-11-24",
                "period": "lunch",
                "order_closes_at": "2026-11-24T10:00:00+08:00",
                "cancel_closes_at": "2026-11-24T10:00:00+08:00",
                "serves_from": "2026-11-24T11:30:00+08:00",
                "serves_until": "2026-11-24T12:30:00+08:00",
            }
        ],
        "warnings": [],
    }
    (meal,) = kitchen.meals()
    assert (meal["state"], meal["pickup_from"]) == ("published", "2026-11-24T11:00:00+08:00")
    assert meal["published_at"] == "2026-11-23T09:00:00+08:00"
    assert kitchen.menu(TUESDAY)["periods"][0]["state"] == "open"
    (details,) = audited("canteen.menu_published")
    assert (details["date"], details["order_closes_at"]) == ("2026-11-24", "2026-11-24T02:00:00+00:00")


def test_what_was_unseen_shows_as_soon_as_it_is_published(kitchen):
    kitchen.draft(kitchen.dish())
    assert kitchen.menu(TUESDAY)["periods"] == []
    kitchen.publish()
    assert len(kitchen.menu(TUESDAY)["periods"]) == 1


def test_publishing_again_changes_nothing(kitchen):
    kitchen.draft(kitchen.dish())
    kitchen.publish()
    before = kitchen.meals()
    with clock.at(NINE + timedelta(hours=1)):
        again = kitchen.publish()
    assert (again.status, again.data) == (200, {"published": [], "warnings": []})
    assert kitchen.meals() == before
    assert len(audited("canteen.menu_published")) == 1


def test_a_range_of_days_or_one_period_of_it_is_published(kitchen):
    kitchen.compound.period(kitchen.canteen, "dinner")
    dishes = [kitchen.dish() for _ in range(5)]
    for number, (on, period) in enumerate(
        [(TUESDAY, "lunch"), (TUESDAY, "dinner"), (WEDNESDAY, "lunch"), (date(2026, 11, 26), "lunch")]
    ):
        kitchen.draft(dishes[number], on=on, period=period)

    def published(answer):
        return [(one["date"], one["period"]) for one in answer.data["published"]]

    only_lunch = kitchen.publish(TUESDAY, end_date="2026-11-25", period="lunch")
    assert published(only_lunch) == [("2026-11-24", "lunch"), ("2026-11-25", "lunch")]
    rest = kitchen.publish(TUESDAY, end_date="2026-11-26")
    assert published(rest) == [("2026-11-24", "dinner"), ("2026-11-26", "lunch")]


def test_one_problem_holds_back_the_whole_request(kitchen):
    kitchen.draft(kitchen.dish("好菜"))
    kitchen.draft(on=WEDNESDAY)
    unpriced = kitchen.dish("没价", price_fen=None)
    unknown = kitchen.dish("没申报", allergens=None)
    gone = kitchen.dish("停了", is_active=False)
    kitchen.draft(unpriced, unknown, gone, kitchen.dish("也好"), on=date(2026, 11, 26))
    answer = kitchen.publish(TUESDAY, end_date="2026-11-26")
    assert answer.status == 409
    assert problems(answer) == [
        ("2026-11-25", "lunch", None, "no_dish"),
        ("2026-11-26", "lunch", "没价", "price_missing"),
        ("2026-11-26", "lunch", "没申报", "allergens_undeclared"),
        ("2026-11-26", "lunch", "停了", "dish_inactive"),
    ]
    first, second, *_ = answer.envelope["data"]["problems"]
    assert (first["dish_id"], first["msg"]) == (None, "11月25日午餐没有菜品")
    assert (second["dish_id"], second["msg"]) == (unpriced.id, "11月26日午餐「没价」尚未定价")
    assert "4 处" in answer.envelope["msg"]
    assert {meal["state"] for meal in kitchen.meals(TUESDAY, date(2026, 11, 26))} == {"draft"}
    assert audited("canteen.menu_published") == []
    assert kitchen.publish().status == 200


@pytest.mark.parametrize(("seconds", "is_refused"), [(-1, False), (0, True), (1, True)])
def test_a_meal_whose_cutoff_has_passed_is_not_published(kitchen, seconds, is_refused):
    kitchen.draft(kitchen.dish(), on=MONDAY)
    with clock.at(clock.at_local(MONDAY, time(10)) + timedelta(seconds=seconds)):
        answer = kitchen.publish(MONDAY)
    if is_refused:
        assert problems(answer) == [("2026-11-23", "lunch", None, "cutoff_passed")]
    else:
        assert answer.status == 200


def test_a_closed_day_is_not_published_but_a_makeup_workday_is(compound):
    with clock.at(clock.at_local(date(2026, 9, 1), time(9))):
        kitchen = Kitchen(compound)
        for on in (date(2026, 10, 1), date(2026, 10, 10), date(2026, 10, 11)):
            kitchen.draft(kitchen.dish(), on=on)
        holiday = kitchen.publish(date(2026, 10, 1))
        assert problems(holiday) == [("2026-10-01", "lunch", None, "closed_day")]
        assert "国庆节" in holiday.envelope["data"]["problems"][0]["msg"]
        assert kitchen.publish(date(2026, 10, 11)).error == "canteen.menu_not_publishable"
        assert kitchen.publish(date(2026, 10, 10)).status == 200


def test_a_canteen_that_opens_on_rest_days_publishes_for_them(compound):
    with clock.at(NINE):
        kitchen = Kitchen(compound, opens_on_rest_days=True)
        kitchen.draft(kitchen.dish(), on=date(2026, 11, 28))
        assert kitchen.publish(date(2026, 11, 28)).status == 200


def test_a_period_that_is_not_served_is_not_published(kitchen):
    kitchen.draft(kitchen.dish(), period="dinner")
    assert problems(kitchen.publish()) == [("2026-11-24", "dinner", None, "period_not_configured")]
    kitchen.compound.period(kitchen.canteen, "dinner")
    assert kitchen.publish().status == 200


def test_repeated_dishes_only_warn(kitchen):
    kitchen.compound.period(kitchen.canteen, "dinner")
    pork, greens, soup, rice = (kitchen.dish(name) for name in ("红烧肉", "青菜", "汤", "米饭"))
    kitchen.compound.meal(kitchen.canteen, {rice: 5}, date(2026, 11, 21))
    kitchen.compound.meal(kitchen.canteen, {greens: 5}, date(2026, 11, 22))
    kitchen.compound.meal(kitchen.canteen, {greens: 5}, MONDAY)
    kitchen.draft(pork, soup, rice)
    kitchen.draft(pork, greens, period="dinner")
    kitchen.draft(soup, on=WEDNESDAY)
    answer = kitchen.publish(TUESDAY, end_date="2026-11-25")
    assert answer.status == 200
    assert len(answer.data["published"]) == 3
    assert warnings(answer) == [
        ("2026-11-24", "lunch", "红烧肉", "repeated_same_day"),
        ("2026-11-24", "dinner", "红烧肉", "repeated_same_day"),
        ("2026-11-24", "dinner", "青菜", "repeated_recently"),
        ("2026-11-25", "lunch", "汤", "repeated_recently"),
    ]
    first, _, third, _ = answer.data["warnings"]
    assert (first["dish_id"], first["msg"]) == (pork.id, "11月24日午餐「红烧肉」当日晚餐也有")
    assert third["msg"] == "11月24日晚餐「青菜」11月23日刚供应过"


def test_another_canteens_dishes_are_no_repetition(kitchen):
    other = Kitchen(kitchen.compound)
    dish = kitchen.dish()
    kitchen.compound.meal(other.canteen, {dish: 5}, MONDAY)
    kitchen.draft(dish)
    assert warnings(kitchen.publish()) == []


def test_a_day_that_may_yet_become_a_holiday_warns(kitchen):
    new_year = date(2031, 1, 1)
    kitchen.draft(kitchen.dish(), on=new_year)
    answer = kitchen.publish(new_year)
    assert warnings(answer) == [("2031-01-01", "lunch", None, "calendar_provisional")]


def test_nothing_to_publish_is_told(kitchen):
    answer = kitchen.publish()
    assert (answer.status, answer.error) == (404, "canteen.meal_not_found")
    kitchen.draft(kitchen.dish())
    assert kitchen.publish(period="dinner").error == "canteen.meal_not_found"
    assert kitchen.publish(period="lunch").status == 200


def test_a_request_that_makes_no_sense_is_refused(kitchen):
    kitchen.draft(kitchen.dish())
    for fields in ({"end_date": "2026-11-23"}, {"end_date": "2027-11-24"}):
        assert kitchen.publish(**fields).error == "canteen.invalid_date_range"
    for fields in ({"date": None}, {"canteen_id": "1"}, {"period": "brunch"}, {"surprise": 1}):
        assert kitchen.publish(**fields).error == "app.invalid"
    assert kitchen.meals()[0]["state"] == "draft"


def test_nothing_is_published_for_a_canteen_that_is_closed_down(compound):
    with clock.at(NINE):
        kitchen = Kitchen(compound, is_active=False)
        kitchen.draft(kitchen.dish())
        answer = kitchen.publish()
    assert (answer.status, answer.error) == (409, "canteen.canteen_inactive")


def test_a_manager_publishes_for_no_other_canteen(kitchen):
    other = Kitchen(kitchen.compound)
    other.draft(other.dish())
    reviewer = kitchen.client("logistics_reviewer", ScopeKind.COMPOUND)
    assert other.publish(by=kitchen.manager).error == "canteen.canteen_not_found"
    assert other.publish(by=kitchen.official).status == 403
    assert other.publish(by=reviewer).error == "app.forbidden"
    assert other.meals()[0]["state"] == "draft"
    assert other.publish().status == 200


def test_ten_publications_at_once_publish_once(kitchen):
    for on in (TUESDAY, WEDNESDAY):
        kitchen.draft(kitchen.dish(), on=on)
    answers = at_once([lambda: kitchen.publish(end_date="2026-11-25")] * 10)
    assert [answer.status for answer in answers] == [200] * 10
    assert sorted(len(answer.data["published"]) for answer in answers) == [0] * 9 + [2]
    assert len(audited("canteen.menu_published")) == 2


def test_cutoffs_days_before_are_kept_with_the_meal(kitchen):
    dinner = {
        "period": "dinner",
        "name": "晚餐",
        "window_from": "17:30",
        "window_until": "18:30",
        "order_cutoff": {"days": 1, "time": "16:00"},
        "cancel_cutoff": {"minutes": 30},
        "pickup_lead_minutes": None,
    }
    set_rules = kitchen.manager.put(
        "/canteen/admin/periods", {"canteen_id": kitchen.canteen.id, "periods": [dinner]}
    )
    assert set_rules.data["periods"][1]["pickup_lead_minutes"] is None
    kitchen.draft(kitchen.dish(), period="dinner")
    (published,) = kitchen.publish().data["published"]
    assert published["order_closes_at"] == "2026-11-23T16:00:00+08:00"
    assert published["cancel_closes_at"] == "2026-11-24T17:00:00+08:00"
    assert kitchen.meals()[0]["pickup_from"] is None


def test_how_long_a_dish_counts_as_repeated_is_the_canteens_rule(kitchen):
    dish = kitchen.dish("红烧肉")
    for day in (TUESDAY, TUESDAY + timedelta(days=2), TUESDAY + timedelta(days=4)):
        kitchen.draft(dish, on=day)
    assert [one[3] for one in warnings(kitchen.publish(TUESDAY + timedelta(days=2)))] == ["repeated_recently"]
    kitchen.compound.rule(REPEAT_DAYS, 1, kitchen.canteen.id)
    kitchen.draft(dish, on=TUESDAY + timedelta(days=6))
    assert warnings(kitchen.publish(TUESDAY + timedelta(days=6))) == []

"""Forecasts of a canteen's meals: counted, made, read, and held against what came."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import ScopeKind
from backend.db import db
from canteen.production.forecasts import queries, services
from canteen.production.forecasts.models import DishAttendance, Horizon, Method
from canteen.production.forecasts.rules import SERVICE_LEVEL
from tests.canteen.production.forecasts.diary import at_ten
from tests.factories import MONDAY

TUESDAY = MONDAY + timedelta(days=1)
NEXT_MONDAY = MONDAY + timedelta(weeks=1)


def wanted(diary, on=MONDAY, **fields):
    return {"canteen_id": diary.canteen.id, "date": on.isoformat(), "period": "lunch", **fields}


def refusal(answer):
    return answer.status, answer.error


# History


def test_a_meal_that_is_over_is_counted_by_bookings_pick_ups_and_walk_ins(diary):
    meal = diary.lunch()
    diary.orders(meal, 2, state="picked_up")
    diary.orders(meal, 1, state="no_show", portion="half")
    diary.orders(meal, 1, state="cancelled")  # In time: it was no booking any more when ordering closed.
    late = diary.compound.staff()
    diary.order(meal, diary.greens, state="cancelled", cancelled_at=meal.freezes_at + timedelta(minutes=5))
    diary.order(meal, diary.greens, state="picked_up", origin="walk_in", placed_at=meal.serves_from)
    diary.order(meal, diary.pork, state="picked_up", origin="by_weight", portion="weight", weight_g=300)
    diary.order(meal, diary.pork, state="picked_up", staff=late)
    diary.order(meal, diary.pork, state="picked_up", staff=late, origin="by_weight", portion="weight")
    assert services.count_attendance() == 0  # It is still nine o'clock.

    with clock.at(meal.serves_until):
        assert services.count_attendance() == 1
        assert services.count_attendance() == 0
        (row,) = diary.manager.get("/canteen/forecasts/attendance", canteen_id=diary.canteen.id).data["list"]
    # Who had an order and took something by weight besides is one diner.
    assert (row["booked"], row["attended"], row["walk_ins"], row["diners"]) == (5, 3, 2, 5)
    assert row["attended_percent"] == 60.0
    taken = db.session.execute(select(DishAttendance).order_by(DishAttendance.dish_id)).scalars()
    # In hundredths of a standard portion; what was taken by weight, by what the portion weighs.
    assert [(dish.dish_id, dish.booked, dish.eaten) for dish in taken] == [
        (diary.pork.id, 200 + 50 + 100, 200 + 150 + 100 + 100),
        (diary.greens.id, 100, 100),
    ]


def test_what_becomes_known_late_is_counted_again(diary):
    meal = diary.lunch()
    diary.orders(meal, 3, state="picked_up")
    with clock.at(meal.serves_until):
        services.count_attendance()
        diary.orders(meal, 1, state="picked_up")
        assert services.count_again() == 1
        (row,) = diary.manager.get("/canteen/forecasts/attendance", canteen_id=diary.canteen.id).data["list"]
    assert row["diners"] == 4


# Making


def test_after_the_cutoff_the_bookings_are_weighed_with_the_history_and_the_reason_names_them(diary):
    diary.past(booked=10, attended=9, walk_ins=1)
    meal = diary.lunch()
    diary.orders(meal, 6)
    diary.orders(meal, 1, state="cancelled")
    with at_ten():
        assert services.forecast_closed() == 1
        assert services.forecast_closed() == 0  # Once for each cutoff.
    found = queries.latest(diary.canteen.id, MONDAY, "lunch")
    assert (found.horizon, found.method, found.bookings) == (Horizon.NEXT_DAY, Method.RATIO, 6)
    # Both estimates have been right, and lie 6.4 and 10 apart: 6 × 0.9 + 1 and the Mondays' 10.
    assert found.expected == 7
    assert found.low <= found.expected <= found.high
    assert found.level_percent == 80
    assert found.naive == 10
    assert found.reason == (
        "已订 6 份，近 30 次实到约为预订的 90%，另有未订就餐约 1 人，近 8 个周一中位 10 人（占 14%），"
        "预计 7 人，按 80% 保障率备 7 份"
    )
    dishes = {dish.name: dish for dish in found.dishes}
    assert dishes["红烧肉"].bookings == 6
    assert dishes["红烧肉"].reason.startswith("已订 6 份，近 30 次供应实取约为预订的 ")
    # Nobody has ordered greens: they are for those who come without a booking.
    assert dishes["青菜"].bookings == 0
    assert dishes["青菜"].reason.startswith("同类菜品每百人约取 50 份")


def test_before_the_cutoff_the_weekday_speaks_and_the_bookings_are_its_floor(diary):
    diary.past(attended=2, walk_ins=0, booked=2)
    diary.orders(diary.lunch(), 1)
    made = diary.manager.post("/canteen/forecasts", wanted(diary)).data
    assert (made["method"], made["bookings"], made["expected"]) == ("weekday", None, 2)
    assert made["reason"].startswith("订餐尚未截止，已订 1 份，近 8 个周一中位 2 人，预计 2 人")
    diary.orders(diary.lunch(TUESDAY), 5)
    made = diary.manager.post("/canteen/forecasts", wanted(diary, TUESDAY)).data
    assert (made["method"], made["expected"]) == ("weekday", 5)


def test_without_a_history_the_bookings_are_taken_and_without_bookings_nothing_is_said(diary):
    meal = diary.lunch()
    assert refusal(diary.manager.post("/canteen/forecasts", wanted(diary))) == (409, "canteen.no_history")
    diary.orders(meal, 3)
    with at_ten():
        made = diary.manager.post("/canteen/forecasts", wanted(diary)).data
    assert (made["method"], made["expected"]) == ("bookings", 3)
    assert made["low"] <= 3 <= made["chosen"]
    assert "尚无以往用餐记录" in made["reason"]


def test_next_week_is_forecast_from_its_weekdays_and_only_on_open_days(diary):
    diary.past()
    assert services.forecast_week() == 5
    listed = diary.manager.get("/canteen/forecasts", horizon="week", page_size=10).data
    assert listed["total"] == 5
    assert [one["date"] for one in listed["list"]] == [
        (NEXT_MONDAY + timedelta(days=day)).isoformat() for day in range(5)
    ]
    assert {one["expected"] for one in listed["list"]} == {100}
    assert {one["method_name"] for one in listed["list"]} == {"按往日同期"}
    closed_on = NEXT_MONDAY + timedelta(days=5)
    assert refusal(diary.manager.post("/canteen/forecasts", wanted(diary, closed_on))) == (
        404,
        "canteen.meal_not_found",
    )


def test_tomorrow_is_forecast_with_the_dishes_of_its_menu(diary):
    diary.past()
    diary.lunch(TUESDAY)
    assert services.forecast_tomorrow() == 1
    found = queries.latest(diary.canteen.id, TUESDAY, "lunch")
    assert (found.horizon, found.expected) == (Horizon.NEXT_DAY, 100)
    pork = next(dish for dish in found.dishes if dish.dish_id == diary.pork.id)
    assert (pork.bookings, pork.expected) == (None, 50)
    assert "每百人约取 50 份" in pork.reason


def test_another_service_level_can_be_asked_for_and_is_set_beside_the_usual_ones(diary):
    diary.past()
    diary.lunch()
    diary.compound.rule(SERVICE_LEVEL, 90, diary.canteen.id)
    assert diary.manager.post("/canteen/forecasts", wanted(diary)).data["level_percent"] == 90
    made = diary.manager.post("/canteen/forecasts", wanted(diary, level_percent=83)).data
    assert made["level_percent"] == 83
    assert [one["percent"] for one in made["levels"]] == [50, 55, 60, 65, 70, 75, 80, 83, 85, 90, 95]
    assert refusal(diary.manager.post("/canteen/forecasts", wanted(diary, level_percent=49))) == (
        422,
        "app.invalid",
    )


def test_a_meal_that_has_begun_is_not_forecast_any_more(diary):
    diary.past()
    meal = diary.lunch()
    with clock.at(meal.serves_from):
        begun = diary.manager.post("/canteen/forecasts", wanted(diary))
        assert refusal(begun) == (409, "canteen.meal_has_begun")
        assert services.forecast_closed() == 0
    yesterday = MONDAY - timedelta(days=3)
    diary.lunch(yesterday)
    assert refusal(diary.manager.post("/canteen/forecasts", wanted(diary, yesterday))) == (
        409,
        "canteen.meal_has_begun",
    )


# Whose


def test_a_forecast_is_seen_by_who_reads_the_canteen_and_made_by_who_runs_its_production(diary, kitchen):
    diary.past()
    diary.lunch()
    made = diary.manager.post("/canteen/forecasts", wanted(diary)).data
    reader = kitchen.person("food_safety_officer")[1]
    assert reader.get(f"/canteen/forecasts/{made['id']}").data == made
    assert refusal(reader.post("/canteen/forecasts", wanted(diary))) == (403, "app.forbidden")
    elsewhere = diary.compound.client(
        diary.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, diary.compound.canteen().id)})
    )
    assert refusal(elsewhere.get(f"/canteen/forecasts/{made['id']}")) == (404, "canteen.forecast_not_found")
    assert refusal(elsewhere.post("/canteen/forecasts", wanted(diary))) == (404, "canteen.canteen_not_found")
    assert elsewhere.get("/canteen/forecasts").data["total"] == 0


# Afterwards


def test_what_came_is_filled_in_and_the_forecasts_are_held_against_it_and_the_naive_ones(diary):
    diary.past(booked=8, attended=4, walk_ins=0)
    meal = diary.lunch()
    diary.orders(meal, 4, state="picked_up")
    diary.orders(meal, 2, diary.greens, state="picked_up")
    diary.orders(meal, 2, state="no_show")
    services_before = diary.manager.post("/canteen/forecasts", wanted(diary)).data
    with at_ten():
        services.forecast_closed()
    with clock.at(meal.serves_until):
        services.count_attendance()
        listed = diary.manager.get("/canteen/forecasts").data["list"]
        accuracy = diary.manager.get("/canteen/forecasts/accuracy", canteen_id=diary.canteen.id).data
        found = queries.latest(diary.canteen.id, MONDAY, "lunch")
    # The later forecast of the meal stands for it; the earlier one is kept.
    (one,) = listed
    assert one["id"] == found.id != services_before["id"]
    assert (one["bookings"], one["expected"], one["naive"], one["actual"]) == (8, 4, 4, 6)
    assert [(dish.name, dish.actual) for dish in sorted(found.dishes, key=lambda dish: dish.dish_id)] == [
        ("红烧肉", 4),
        ("青菜", 2),
    ]
    assert accuracy["ours"] == {"count": 1, "wape_percent": 33.33, "bias": -2.0, "over": 0, "short": 2}
    assert accuracy["bookings"] == {"count": 1, "wape_percent": 33.33, "bias": 2.0, "over": 2, "short": 0}
    assert accuracy["naive"]["count"] == 1
    assert (accuracy["meals"], accuracy["covered_percent"], accuracy["level_percents"]) == (1, 0.0, [80])


def test_without_any_meal_over_there_is_nothing_to_hold_against(diary):
    accuracy = diary.manager.get("/canteen/forecasts/accuracy", canteen_id=diary.canteen.id).data
    assert (accuracy["meals"], accuracy["ours"], accuracy["covered_percent"]) == (0, None, None)


@pytest.mark.parametrize("path", ["accuracy", "attendance"])
def test_figures_of_another_canteen_are_unknown(diary, path):
    other = diary.compound.canteen()
    assert refusal(diary.manager.get(f"/canteen/forecasts/{path}", canteen_id=other.id)) == (
        404,
        "canteen.canteen_not_found",
    )

"""What diners read: canteens, menus, and what is left."""

from datetime import date, time, timedelta

import pytest

from backend import clock, revisions
from backend.rules import queries as rule_queries
from backend.workdays.models import CalendarOverride
from tests.canteen.menu.kitchen import TUESDAY, Kitchen, take
from tests.factories import MONDAY, NINE, _add
from tests.statements import counted_statements


def test_canteens_are_listed_with_their_campus_and_periods(kitchen):
    compound, first = kitchen.compound, kitchen.canteen
    campus = compound.campus("北院")
    second = compound.canteen(campus, name="北院食堂", opens_on_rest_days=True)
    compound.period(second, "dinner")
    compound.period(second, "breakfast", window_from=time(7), window_until=time(8, 15))
    compound.period(second, "overtime", is_active=False)
    closed = compound.canteen(name="旧食堂", is_active=False)
    listed = kitchen.official.get("/canteens").data["list"]
    assert [canteen["id"] for canteen in listed] == [first.id, second.id]
    assert closed.id not in [canteen["id"] for canteen in listed]
    assert listed[1] == {
        "id": second.id,
        "name": "北院食堂",
        "campus": "北院",
        "campus_id": campus.id,
        "opens_on_rest_days": True,
        "periods": [
            {"period": "breakfast", "name": "早餐", "window_from": "07:00", "window_until": "08:15"},
            {"period": "dinner", "name": "晚餐", "window_from": "17:30", "window_until": "18:30"},
        ],
    }


def test_nobody_reads_menus_without_logging_in(kitchen, anonymous):
    assert anonymous.get("/canteens").status == 401
    assert anonymous.get("/canteen/menus", canteen_id=kitchen.canteen.id, date=MONDAY).status == 401


def test_a_menu_shows_its_dishes_in_order_with_portions_allergens_and_nutrition(kitchen):
    soup = kitchen.dish("番茄蛋汤", category="soup", allergens=["egg"], tags=["vegetarian"], energy_kcal=32)
    pork = kitchen.dish(
        "红烧肉",
        price_fen=800,
        portions=[("small", 450, 110, 55), ("half", 420, 100, 50), ("standard", 800, 200, 100)],
    )
    meal = kitchen.compound.meal(kitchen.canteen, [(soup, None), (pork, 10)])
    menu = kitchen.menu()
    assert {key: menu[key] for key in menu if key != "periods"} == {
        "date": "2026-11-23",
        "canteen_id": kitchen.canteen.id,
        "is_open": True,
        "is_provisional": False,
        "day_name": "",
    }
    (lunch,) = menu["periods"]
    dishes = lunch.pop("dishes")
    assert lunch == {
        "period": "lunch",
        "name": "午餐",
        "meal_id": meal.id,
        "order_closes_at": "2026-11-23T10:00:00+08:00",
        "cancel_closes_at": "2026-11-23T10:00:00+08:00",
        "serves_from": "2026-11-23T11:30:00+08:00",
        "serves_until": "2026-11-23T12:30:00+08:00",
        "state": "open",
    }
    assert [dish["dish_id"] for dish in dishes] == [soup.id, pork.id]
    assert dishes[0] == {
        "dish_id": soup.id,
        "name": "番茄蛋汤",
        "category": "soup",
        "description": "",
        "price_fen": 600,
        "price_fen_per_kg": None,
        "weight_g": 200,
        "portions": [
            {"portion": "standard", "price_fen": 600, "weight_g": 200},
            {"portion": "half", "price_fen": 300, "weight_g": 100},
        ],
        "allergens": ["egg"],
        "tags": ["vegetarian"],
        "nutrition": {
            "energy_kcal": 32.0,
            "protein_g": None,
            "fat_g": None,
            "carbohydrate_g": None,
            "sodium_mg": None,
        },
        "photo": None,
    }
    assert [one["portion"] for one in dishes[1]["portions"]] == ["standard", "half", "small"]


def test_only_published_and_frozen_meals_are_shown_in_the_order_of_the_day(kitchen):
    dish = kitchen.dish()
    for period in ("dinner", "breakfast"):
        kitchen.compound.period(kitchen.canteen, period)
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, period="dinner")
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, period="breakfast", state="frozen", frozen_at=NINE)
    kitchen.draft(dish, on=MONDAY)
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, TUESDAY)
    shown = kitchen.menu()["periods"]
    assert [(one["period"], one["state"]) for one in shown] == [("breakfast", "closed"), ("dinner", "open")]


def test_a_menu_closes_at_the_cutoff_itself(kitchen):
    kitchen.compound.meal(kitchen.canteen, {kitchen.dish(): 5})
    cutoff = clock.at_local(MONDAY, time(10))
    for instant, state in ((cutoff - timedelta(milliseconds=1), "open"), (cutoff, "closed")):
        revisions.bump("canteen.menu")  # The clock of a cache cannot be held.
        with clock.at(instant):
            assert kitchen.menu()["periods"][0]["state"] == state
            assert kitchen.remaining()["periods"][0]["state"] == state


@pytest.mark.parametrize(
    ("on", "is_open", "is_provisional", "name"),
    [
        (date(2026, 11, 23), True, False, ""),
        (date(2026, 11, 22), False, False, ""),
        # Case 11: makeup workdays are open, holidays closed, an unpublished year falls back on weekdays.
        (date(2026, 2, 14), True, False, "春节"),
        (date(2026, 10, 10), True, False, "国庆节"),
        (date(2025, 10, 1), False, False, "国庆节"),
        (date(2031, 1, 1), True, True, ""),
        (date(2031, 1, 4), False, True, ""),
    ],
)
def test_the_calendar_says_whether_the_canteen_is_open(kitchen, on, is_open, is_provisional, name):
    menu = kitchen.menu(on)
    assert (menu["is_open"], menu["is_provisional"], menu["day_name"]) == (is_open, is_provisional, name)
    assert menu["periods"] == []


def test_a_date_of_2027_works_and_is_flagged(kitchen):
    menu = kitchen.menu(date(2027, 3, 1))
    assert (menu["is_open"], menu["is_provisional"]) == (True, True)


def test_a_canteen_that_opens_on_rest_days_is_open_on_a_holiday(compound):
    with clock.at(NINE):
        menu = Kitchen(compound, opens_on_rest_days=True).menu(date(2025, 10, 1))
    assert (menu["is_open"], menu["day_name"]) == (True, "国庆节")


def test_an_override_of_the_calendar_closes_the_canteen(kitchen):
    _add(CalendarOverride(on_date=MONDAY, segments=[], reason="停水", set_by=0, set_at=NINE))
    assert kitchen.menu()["is_open"] is False


def test_unknown_and_inactive_canteens_are_not_found(kitchen):
    closed = kitchen.compound.canteen(is_active=False)
    for path in ("/canteen/menus", "/canteen/menus/remaining"):
        for canteen_id in (closed.id, 999_999, 2**53 - 1):
            answer = kitchen.official.get(path, canteen_id=canteen_id, date=MONDAY)
            assert (answer.status, answer.error) == (404, "canteen.canteen_not_found")


def test_a_query_that_makes_no_sense_is_refused(kitchen):
    for query in (
        {"date": "2026-11-23"},
        {"canteen_id": 1},
        {"canteen_id": 0, "date": "2026-11-23"},
        {"canteen_id": "one", "date": "2026-11-23"},
        {"canteen_id": 1, "date": "2026-13-23"},
        {"canteen_id": 1, "date": "23.11.2026"},
        {"canteen_id": 1, "date": "2026-11-23", "surprise": 1},
    ):
        for path in ("/canteen/menus", "/canteen/menus/remaining"):
            answer = kitchen.official.get(path, **query)
            assert (answer.status, answer.error) == (422, "app.invalid"), query


def test_an_unchanged_menu_is_not_sent_again(kitchen):
    dish = kitchen.dish()
    kitchen.compound.meal(kitchen.canteen, {dish: 5})
    query = {"canteen_id": kitchen.canteen.id, "date": MONDAY}
    first = kitchen.official.get("/canteen/menus", **query)
    again = kitchen.official.request(
        "GET", "/canteen/menus", query_string=query, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status, again.body) == (304, b"")
    assert kitchen.set_menu((dish, 5), (kitchen.dish("新菜"), 9), on=MONDAY).status == 200
    changed = kitchen.official.request(
        "GET", "/canteen/menus", query_string=query, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert changed.status == 200
    assert [one["name"] for one in changed.data["periods"][0]["dishes"]] == [dish.name, "新菜"]


def test_what_is_left_is_told_in_whole_portions(kitchen):
    capped, open_ended, plain = (
        kitchen.dish(),
        kitchen.dish(),
        kitchen.dish(portions=[("standard", 600, 200, 100)]),
    )
    meal = kitchen.compound.meal(kitchen.canteen, [(capped, 3), (open_ended, None), (plain, 1)])
    take(meal.id, **{f"d{capped.id}": 150, f"d{open_ended.id}": 700, f"d{plain.id}": 100})
    assert kitchen.remaining() == {
        "date": "2026-11-23",
        "canteen_id": kitchen.canteen.id,
        "periods": [
            {
                "period": "lunch",
                "state": "open",
                "dishes": [
                    {
                        "dish_id": capped.id,
                        "cap": 3,
                        "remaining": 1,
                        "portions": [
                            {"portion": "standard", "remaining": 1},
                            {"portion": "half", "remaining": 3},
                        ],
                    },
                    {
                        "dish_id": open_ended.id,
                        "cap": None,
                        "remaining": None,
                        "portions": [
                            {"portion": "standard", "remaining": None},
                            {"portion": "half", "remaining": None},
                        ],
                    },
                    {
                        "dish_id": plain.id,
                        "cap": 1,
                        "remaining": 0,
                        "portions": [{"portion": "standard", "remaining": 0}],
                    },
                ],
            }
        ],
    }


def test_what_is_left_is_live(kitchen):
    dish = kitchen.dish()
    meal = kitchen.compound.meal(kitchen.canteen, {dish: 3})
    for taken, left in ((0, 3), (100, 2), (300, 0)):
        take(meal.id, **{f"d{dish.id}": taken})
        assert kitchen.remaining()["periods"][0]["dishes"][0]["remaining"] == left


def test_reading_takes_few_statements_however_many_dishes_there_are(kitchen, monkeypatch):
    # One of each is the session of whoever asks. The rules are known from the request before.
    monkeypatch.setattr(rule_queries, "LIFE_S", 60)
    dishes = [(kitchen.dish(), 20) for _ in range(12)]
    kitchen.compound.period(kitchen.canteen, "dinner")
    kitchen.compound.meal(kitchen.canteen, dishes)
    kitchen.compound.meal(kitchen.canteen, dishes, period="dinner")
    kitchen.official.get("/canteens")
    for read, number in (
        (kitchen.menu, 4),
        (kitchen.remaining, 3),
        (lambda: kitchen.official.get("/canteens").data, 2),
        (lambda: kitchen.meals(MONDAY), 4),
        (lambda: kitchen.manager.get("/canteen/admin/dishes", canteen_id=kitchen.canteen.id).data, 5),
    ):
        with counted_statements() as sent:
            assert read()
        selects = [each for each in sent if each not in ("BEGIN", "ROLLBACK")]
        assert len(selects) == number, selects

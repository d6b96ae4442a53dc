"""Saying what a meal offers."""

from datetime import date, timedelta

import pytest

from backend import clock, revisions
from backend.actor import ScopeKind
from tests.canteen.lunch import Lunch
from tests.canteen.menu.kitchen import TUESDAY, Kitchen, audited, take
from tests.factories import MONDAY, NINE
from tests.threads import at_once


def lines(meal):
    return [(one["dish_id"], one["cap"]) for one in meal["dishes"]]


def test_a_draft_is_made_and_replaced(kitchen):
    a, b, c = kitchen.dish("甲"), kitchen.dish("乙"), kitchen.dish("丙")
    made = kitchen.set_menu((a, 10), (b, None))
    assert made.status == 200
    assert made.data == {
        "meal_id": made.data["meal_id"],
        "canteen_id": kitchen.canteen.id,
        "date": "2026-11-24",
        "period": "lunch",
        "state": "draft",
        "revision": 1,
        "order_closes_at": None,
        "cancel_closes_at": None,
        "pickup_from": None,
        "serves_from": None,
        "serves_until": None,
        "published_at": None,
        "frozen_at": None,
        "dishes": [
            {
                "dish_id": dish.id,
                "name": dish.name,
                "category": "meat",
                "price_fen": 600,
                "is_active": True,
                "cap": cap,
                "taken": 0,
                "remaining": cap,
            }
            for dish, cap in ((a, 10), (b, None))
        ],
    }
    replaced = kitchen.set_menu((c, 0), (a, 12))
    assert replaced.data["meal_id"] == made.data["meal_id"]
    assert lines(replaced.data) == [(c.id, 0), (a.id, 12)]
    assert kitchen.meals() == [replaced.data]
    assert lines(kitchen.set_menu().data) == []
    assert kitchen.menu(TUESDAY)["periods"] == []
    (created,), (changed, emptied) = audited("canteen.menu_created"), audited("canteen.menu_changed")
    assert created["added"] == [{"dish_id": a.id, "cap": 10}, {"dish_id": b.id, "cap": None}]
    assert changed["added"] == [{"dish_id": c.id, "cap": 0}]
    assert changed["caps"] == [{"dish_id": a.id, "before": 10, "after": 12}]
    assert changed["removed"] == [{"dish_id": b.id, "cap": None}]
    assert (emptied["date"], emptied["period"], emptied["state"]) == ("2026-11-24", "lunch", "draft")


def test_repeating_what_stands_leaves_no_trace(kitchen):
    dish = kitchen.dish()
    assert kitchen.set_menu((dish, 10)).data == kitchen.set_menu((dish, 10)).data
    assert audited("canteen.menu_changed") == []


def test_today_may_be_set_and_yesterday_not(kitchen):
    dish = kitchen.dish()
    assert kitchen.set_menu((dish, 5), on=MONDAY).status == 200
    refused = kitchen.set_menu((dish, 5), on=MONDAY - timedelta(days=1))
    assert (refused.status, refused.error) == (422, "canteen.past_date")
    assert kitchen.meals(MONDAY - timedelta(days=1)) == []


def test_a_menu_that_makes_no_sense_is_refused(kitchen):
    dish = kitchen.dish()
    path = f"/canteen/admin/menus/{kitchen.canteen.id}/2026-11-24/lunch"
    for body in (
        {},
        {"dishes": None},
        {"dishes": {}},
        {"dishes": [{"dish_id": dish.id}]},
        {"dishes": [{"dish_id": dish.id, "cap": -1}]},
        {"dishes": [{"dish_id": dish.id, "cap": 10**9}]},
        {"dishes": [{"dish_id": dish.id, "cap": "two"}]},
        {"dishes": [{"dish_id": dish.id, "cap": 1.5}]},
        {"dishes": [{"dish_id": 0, "cap": 1}]},
        {"dishes": [{"dish_id": dish.id, "cap": 1, "taken": 0}]},
        {"dishes": [{"dish_id": dish.id + n, "cap": 1} for n in range(101)]},
    ):
        assert kitchen.manager.put(path, body).error == "app.invalid", body
    for address in ("2026-11-31/lunch", "tomorrow/lunch", "2026-11-24/brunch"):
        bad = kitchen.manager.put(f"/canteen/admin/menus/{kitchen.canteen.id}/{address}", {"dishes": []})
        assert bad.error == "app.invalid", address
    assert kitchen.meals() == []


def test_dishes_that_the_canteen_does_not_have_are_refused(kitchen):
    ours, theirs = kitchen.dish(), Kitchen(kitchen.compound).dish()
    path = f"/canteen/admin/menus/{kitchen.canteen.id}/2026-11-24/lunch"
    for dish_id in (theirs.id, 999_999, 2**53 - 1):
        wanted = [{"dish_id": one, "cap": 5} for one in (ours.id, dish_id)]
        answer = kitchen.manager.put(path, {"dishes": wanted})
        assert (answer.status, answer.error) == (422, "canteen.dish_not_found")
        assert answer.envelope["data"] == {"dish_ids": [dish_id]}
    assert kitchen.meals() == []


def test_a_dish_stands_once_on_a_menu(kitchen):
    dish = kitchen.dish()
    answer = kitchen.set_menu((dish, 5), (dish, 6))
    assert (answer.status, answer.error) == (422, "canteen.duplicate_dish")
    assert kitchen.meals() == []


def test_a_period_that_the_canteen_does_not_serve_is_refused(kitchen):
    dish = kitchen.dish()
    path = f"/canteen/admin/menus/{kitchen.canteen.id}/2026-11-24/dinner"
    body = {"dishes": [{"dish_id": dish.id, "cap": 1}]}
    assert kitchen.manager.put(path, body).error == "canteen.period_not_configured"
    kitchen.compound.period(kitchen.canteen, "dinner", is_active=False)
    assert kitchen.manager.put(path, body).error == "canteen.period_not_configured"


@pytest.fixture
def published(kitchen):
    """Tuesday's lunch, published: two dishes of 20, of which 2.5 and 0 are taken."""
    kitchen.dishes = [kitchen.dish("红烧肉"), kitchen.dish("青菜")]
    kitchen.meal = kitchen.compound.meal(kitchen.canteen, [(dish, 20) for dish in kitchen.dishes], TUESDAY)
    take(kitchen.meal.id, **{f"d{kitchen.dishes[0].id}": 250})
    return kitchen


def test_caps_of_a_published_meal_move_down_to_what_is_taken(published):
    pork, greens = published.dishes
    for cap, left in ((30, 27), (3, 0), (None, None), (20, 17)):
        (line, _) = published.set_menu((pork, cap), (greens, 20)).data["dishes"]
        assert (line["cap"], line["taken"], line["remaining"]) == (cap, 2.5, left)
        assert published.remaining(TUESDAY)["periods"][0]["dishes"][0]["remaining"] == left


def test_a_cap_below_what_is_taken_is_refused_and_nothing_changes(published):
    pork, greens = published.dishes
    before = published.meals()
    answer = published.set_menu((greens, 5), (pork, 2), (published.dish("新菜"), 5))
    assert (answer.status, answer.error) == (409, "canteen.cap_below_taken")
    assert answer.envelope["data"] == {"dish": "红烧肉", "dish_id": pork.id, "taken": "2.5", "cap": 2}
    assert "红烧肉" in answer.envelope["msg"]
    assert published.meals() == before


def test_only_dishes_that_nobody_ordered_leave_a_published_menu(published):
    pork, greens = published.dishes
    before = published.meals()
    answer = published.set_menu((greens, 20))
    assert (answer.status, answer.error) == (409, "canteen.dish_taken")
    assert answer.envelope["data"] == {"dish": "红烧肉", "dish_ids": [pork.id]}
    assert published.meals() == before
    assert lines(published.set_menu((pork, 20)).data) == [(pork.id, 20)]


def test_a_published_meal_keeps_at_least_one_dish(published):
    take(published.meal.id, **{f"d{published.dishes[0].id}": 0})
    answer = published.set_menu()
    assert (answer.status, answer.error) == (409, "canteen.menu_not_publishable")
    assert len(published.meals()[0]["dishes"]) == 2


def test_what_is_added_to_a_published_menu_must_be_fit_for_it(published):
    standing = [(dish, 20) for dish in published.dishes]
    for columns, problem in (
        ({"price_fen": None}, "price_missing"),
        ({"allergens": None}, "allergens_undeclared"),
        ({"is_active": False}, "dish_inactive"),
    ):
        answer = published.set_menu(*standing, (published.dish(**columns), 5))
        assert answer.error == "canteen.menu_not_publishable"
        assert [one["problem"] for one in answer.envelope["data"]["problems"]] == [problem]
    added = published.dish("加菜")
    revision = revisions.current("canteen.menu")
    assert lines(published.set_menu((added, 5), *standing).data)[0] == (added.id, 5)
    assert revisions.current("canteen.menu") > revision
    assert [one["name"] for one in published.menu(TUESDAY)["periods"][0]["dishes"]] == [
        "加菜",
        "红烧肉",
        "青菜",
    ]


def test_a_frozen_meal_stays_as_it_is(kitchen):
    dish = kitchen.dish()
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, TUESDAY, state="frozen", frozen_at=NINE)
    for cap in (5, 6):
        answer = kitchen.set_menu((dish, cap))
        assert (answer.status, answer.error) == (409, "canteen.meal_frozen")


def test_a_published_meal_is_changed_even_if_its_period_has_been_given_up(published):
    canteen_id = published.canteen.id
    (rules,) = published.manager.get("/canteen/admin/periods", canteen_id=canteen_id).data["periods"]
    given_up = {"canteen_id": canteen_id, "periods": [{**rules, "is_active": False}]}
    assert published.manager.put("/canteen/admin/periods", given_up).status == 200
    assert published.set_menu(*((dish, 30) for dish in published.dishes)).status == 200


def test_a_dish_of_a_cancelled_order_stays_on_the_menu(compound):
    # Its order lines still name it; a cap of what is taken ends the sale instead.
    with clock.at(NINE):
        lunch = Lunch(compound)
        manager = compound.client(
            compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)})
        )
        order = lunch.place(1, 1).data
        assert lunch.official.post(f"/canteen/orders/{order['id']}/cancel").status == 200
        path = f"/canteen/admin/menus/{lunch.canteen.id}/{MONDAY}/lunch"
        keep = {"dish_id": lunch.dishes[0].id, "cap": 20}
        refused = manager.put(path, {"dishes": [keep]})
        assert (refused.status, refused.error) == (409, "canteen.dish_taken")
        assert manager.put(path, {"dishes": [keep, {"dish_id": lunch.dishes[1].id, "cap": 0}]}).status == 200
        assert lunch.place(0, 1).error == "canteen.sold_out"


def test_meals_are_listed_by_day_and_period_drafts_included(kitchen):
    dish = kitchen.dish()
    for period in ("dinner", "breakfast"):
        kitchen.compound.period(kitchen.canteen, period)
        kitchen.compound.meal(kitchen.canteen, {dish: 5}, TUESDAY, period)
    kitchen.draft(dish, on=MONDAY)
    kitchen.compound.meal(kitchen.canteen, {dish: 5}, date(2026, 11, 26))
    listed = kitchen.meals(MONDAY, date(2026, 11, 25))
    assert [(one["date"], one["period"], one["state"]) for one in listed] == [
        ("2026-11-23", "lunch", "draft"),
        ("2026-11-24", "breakfast", "published"),
        ("2026-11-24", "dinner", "published"),
    ]
    for until_on in ("2026-11-22", "2027-11-23"):
        answer = kitchen.manager.get(
            "/canteen/admin/menus", canteen_id=kitchen.canteen.id, from_date=MONDAY, to_date=until_on
        )
        assert (answer.status, answer.error) == (422, "canteen.invalid_date_range")


def test_a_manager_sets_and_lists_the_menus_of_no_other_canteen(kitchen):
    other = Kitchen(kitchen.compound)
    dish = other.dish()
    assert other.set_menu((dish, 5), by=kitchen.manager).error == "canteen.canteen_not_found"
    assert other.meals() == []
    listed = kitchen.manager.get(
        "/canteen/admin/menus", canteen_id=other.canteen.id, from_date=TUESDAY, to_date=TUESDAY
    )
    assert (listed.status, listed.error) == (404, "canteen.canteen_not_found")
    assert other.set_menu((dish, 5), by=kitchen.official).status == 403
    reviewer = kitchen.client("logistics_reviewer", ScopeKind.COMPOUND)
    assert other.set_menu((dish, 5), by=reviewer).error == "app.forbidden"
    assert other.set_menu((dish, 5)).status == 200


def test_managers_who_set_the_same_new_meal_follow_each_other(kitchen):
    dishes = [kitchen.dish() for _ in range(6)]
    answers = at_once([lambda n=n: kitchen.set_menu((dishes[n], n), (dishes[0], 9)) for n in range(1, 6)])
    assert [answer.status for answer in answers] == [200] * 5
    (meal,) = kitchen.meals()
    assert meal in [answer.data for answer in answers]
    assert len(audited("canteen.menu_created")) == 1

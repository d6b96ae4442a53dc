"""The rules of meal periods."""

from datetime import date

import pytest

from tests.canteen.menu.kitchen import Kitchen, audited

# Each makes good rules bad.
NONSENSE = [
    {"period": "brunch"},
    {"name": ""},
    {"window_from": "11:30:00"},
    {"window_from": "24:00"},
    {"window_from": None},
    {"order_cutoff": None},
    {"order_cutoff": {"minutes": -1}},
    {"order_cutoff": {"days": 15, "time": "09:00"}},
    {"order_cutoff": {"minutes": 10**9}},
    {"pickup_lead_minutes": -1},
    {"surprise": 1},
]


def rules(**changes):
    usual = {
        "period": "lunch",
        "name": "午餐",
        "is_active": True,
        "window_from": "11:30",
        "window_until": "13:00",
        "order_cutoff": {"days": 0, "time": None, "minutes": 90},
        "cancel_cutoff": {"days": 1, "time": "16:00", "minutes": None},
        "pickup_lead_minutes": 30,
    }
    return {**usual, **changes}


def put(kitchen, *periods, by=None):
    return (by or kitchen.manager).put(
        "/canteen/admin/periods", {"canteen_id": kitchen.canteen.id, "periods": list(periods)}
    )


def get(kitchen, by=None):
    return (by or kitchen.manager).get("/canteen/admin/periods", canteen_id=kitchen.canteen.id)


def test_periods_are_inserted_and_replaced_and_the_others_stay(kitchen):
    breakfast = rules(period="breakfast", name="早餐", window_from="07:00", window_until="08:30")
    answer = put(kitchen, breakfast)
    assert answer.status == 200
    assert answer.data["canteen_id"] == kitchen.canteen.id
    assert [one["period"] for one in answer.data["periods"]] == ["breakfast", "lunch"]
    assert answer.data["periods"][0] == breakfast
    changed = rules(is_active=False, pickup_lead_minutes=None, name="中餐")
    assert put(kitchen, changed).data["periods"] == [breakfast, changed]
    assert get(kitchen).data["periods"] == [breakfast, changed]
    inserted, replaced = audited("rules.changed")
    assert (inserted["variant"], inserted["before"], inserted["after"]) == ("breakfast", None, breakfast)
    assert (replaced["variant"], replaced["after"]) == ("lunch", changed)
    assert (replaced["before"]["name"], replaced["before"]["cancel_cutoff"]["minutes"]) == ("午餐", 90)
    assert replaced["reason"] == "调整餐别设置"


def test_rules_that_change_nothing_leave_no_trace(kitchen):
    standing = get(kitchen).data["periods"]
    assert put(kitchen, *standing).data["periods"] == standing
    assert audited("rules.changed") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"window_until": "11:30"},
        {"window_until": "10:00"},
        {"order_cutoff": {"days": 0, "time": "13:01", "minutes": None}},
        {"order_cutoff": {}},
        {"order_cutoff": {"time": "09:00", "minutes": 90}},
        {"cancel_cutoff": {"days": 1, "minutes": 90}},
    ],
)
def test_rules_that_contradict_themselves_are_refused(kitchen, changes):
    before = get(kitchen).data
    answer = put(kitchen, rules(period="dinner", name="晚餐", window_until="18:00"), rules(**changes))
    assert (answer.status, answer.error) == (422, "canteen.invalid_period")
    assert get(kitchen).data == before


def test_a_period_stands_once_in_a_request(kitchen):
    assert put(kitchen, rules(), rules(name="又一个")).error == "canteen.invalid_period"
    assert put(kitchen, rules()).status == 200


def test_rules_that_make_no_sense_are_refused(kitchen):
    for changes in NONSENSE:
        assert put(kitchen, rules(**changes)).error == "app.invalid", changes
    assert audited("rules.changed") == []


def test_a_request_names_at_least_one_period(kitchen):
    assert put(kitchen).error == "app.invalid"


def test_published_meals_keep_their_instants_and_later_ones_follow_the_new_rules(kitchen):
    dish = kitchen.dish()
    wednesday = date(2026, 11, 25)
    kitchen.draft(dish)
    assert kitchen.publish().status == 200
    before = kitchen.meals()
    cutoff = {"days": 1, "time": "17:00", "minutes": None}
    assert put(kitchen, rules(order_cutoff=cutoff, cancel_cutoff=cutoff, window_from="11:00")).status == 200
    assert kitchen.meals() == before
    kitchen.draft(dish, on=wednesday)
    published = kitchen.publish(wednesday).data["published"][0]
    assert published["order_closes_at"] == "2026-11-24T17:00:00+08:00"
    assert published["serves_from"] == "2026-11-25T11:00:00+08:00"


def test_a_new_window_shows_on_the_list_of_canteens(kitchen):
    assert put(kitchen, rules(window_from="11:00")).status == 200
    (listed,) = kitchen.official.get("/canteens").data["list"]
    assert listed["periods"][0]["window_from"] == "11:00"


def test_a_manager_sets_the_periods_of_no_other_canteen(kitchen):
    other = Kitchen(kitchen.compound)
    assert put(other, rules(), by=kitchen.manager).error == "canteen.canteen_not_found"
    assert get(other, by=kitchen.manager).error == "canteen.canteen_not_found"
    assert put(kitchen, rules(), by=kitchen.official).status == 403
    assert put(other, rules()).status == 200
    unknown = kitchen.manager.put("/canteen/admin/periods", {"canteen_id": 999_999, "periods": [rules()]})
    assert unknown.error == "canteen.canteen_not_found"


def test_an_inactive_period_is_not_published(kitchen):
    kitchen.draft(kitchen.dish())
    put(kitchen, rules(is_active=False))
    assert kitchen.publish().error == "canteen.menu_not_publishable"
    put(kitchen, rules())
    assert kitchen.publish().status == 200

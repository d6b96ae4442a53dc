"""The week that a diner sees above the menu."""

from datetime import timedelta

import pytest

from backend import clock
from tests.canteen.lunch import Lunch
from tests.factories import MONDAY, NINE
from tests.statements import counted_statements


@pytest.fixture
def lunch(compound):
    with clock.at(NINE):
        yield Lunch(compound)


def week(lunch, **query):
    return lunch.official.get("/canteen/week", canteen_id=lunch.canteen.id, **query)


def test_a_week_tells_what_is_open_and_what_is_ordered(lunch):
    order = lunch.place(1, 1).data
    data = week(lunch).data
    assert [day["is_open"] for day in data["days"]] == [True] * 5 + [False] * 2
    (meal,) = data["days"][0]["periods"]
    assert (meal["period"], meal["state"]) == ("lunch", "open")
    assert meal["order"] == {"id": order["id"], "canteen_id": lunch.canteen.id, "state": "booked"}
    assert data["days"][1]["periods"][0]["state"] == "unpublished"
    assert data["days"][1]["periods"][0]["order_closes_at"] is None
    assert data["days"][5]["periods"] == []


def test_a_cancelled_order_and_those_of_others_do_not_show(lunch):
    order = lunch.place(1).data
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    lunch.place(1, by=lunch.client())
    assert week(lunch).data["days"][0]["periods"][0]["order"] is None


def test_after_the_cutoff_a_meal_is_closed(lunch):
    with clock.at(lunch.meal.order_closes_at):
        assert week(lunch).data["days"][0]["periods"][0]["state"] == "closed"


def test_a_week_may_begin_on_any_day(lunch):
    data = week(lunch, **{"from": (MONDAY - timedelta(days=1)).isoformat()}).data
    assert data["days"][0]["date"] == "2026-11-22"
    assert data["days"][1]["periods"][0]["state"] == "open"


def test_a_canteen_that_is_not_there_is_not_found(lunch):
    answer = lunch.official.get("/canteen/week", canteen_id=999)
    assert (answer.status, answer.error) == (404, "canteen.canteen_not_found")


def test_a_week_takes_few_statements(app, lunch):
    week(lunch)
    with counted_statements() as counted:
        week(lunch)
    assert len(counted) <= 8

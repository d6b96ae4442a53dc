"""What holds for one's own order: its meal's times, what can be done until when, and what has paid."""

from datetime import time

import pytest

from backend import clock
from canteen.accounts.rules import SPENDING_ORDER
from tests.canteen.lunch import lunch
from tests.factories import MONDAY

__all__ = ["lunch"]


def meal_of(lunch, order):
    return lunch.official.get(f"/canteen/orders/{order['id']}/meal").data


def test_an_order_tells_what_can_be_done_until_when_and_what_has_paid(lunch):
    order = lunch.place(3, 1).data
    assert meal_of(lunch, order) == {
        "canteen_name": lunch.canteen.name,
        "period_name": "午餐",
        "state_name": "已预订",
        "pickup_from": None,
        "serves_from": "2026-11-23T11:30:00+08:00",
        "serves_until": "2026-11-23T12:30:00+08:00",
        "can_show_code": True,
        "can_change": True,
        "changes_until": "2026-11-23T10:00:00+08:00",
        "can_cancel": True,
        "cancels_until": "2026-11-23T10:00:00+08:00",
        "paid": [
            {"bucket": "subsidy", "bucket_name": "财政补贴", "amount_fen": 2000},
            {"bucket": "personal", "bucket_name": "个人充值", "amount_fen": 700},
        ],
    }


def test_a_cancelled_order_offers_nothing_and_has_its_money_back(lunch):
    order = lunch.place(1).data
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    meal = meal_of(lunch, order)
    assert (meal["can_show_code"], meal["can_change"], meal["can_cancel"]) == (False, False, False)
    assert meal["paid"] == []


@pytest.mark.parametrize(("hour", "shows"), [(11, True), (15, False)])
def test_after_the_cutoff_only_the_code_is_left_until_the_meal_is_over(lunch, hour, shows):
    order = lunch.place(1).data
    with clock.at(clock.at_local(MONDAY, time(hour))):
        meal = meal_of(lunch, order)
    assert (meal["can_show_code"], meal["can_change"], meal["can_cancel"]) == (shows, False, False)


def test_the_meal_of_somebody_elses_order_is_not_found(lunch):
    order = lunch.place(1).data
    answer = lunch.client().get(f"/canteen/orders/{order['id']}/meal")
    assert (answer.status, answer.error) == (404, "canteen.order_not_found")


def test_for_a_canteen_the_account_stands_in_its_order_of_spending(lunch):
    lunch.compound.rule(SPENDING_ORDER, ("personal", "subsidy"), lunch.canteen.id)
    buckets = lunch.official.get("/canteen/account", canteen_id=lunch.canteen.id).data["buckets"]
    assert [each["bucket"] for each in buckets] == ["personal", "subsidy"]
    buckets = lunch.official.get("/canteen/account").data["buckets"]
    assert [each["bucket"] for each in buckets] == ["subsidy", "personal"]

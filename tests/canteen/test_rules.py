"""The canteen obeys its rules: each changed over HTTP, and seen where it counts."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.factories import MONDAY, NINE


@pytest.fixture
def decide(lunch):
    """Decides a rule of the lunch's canteen, by its manager; of the compound, by an administrator."""
    manager = lunch.compound.client(
        lunch.compound.staff(roles={"canteen_manager": (ScopeKind.CANTEEN, lunch.canteen.id)})
    )
    administrator = lunch.compound.client(
        lunch.compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})
    )

    def run(key, value, *, seen=0, everywhere=False):
        body = {
            "scope_id": 0 if everywhere else lunch.canteen.id,
            "value": value,
            "reason": "试一试",
            "seen_version_id": seen,
        }
        answer = (administrator if everywhere else manager).put(f"/rules/{key}", body)
        assert answer.status == 200, answer.envelope
        return answer.data["latest_version_id"]

    return run


def test_a_pick_up_code_lasts_as_long_as_the_canteen_says(lunch, decide):
    order = lunch.place(1, 1).data
    decide("canteen.pickup_code_minutes", 10)
    code = lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").data
    assert code["expires_at"] == "2026-11-23T09:10:01+08:00"
    with clock.at(NINE + timedelta(minutes=10)):
        assert lunch.counter.post("/canteen/pickups", {"token": code["token"]}).status == 200


def test_an_order_is_handed_out_as_long_after_the_window_as_the_canteen_says(lunch, decide):
    order = lunch.place(1, 1).data
    decide("canteen.pickup_grace_minutes", 30)
    for minutes, status in ((30, 409), (29, 200)):
        with clock.at(lunch.meal.serves_until + timedelta(minutes=minutes)):
            code = lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").data
            assert lunch.counter.post("/canteen/pickups", {"token": code["token"]}).status == status


def test_an_order_has_as_many_portions_as_the_canteen_says(lunch, decide):
    assert lunch.place(1, 2, by=lunch.client()).status == 201
    decide("canteen.max_portions", 2)
    refused = lunch.place(1, 2)
    assert (refused.status, refused.error) == (409, "canteen.over_limit")
    assert refused.envelope["data"]["limit"] == 2
    order = lunch.place(1, 1).data
    more = lunch.official.put(f"/canteen/orders/{order['id']}", {"items": lunch.order(1, 2)["items"]})
    assert more.error == "canteen.over_limit"


def buckets(lunch):
    found = lunch.official.get("/canteen/account").data["buckets"]
    return {one["bucket"]: one["balance_fen"] for one in found}


def test_an_order_is_paid_and_given_back_in_the_order_of_its_moment(lunch, decide):
    first = lunch.place(1, 0).data  # 600, out of the subsidy of 2000.
    assert buckets(lunch) == {"subsidy": 1400, "personal": 1000}
    with clock.at(NINE + timedelta(minutes=1)):
        decide("canteen.spending_order", ["personal", "subsidy"])
        # The order of a minute ago goes on as it began: 900 more out of the subsidy.
        changed = lunch.official.put(f"/canteen/orders/{first['id']}", {"items": lunch.order(1, 1)["items"]})
        assert changed.status == 200
        assert buckets(lunch) == {"subsidy": 500, "personal": 1000}
        lunch.official.post(f"/canteen/orders/{first['id']}/cancel")
        assert buckets(lunch) == {"subsidy": 2000, "personal": 1000}
        lunch.place(1, 1)  # 1500: all of the personal money first.
        assert buckets(lunch) == {"subsidy": 1500, "personal": 0}


def test_a_deposit_is_as_large_as_the_rule_allows(lunch, decide):
    staff = lunch.compound.staff("T9001")
    cashier = lunch.compound.client(lunch.compound.staff(roles={"canteen_manager": (ScopeKind.COMPOUND, 0)}))

    def deposit(amount_fen):
        body = {"staff_no": staff.staff_no, "bucket": "personal", "amount_fen": amount_fen, "memo": "充值"}
        return cashier.post("/canteen/admin/accounts/deposits", body)

    assert deposit(1_000_001).error == "canteen.deposit_too_large"
    assert deposit(1_000_000).status == 201
    decide("canteen.max_deposit_fen", 500, everywhere=True)
    refused = deposit(501)
    assert (refused.status, refused.error) == (422, "canteen.deposit_too_large")
    assert "5.00 元" in refused.envelope["msg"]
    assert deposit(500).status == 201


def test_a_canteen_opens_on_a_rest_day_as_it_says(lunch, decide):
    saturday = MONDAY + timedelta(days=5)

    def is_open():
        return lunch.official.get("/canteen/menus", canteen_id=lunch.canteen.id, date=saturday).data[
            "is_open"
        ]

    assert not is_open()
    first = decide("canteen.opens_on_rest_days", True)
    assert is_open()
    with clock.at(NINE + timedelta(minutes=1)):
        decide("canteen.opens_on_rest_days", False, seen=first)
        assert not is_open()

"""Changing and cancelling: money and portions go back to where they came from."""

from datetime import timedelta

from backend import clock
from canteen.ordering import services
from tests.canteen.lunch import nothing_changes


def buckets(client):
    return {each["bucket"]: each["balance_fen"] for each in client.get("/canteen/account").data["buckets"]}


def change(lunch, order_id, *quantities, **fields):
    body = lunch.order(*quantities, **fields)
    return lunch.official.put(
        f"/canteen/orders/{order_id}", {name: body[name] for name in ("items", "dining")}
    )


def test_what_was_spent_last_is_returned_first(lunch):
    # Case 14: 24.00 of 20 + 10; a refund of 9.00 gives personal 4 back first, then subsidy 5.
    order = lunch.place(1, 2).data
    assert order["total_fen"] == 2400
    assert buckets(lunch.official) == {"subsidy": 0, "personal": 600}
    answer = change(lunch, order["id"], 1, 1)
    assert answer.data["total_fen"] == 1500
    assert answer.data["revision"] == 2
    assert buckets(lunch.official) == {"subsidy": 500, "personal": 1000}
    assert lunch.taken() == [100, 100]


def test_a_larger_order_pays_the_difference(lunch):
    order = lunch.place(1, 0).data
    assert change(lunch, order["id"], 1, 1).data["total_fen"] == 1500
    assert buckets(lunch.official) == {"subsidy": 500, "personal": 1000}
    entries = lunch.official.get("/canteen/account/entries").data["list"]
    assert [entry["amount_fen"] for entry in entries] == [-900, -600, 1000, 2000]
    assert [(move["bucket"], move["amount_fen"]) for move in entries[0]["buckets"]] == [("subsidy", -900)]


def test_a_changed_order_keeps_the_price_of_its_moment(lunch, compound):
    order = lunch.place(1, 0).data
    from backend.db import atomic, db
    from canteen.menu.models import DishPortion

    @atomic
    def raise_prices():
        db.session.query(DishPortion).update({DishPortion.price_fen: DishPortion.price_fen + 100})

    raise_prices()
    changed = change(lunch, order["id"], 2, 1).data
    assert [item["price_fen"] for item in changed["items"]] == [600, 1000]


def test_a_change_beyond_the_limit_or_the_balance_changes_nothing(lunch):
    order = lunch.place(1, 0).data
    with nothing_changes(lunch):
        assert change(lunch, order["id"], 11, 0).error == "canteen.over_limit"
        assert change(lunch, order["id"], 0, 4).error == "canteen.balance_short"
        assert change(lunch, order["id"], 1, 0, portion="small").error == "canteen.portion_not_offered"


def test_a_change_beyond_the_cap_changes_nothing(lunch):
    order = lunch.place(1, 0).data
    for _ in range(2):
        lunch.place(9, 0, by=lunch.client(subsidy_fen=10_000))
    with nothing_changes(lunch):
        refused = change(lunch, order["id"], 3, 0)
        assert refused.error == "canteen.sold_out"
        assert refused.envelope["data"]["remaining"] == 1
    assert change(lunch, order["id"], 2, 0).status == 200


def test_cancelling_gives_everything_back_once(lunch):
    order = lunch.place(4, 0).data
    cancel = f"/canteen/orders/{order['id']}/cancel"
    assert lunch.official.post(cancel).data["state"] == "cancelled"
    assert buckets(lunch.official) == {"subsidy": 2000, "personal": 1000}
    assert lunch.taken() == [0, 0]
    with nothing_changes(lunch):
        again = lunch.official.post(cancel)
        assert (again.status, again.error) == (409, "canteen.order_not_booked")
    assert lunch.place(1, 0).status == 201


def test_cancelling_with_the_same_key_twice_answers_twice_and_refunds_once(lunch):
    order = lunch.place(1, 0).data
    cancel = f"/canteen/orders/{order['id']}/cancel"
    first, again = (lunch.official.post(cancel, key="cancel-1") for _ in range(2))
    assert first.status == again.status == 200
    assert first.body == again.body
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 3000


def test_after_the_cutoff_an_order_neither_changes_nor_goes(lunch):
    order = lunch.place(1, 0).data
    with clock.at(lunch.meal.cancel_closes_at), nothing_changes(lunch):
        assert lunch.official.post(f"/canteen/orders/{order['id']}/cancel").error == "canteen.cancel_closed"
        assert change(lunch, order["id"], 1, 1).error == "canteen.order_closed"
    with clock.at(lunch.meal.cancel_closes_at - timedelta(milliseconds=1)):
        assert lunch.official.post(f"/canteen/orders/{order['id']}/cancel").status == 200


def test_a_cancelled_order_does_not_change(lunch):
    order = lunch.place(1, 0).data
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    with nothing_changes(lunch):
        assert change(lunch, order["id"], 1, 1).error == "canteen.order_not_booked"


def test_the_ledger_agrees_after_all_of_it(lunch):
    from canteen.accounts.services import reconcile

    order = lunch.place(1, 2).data
    change(lunch, order["id"], 2, 0)
    change(lunch, order["id"], 1, 2)
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    assert reconcile() == []
    assert buckets(lunch.official) == {"subsidy": 2000, "personal": 1000}


def test_a_frozen_meal_takes_no_order_change_or_cancellation_even_before_the_cutoff(lunch):
    order = lunch.place(1, 0).data
    assert services.freeze_meal(lunch.meal.id)
    with nothing_changes(lunch):
        assert lunch.place(1, 0, by=lunch.client()).error == "canteen.order_closed"
        assert change(lunch, order["id"], 1, 1).error == "canteen.order_closed"
        assert lunch.official.post(f"/canteen/orders/{order['id']}/cancel").error == "canteen.cancel_closed"

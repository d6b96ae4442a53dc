"""Placing an order: what is accepted, what is refused, and that a refusal changes nothing."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from backend import clock
from tests.canteen.lunch import nothing_changes
from tests.factories import MONDAY, NINE


def test_an_order_is_accepted_paid_and_counted(lunch):
    answer = lunch.place(1, 1, note="少油")
    assert answer.status == 201
    order = answer.data
    assert order["state"] == "booked"
    assert order["total_fen"] == 1500
    assert order["number"].startswith("20261123")
    assert [item["amount_fen"] for item in order["items"]] == [600, 900]
    assert order["placed_at"] == "2026-11-23T09:00:00+08:00"
    assert lunch.taken() == [100, 100]
    assert lunch.official.get(f"/canteen/orders/{order['id']}").data == order
    assert lunch.official.get("/canteen/account").data["balance_fen"] == 1500


def test_subsidy_pays_first_then_personal_money(lunch):
    # Case 14: 20 + 10, an order of 24.00 takes 20 + 4.
    answer = lunch.place(4, 0)
    assert answer.data["total_fen"] == 2400
    buckets = {
        each["bucket"]: each["balance_fen"] for each in lunch.official.get("/canteen/account").data["buckets"]
    }
    assert buckets == {"subsidy": 0, "personal": 600}


def test_half_portions_take_half_of_the_cap_and_of_the_price(lunch):
    order = lunch.place(2, 0, portion="half").data
    assert order["total_fen"] == 600
    assert lunch.taken() == [100, 0]


def test_an_uncapped_dish_never_sells_out(compound):
    from tests.canteen.lunch import Lunch

    with clock.at(NINE):
        lunch = Lunch(compound, caps=(None,))
        assert lunch.place(3).status == 201
        assert lunch.taken() == [300]


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        (
            {"items": [{"dish_id": 987654, "portion": "standard", "quantity": 1}]},
            422,
            "canteen.dish_not_offered",
        ),
        ({"quantity": 0}, 422, "app.invalid"),
        ({"quantity": -1}, 422, "app.invalid"),
        ({"quantity": 10**9}, 422, "app.invalid"),
        ({"quantity": "two"}, 422, "app.invalid"),
        ({"quantity": "2"}, 422, "app.invalid"),
        ({"quantity": 1.5}, 422, "app.invalid"),
        ({"quantity": True}, 422, "app.invalid"),
        ({"quantity": None}, 422, "app.invalid"),
        ({"portion": "small"}, 422, "canteen.portion_not_offered"),
        ({"portion": "huge"}, 422, "app.invalid"),
        ({"items": []}, 422, "app.invalid"),
        ({"items": "all"}, 422, "app.invalid"),
        ({"dish_id": 2**63}, 422, "app.invalid"),
        ({"date": "2026-11-22"}, 422, "canteen.date_past"),
        ({"date": "2026-11-24"}, 409, "canteen.menu_not_published"),
        ({"date": "2026-11-23T11:30:00"}, 422, "app.invalid"),
        ({"date": "23.11.2026"}, 422, "app.invalid"),
        ({"date": "0001-01-01"}, 422, "app.invalid"),
        ({"period": "brunch"}, 422, "app.invalid"),
        ({"period": "dinner"}, 409, "canteen.menu_not_published"),
        ({"canteen_id": 987654}, 404, "canteen.canteen_not_found"),
        ({"dining": "drone"}, 422, "app.invalid"),
        ({"note": "x" * 201}, 422, "app.invalid"),
        ({"note": "a\x00b"}, 422, "app.invalid"),
        ({"price_fen": 1}, 422, "app.invalid"),
    ],
    ids=str,
)
def test_bad_input_is_refused_and_changes_nothing(lunch, change, status, error):
    body = lunch.order(1, 0)
    line = body["items"][0]
    for name, value in change.items():
        (line if name in line else body)[name] = value
    with nothing_changes(lunch):
        answer = lunch.official.post("/canteen/orders", body)
        assert (answer.status, answer.error) == (status, error)


def test_a_foreign_canteens_dish_is_refused(lunch, compound):
    other = compound.canteen()
    dish = compound.dish(other)
    compound.meal(other, {dish: 5})
    with nothing_changes(lunch):
        body = lunch.order(1, 0)
        body["items"].append({"dish_id": dish.id, "portion": "standard", "quantity": 1})
        assert lunch.official.post("/canteen/orders", body).error == "canteen.dish_not_offered"


def test_duplicate_lines_are_refused(lunch):
    body = lunch.order(1, 0)
    body["items"] *= 2
    with nothing_changes(lunch):
        answer = lunch.official.post("/canteen/orders", body)
        assert (answer.status, answer.error) == (422, "canteen.duplicate_line")


def test_a_dish_may_be_ordered_in_two_portions(lunch):
    body = lunch.order(1, 0)
    body["items"].append({**body["items"][0], "portion": "half"})
    assert lunch.official.post("/canteen/orders", body).status == 201
    assert lunch.taken() == [150, 0]


def test_too_many_portions_are_refused(lunch):
    with nothing_changes(lunch):
        answer = lunch.place(6, 5)
        assert (answer.status, answer.error) == (409, "canteen.over_limit")
        assert answer.envelope["data"] == {"limit": 10, "wanted": 11}


def test_a_short_balance_is_refused_with_the_figures(lunch):
    with nothing_changes(lunch):
        answer = lunch.place(6, 0)
        assert (answer.status, answer.error) == (409, "canteen.balance_short")
        assert "36.00" in answer.envelope["msg"]
        assert "30.00" in answer.envelope["msg"]


def test_a_second_order_for_the_same_meal_is_refused_and_leads_to_the_first(lunch):
    cancelled = lunch.place(1, 0).data
    lunch.official.post(f"/canteen/orders/{cancelled['id']}/cancel")
    first = lunch.place(1, 0).data
    with nothing_changes(lunch):
        answer = lunch.place(0, 1)
        assert (answer.status, answer.error) == (409, "canteen.already_ordered")
        assert answer.envelope["data"] == {"order_id": first["id"]}


def test_what_is_sold_out_is_refused_whole(compound):
    # Case 3: {A, B} with B at 0 leaves A as it was.
    from tests.canteen.lunch import Lunch

    with clock.at(NINE):
        lunch = Lunch(compound, caps=(5, 0))
        with nothing_changes(lunch):
            answer = lunch.place(1, 1)
            assert (answer.status, answer.error) == (409, "canteen.sold_out")
            assert answer.envelope["data"]["dish_id"] == lunch.dishes[1].id
            assert answer.envelope["data"]["remaining"] == 0


def test_the_cutoff_is_the_servers_and_is_exact(lunch):
    # Case 7: the last millisecond before is in time, the cutoff itself is not.
    cutoff = lunch.meal.order_closes_at
    with clock.at(cutoff), nothing_changes(lunch):
        answer = lunch.place(1, 0)
        assert (answer.status, answer.error) == (409, "canteen.order_closed")
    with clock.at(cutoff - timedelta(milliseconds=1)):
        assert lunch.place(1, 0).status == 201


def test_sql_and_script_in_notes_are_text(lunch):
    note = "'; DROP TABLE orders; -- <script>alert(1)</script>"
    order = lunch.place(1, 0, note=note).data
    assert order["note"] == note
    assert lunch.official.get(f"/canteen/orders/{order['id']}").data["note"] == note


def test_invalid_json_and_foreign_content_types_are_refused(lunch):
    post = partial(lunch.official.request, key="one")
    with nothing_changes(lunch):
        broken = post("POST", "/canteen/orders", data=b'{"canteen_id": 1', content_type="application/json")
        assert (broken.status, broken.error) == (400, "app.malformed")
        form = post("POST", "/canteen/orders", data=b"a=1", content_type="application/x-www-form-urlencoded")
        assert (form.status, form.error) == (415, "app.unsupported_media_type")
        array = post("POST", "/canteen/orders", data=b"[]", content_type="application/json")
        assert (array.status, array.error) == (422, "app.invalid")
        large = post("POST", "/canteen/orders", data=b" " * 2_000_000, content_type="application/json")
        assert (large.status, large.error) == (413, "app.too_large")
        odd = post("POST", "/canteen/orders", data=b'{"a":"\xff"}', content_type="application/json")
        assert odd.status == 400


def test_nobody_orders_without_a_valid_token(lunch, anonymous):
    with nothing_changes(lunch):
        missing = anonymous.post("/canteen/orders", lunch.order(1, 0))
        assert (missing.status, missing.error) == (401, "app.unauthenticated")
        anonymous.token = "f" * 43
        assert anonymous.post("/canteen/orders", lunch.order(1, 0)).status == 401


def test_another_persons_order_does_not_exist_for_me(lunch):
    order_id = lunch.place(1, 0).data["id"]
    other = lunch.client()
    assert other.get(f"/canteen/orders/{order_id}").error == "canteen.order_not_found"
    assert other.put(f"/canteen/orders/{order_id}", {"items": lunch.order(1, 1)["items"]}).status == 404
    assert other.post(f"/canteen/orders/{order_id}/cancel").status == 404
    assert other.get(f"/canteen/orders/{order_id}/pickup-code").status == 404
    assert other.get("/canteen/orders").data["total"] == 0
    assert lunch.official.get("/canteen/orders/999999999999999").status == 404


def test_the_same_key_replays_the_first_answer(lunch):
    key = uuid4().hex
    first = lunch.official.post("/canteen/orders", lunch.order(1, 0), key=key)
    again = lunch.official.post("/canteen/orders", lunch.order(1, 0), key=key)
    assert again.status == first.status == 201
    assert again.body == first.body
    assert lunch.taken() == [100, 0]


def test_the_same_key_with_another_body_is_refused(lunch):
    # Case 6.
    key = uuid4().hex
    lunch.official.post("/canteen/orders", lunch.order(1, 0), key=key)
    with nothing_changes(lunch):
        answer = lunch.official.post("/canteen/orders", lunch.order(2, 0), key=key)
        assert (answer.status, answer.error) == (422, "app.idempotency_key_reused")


def test_another_persons_equal_key_is_their_own(lunch):
    # Case 6.
    key = uuid4().hex
    first = lunch.official.post("/canteen/orders", lunch.order(1, 0), key=key).data
    other = lunch.client()
    second = other.post("/canteen/orders", lunch.order(1, 0), key=key).data
    assert second["id"] != first["id"]
    assert lunch.taken() == [200, 0]


def test_a_refusal_is_not_stored_under_the_key(lunch):
    key = uuid4().hex
    body = lunch.order(1, 0)
    with clock.at(lunch.meal.order_closes_at):
        assert lunch.official.post("/canteen/orders", body, key=key).status == 409
    assert lunch.official.post("/canteen/orders", body, key=key).status == 201


@pytest.mark.parametrize("key", ["x" * 65, "with space", "汉字"])
def test_a_malformed_key_is_refused(lunch, key):
    with nothing_changes(lunch):
        headers = {"Idempotency-Key": key.encode().decode("latin-1")}
        answer = lunch.official.request("POST", "/canteen/orders", json=lunch.order(1, 0), headers=headers)
        assert (answer.status, answer.error) == (422, "app.idempotency_key_invalid")


def test_orders_are_listed_by_day_and_state(lunch):
    order = lunch.place(1, 0).data
    lunch.official.post(f"/canteen/orders/{order['id']}/cancel")
    again = lunch.place(0, 1).data
    day = MONDAY.isoformat()
    assert [o["id"] for o in lunch.official.get("/canteen/orders", from_date=day).data["list"]] == [
        again["id"],
        order["id"],
    ]
    assert lunch.official.get("/canteen/orders", state="cancelled").data["list"][0]["id"] == order["id"]
    assert lunch.official.get("/canteen/orders", to_date="2026-11-22").data["total"] == 0
    assert lunch.official.get("/canteen/orders", page="x").status == 422

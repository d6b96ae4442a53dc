"""The freeze and the prep list."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.identity.policies import hash_token
from backend.identity.queries import find_session
from canteen.ordering import operations, queries, services


def prep_list(lunch, client):
    return client.get(
        "/canteen/admin/prep-list", canteen_id=lunch.canteen.id, date="2026-11-23", period="lunch"
    )


def test_before_the_freeze_it_counts_and_after_it_stands(lunch):
    lunch.place(1, 2)
    lunch.place(3, 0, by=lunch.client(), portion="half")
    cancelled = lunch.client()
    order = lunch.place(5, 0, by=cancelled).data
    cancelled.post(f"/canteen/orders/{order['id']}/cancel")
    present = prep_list(lunch, lunch.counter).data
    assert present["is_frozen"] is False
    assert present["orders"] == 2
    with clock.at(lunch.meal.freezes_at - timedelta(seconds=1)):
        assert services.freeze_due_meals() == 0
    with clock.at(lunch.meal.freezes_at):
        assert services.freeze_due_meals() == 1
        assert services.freeze_due_meals() == 0
    final = prep_list(lunch, lunch.counter).data
    assert final["is_frozen"] is True
    assert final["frozen_at"] == "2026-11-23T10:00:00+08:00"
    assert final["dishes"] == present["dishes"]
    quantities = {(each["dish_id"], each["portion"]): each["quantity"] for each in final["dishes"]}
    first, second = (dish.id for dish in lunch.dishes)
    assert quantities == {(first, "standard"): 1, (first, "half"): 3, (second, "standard"): 2}
    assert [each["weight_g"] for each in final["dishes"]] == [300, 200, 400]


def test_the_freeze_hands_out_pickup_numbers_in_order(lunch):
    clients = [lunch.client() for _ in range(3)]
    ids = [lunch.place(1, 0, by=client).data["id"] for client in clients]
    clients[1].post(f"/canteen/orders/{ids[1]}/cancel")
    services.freeze_meal(lunch.meal.id)
    numbers = [
        client.get(f"/canteen/orders/{n}").data["pickup_no"] for client, n in zip(clients, ids, strict=True)
    ]
    assert numbers == [1, None, 2]


def test_a_meal_without_orders_freezes_to_an_empty_list(lunch):
    services.freeze_meal(lunch.meal.id)
    assert prep_list(lunch, lunch.counter).data["dishes"] == []


def test_another_canteens_staff_and_officials_do_not_see_it(lunch, compound):
    other = compound.client(
        compound.staff(roles={"canteen_staff": (ScopeKind.CANTEEN, compound.canteen().id)})
    )
    assert prep_list(lunch, other).error == "canteen.canteen_not_found"
    assert prep_list(lunch, lunch.official).error == "app.forbidden"
    missing = lunch.counter.get(
        "/canteen/admin/prep-list", canteen_id=lunch.canteen.id, date="2026-11-24", period="lunch"
    )
    assert missing.error == "canteen.meal_not_found"


def test_a_swap_of_portions_of_equal_share_passes_the_gate_too(lunch, monkeypatch):
    """The freeze comes between the look at an order and its change to two halves, which moves no counter."""
    order = lunch.place(1, 0).data
    actor = queries_actor(lunch)
    seen = queries.find_own_order(actor, order["id"])
    services.freeze_meal(lunch.meal.id)
    # What another process read a moment ago: a race that threads cannot be held to.
    monkeypatch.setattr(queries, "find_own_order", lambda *_: seen)
    halves = lunch.order(2, 0, portion="half")["items"]
    answer = lunch.official.put(f"/canteen/orders/{order['id']}", {"items": halves})
    assert (answer.status, answer.error) == (409, "canteen.order_closed")
    listed = prep_list(lunch, lunch.counter).data["dishes"]
    assert [(each["portion"], each["quantity"]) for each in listed] == [("standard", 1)]


def queries_actor(lunch):
    """The actor behind the official's client."""
    return find_session(hash_token(lunch.official.token)).actor


def test_a_meal_that_cannot_be_frozen_keeps_no_other_from_it(lunch, compound, monkeypatch):
    dinner = compound.meal(lunch.canteen, {lunch.dishes[0]: 5}, period="dinner")
    write = operations.write_prep_list

    def fail_for_lunch(meal_id):
        if meal_id == lunch.meal.id:
            raise RuntimeError("broken")
        write(meal_id)

    monkeypatch.setattr(operations, "write_prep_list", fail_for_lunch)
    with clock.at(lunch.meal.freezes_at), pytest.raises(RuntimeError, match="broken"):
        services.freeze_due_meals()
    assert queries.meals_to_freeze(lunch.meal.freezes_at) == [lunch.meal.id]
    assert dinner.id != lunch.meal.id

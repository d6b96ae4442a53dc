"""Issuing, giving back, writing off: what leaves the store, and what it costs."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import atomic, db
from canteen.purchasing.stock import following, operations, queries, reconciling
from canteen.purchasing.stock.models import Batch, Hold, Movement
from canteen.purchasing.stock.operations import Want
from tests.canteen.purchasing.stock.store import Store


@pytest.fixture
def store(kitchen):
    return Store(kitchen)


def test_the_batch_that_expires_first_goes_out_first(store):
    late = store.batch(1_000, days=20)
    never = store.batch(1_000, days=None)
    early = store.batch(1_000, days=2)
    answer = store.issue(1_500)
    assert answer.status == 201
    assert [(row["batch_id"], row["delta_g"]) for row in answer.data["list"]] == [
        (early.id, -1_000),
        (late.id, -500),
    ]
    assert store.left(early, late, never) == [0, 500, 1_000]
    assert reconciling.check() == []


def test_too_much_is_refused_and_nothing_is_taken(store):
    batch = store.batch(800)
    answer = store.issue(801)
    assert (answer.status, answer.error) == (409, "canteen.stock_short")
    assert answer.envelope["data"]["short"] == [
        {"ingredient_id": store.rice.id, "ingredient": "大米", "wanted_g": 801, "free_g": 800}
    ]
    assert answer.envelope["msg"] == "可用库存不足：「大米」需要 0.801 千克、可用 0.8 千克"
    assert store.left(batch) == [800]


def test_a_slip_that_is_short_of_one_thing_takes_nothing_and_names_all_that_is_short(store):
    rice = store.batch(1_000)
    oil, salt = store.kitchen.ingredient("菜籽油"), store.kitchen.ingredient("食盐")
    store.kitchen.batch(oil, 300)
    answer = store.issue_lines(
        {"ingredient_id": store.rice.id, "grams": 500},
        {"ingredient_id": oil.id, "grams": 400},
        {"ingredient_id": salt.id, "grams": 10},
    )
    assert answer.status == 409
    assert [(each["ingredient"], each["free_g"]) for each in answer.envelope["data"]["short"]] == [
        ("菜籽油", 300),
        ("食盐", 0),
    ]
    assert store.left(rice) == [1_000]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"is_blocked": True, "hold": "store", "blocked_reason": "待检"}, "canteen.batch_blocked"),
        ({"expires_on": -1}, "canteen.batch_expired"),
        ({"remaining_g": 0, "remaining_cost_fen": 0}, "canteen.batch_short"),
    ],
)
def test_what_must_not_be_used_is_not_issued_even_if_it_is_named(store, change, error):
    bad = store.batch(1_000)
    if "expires_on" in change:
        change = {"expires_on": clock.today() + timedelta(days=change["expires_on"])}
    store.set(bad, **change)
    named = store.issue_lines(
        {"ingredient_id": store.rice.id, "grams": 10, "batch_id": bad.id, "reason": "急用"}
    )
    assert (named.status, named.error) == (409, error)
    assert store.issue(10).error == "canteen.stock_short"
    assert queries.free_stock(store.kitchen.canteen.id, [store.rice.id], clock.today()) == {}


def test_its_last_day_is_still_a_day_of_use(store):
    batch = store.batch(1_000, days=0)
    assert store.issue(400).status == 201
    tomorrow = clock.today() + timedelta(days=1)
    canteen_id = store.kitchen.canteen.id
    assert queries.free_stock(canteen_id, [store.rice.id], clock.today()) == {store.rice.id: 600}
    assert queries.free_stock(canteen_id, [store.rice.id], tomorrow) == {}
    assert store.left(batch) == [600]


def test_a_batch_out_of_its_turn_needs_a_reason(store):
    first, second = store.batch(1_000, days=2), store.batch(1_000, days=9)
    line = {"ingredient_id": store.rice.id, "grams": 100, "batch_id": second.id}
    refused = store.issue_lines(line)
    assert (refused.status, refused.error) == (422, "canteen.fefo_reason_needed")
    assert store.issue_lines({**line, "reason": "前一批在底层"}).status == 201
    in_turn = {"ingredient_id": store.rice.id, "grams": 100, "batch_id": first.id}
    assert store.issue_lines(in_turn).status == 201
    assert store.left(first, second) == [900, 900]


def test_an_issue_names_its_meal_and_dish_and_neither_of_another_canteen(store, compound):
    store.batch(1_000)
    dish = store.kitchen.dish("米饭")
    meal = store.kitchen.meal([dish])
    line = {"ingredient_id": store.rice.id, "grams": 100, "dish_id": dish.id}
    (row,) = store.issue_lines(line, meal_id=meal.id).data["list"]
    assert (row["dish"], row["served_on"], row["period"]) == ("米饭", "2026-11-23", "lunch")
    costs = queries.meal_costs([meal.id])
    assert costs == {(meal.id, dish.id): (100, 100)}
    stranger = compound.dish(compound.canteen())
    refused = store.issue_lines({**line, "dish_id": stranger.id}, meal_id=meal.id)
    assert (refused.status, refused.error) == (422, "canteen.issue_purpose_unknown")


def test_the_pieces_of_a_batch_cost_what_the_batch_cost(store):
    batch = store.batch(1_000, cost_fen=1_001)
    paid = []
    for grams in (333, 333, 333, 1):
        (row,) = store.issue(grams).data["list"]
        paid.append(-row["cost_fen"])
    assert sum(paid) == 1_001
    assert store.left(batch) == [0]
    assert reconciling.check() == []


def test_what_was_not_used_comes_back_at_what_it_was_issued(store):
    batch = store.batch(900, cost_fen=1_000)
    (issued,) = store.issue(900).data["list"]
    back = f"/canteen/stock/movements/{issued['id']}/returns"
    first = store.keeper.post(back, {"grams": 300})
    assert (first.status, first.data["cost_fen"], first.data["delta_g"]) == (201, 333, 300)
    assert first.data["issue_id"] == issued["id"]
    too_much = store.keeper.post(back, {"grams": 601})
    assert (too_much.status, too_much.error) == (409, "canteen.return_too_much")
    rest = store.keeper.post(back, {"grams": 600})
    assert rest.data["cost_fen"] == 667
    assert store.left(batch) == [900]
    assert reconciling.check() == []
    other = store.keeper.post(f"/canteen/stock/movements/{rest.data['id']}/returns", {"grams": 1})
    assert (other.status, other.error) == (409, "canteen.movement_fixed")


def test_a_mistake_is_taken_back_once(store):
    batch = store.batch(1_000)
    (issued,) = store.issue(400).data["list"]
    void = f"/canteen/stock/movements/{issued['id']}/void"
    assert store.keeper.post(void, {"reason": "领错"}).data["delta_g"] == 400
    again = store.keeper.post(void, {"reason": "领错"})
    assert (again.status, again.error) == (409, "canteen.movement_fixed")
    back = store.keeper.post(f"/canteen/stock/movements/{issued['id']}/returns", {"grams": 1})
    assert back.error == "canteen.movement_fixed"
    assert store.left(batch) == [1_000]
    listed = store.keeper.get(
        "/canteen/stock/movements", canteen_id=store.kitchen.canteen.id, kind="issue"
    ).data["list"]
    assert [(row["delta_g"], row["is_void"]) for row in listed] == [(400, False), (-400, True)]


def test_an_issue_of_which_something_came_back_is_not_taken_back(store):
    store.batch(1_000)
    (issued,) = store.issue(400).data["list"]
    back = store.keeper.post(f"/canteen/stock/movements/{issued['id']}/returns", {"grams": 100}).data
    void = f"/canteen/stock/movements/{issued['id']}/void"
    assert store.keeper.post(void, {"reason": "领错"}).error == "canteen.movement_fixed"
    assert store.keeper.post(f"/canteen/stock/movements/{back['id']}/void", {"reason": "误"}).status == 201
    assert store.keeper.post(void, {"reason": "领错"}).status == 201


def test_what_has_expired_is_written_off_and_who_follows_is_told(store, monkeypatch):
    told = []
    monkeypatch.setattr(following, "_FOLLOWERS", [lambda actor, movement: told.append(movement.delta_g)])
    batch = store.batch(700, days=-2, cost_fen=350)
    lost = store.keeper.post(
        f"/canteen/stock/batches/{batch.id}/losses", {"cause": "expired", "reason": "过期"}
    )
    assert (lost.status, lost.data["delta_g"], lost.data["cost_fen"]) == (201, -700, -350)
    assert store.left(batch) == [0]
    more = store.keeper.post(
        f"/canteen/stock/batches/{batch.id}/losses", {"cause": "expired", "reason": "过期"}
    )
    assert (more.status, more.error) == (409, "canteen.batch_short")
    assert (
        store.keeper.post(f"/canteen/stock/movements/{lost.data['id']}/void", {"reason": "点错"}).status
        == 201
    )
    assert told == [-700, 700]
    assert reconciling.check() == []


def test_only_an_incident_lets_go_of_what_it_holds(store):
    batch = store.batch(1_000)
    url = f"/canteen/stock/batches/{batch.id}"

    @atomic
    def hold(held):
        if held:
            return operations.block(store.actor, [batch.id], reason="疑似中毒", hold=Hold.INCIDENT)
        return operations.unblock([batch.id], hold=Hold.INCIDENT)

    assert store.keeper.post(f"{url}/block", {"reason": "包装破损"}).data["hold"] == "store"
    assert hold(True) == [batch.id]
    assert hold(True) == []
    refused = store.manager.post(f"{url}/unblock", {"reason": "已查"})
    assert (refused.status, refused.error) == (409, "canteen.batch_held_by_incident")
    assert hold(False) == [batch.id]
    assert store.keeper.post(f"{url}/block", {"reason": "包装破损"}).status == 200
    assert store.keeper.post(f"{url}/unblock", {"reason": "已查"}).status == 403
    assert store.manager.post(f"{url}/unblock", {"reason": "已查"}).data["usability"] == "usable"


def test_movements_cannot_be_changed_by_anybody(store):
    store.batch(10)

    @atomic
    def tamper():
        db.session.execute(db.text("UPDATE stock_movements SET delta_g = 11"))

    with pytest.raises(Exception, match=r"append-only|append only"):
        tamper()


def test_another_canteens_keeper_sees_and_takes_nothing(store, compound):
    batch = store.batch(10)
    _, stranger = store.kitchen.person("storekeeper", canteen=compound.canteen())
    canteen_id = store.kitchen.canteen.id
    assert stranger.get(f"/canteen/stock/batches/{batch.id}").error == "canteen.batch_not_found"
    assert stranger.get("/canteen/stock/batches", canteen_id=canteen_id).status == 404
    body = {"canteen_id": canteen_id, "lines": [{"ingredient_id": store.rice.id, "grams": 1}]}
    assert stranger.post("/canteen/stock/issues", body).status == 404
    lost = stranger.post(f"/canteen/stock/batches/{batch.id}/losses", {"cause": "other", "reason": "x"})
    assert lost.status == 404


def test_a_unit_may_issue_for_several_dishes_of_one_batch(store):
    batch = store.batch(1_000, cost_fen=999)
    dishes = [store.kitchen.dish(f"菜{number}") for number in range(3)]

    @atomic
    def issue():
        wants = [Want(store.rice.id, 300, dish_id=dish.id) for dish in dishes]
        return operations.issue_many(store.actor, store.kitchen.canteen.id, wants)

    movements = issue()
    assert [(each.dish_id, each.delta_g) for each in movements] == [(dish.id, -300) for dish in dishes]
    db.session.expire_all()
    kept = db.session.get(Batch, batch.id)
    assert kept.remaining_cost_fen == 999 + sum(each.cost_fen for each in movements)
    assert db.session.query(Movement).count() == 4

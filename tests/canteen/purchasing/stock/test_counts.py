"""Counts: blind, decided by somebody else, and right whatever moves meanwhile."""

from datetime import timedelta

import pytest

from backend import clock
from canteen.purchasing.stock import reconciling
from tests.canteen.purchasing.stock.store import Store
from tests.factories import NINE
from tests.threads import at_once

URL = "/canteen/stock/counts"


@pytest.fixture
def store(kitchen):
    return Counted(kitchen)


class Counted(Store):
    """A store that is counted."""

    def open(self, **more):
        return self.keeper.post(URL, {"canteen_id": self.kitchen.canteen.id, **more})

    def count(self, count, batch, grams, **more):
        body = {"counted_g": grams, **more}
        return self.keeper.put(f"{URL}/{count['id']}/batches/{batch.id}", body)

    def hand_in(self, count, **more):
        return self.keeper.post(f"{URL}/{count['id']}/hand-in", more)

    def decide(self, count, who=None, *, is_approved=True):
        body = {"is_approved": is_approved, "reason": "核对无误"}
        return (who or self.manager).post(f"{URL}/{count['id']}/decide", body)


def test_who_counts_sees_no_figures_and_somebody_else_decides(store):
    more, less, right = store.batch(1_000, cost_fen=999), store.batch(500), store.batch(200)
    count = store.open(title="月末盘点").data
    assert (count["lines"], count["differing"]) == (3, None)
    line = store.count(count, more, 1_100).data
    assert (line["counted_g"], line["book_g"], line["difference_g"]) == (1_100, None, None)
    store.count(count, less, 450)
    early = store.hand_in(count)
    assert (early.status, early.error) == (409, "canteen.count_incomplete")
    store.count(count, right, 200)
    handed = store.hand_in(count).data
    assert (handed["differing"], handed["surplus_g"], handed["shortage_g"]) == (2, 100, 50)
    late = store.count(count, right, 1)
    assert (late.status, late.error) == (409, "canteen.count_decided")
    assert store.decide(count, store.keeper).status == 403
    done = store.decide(count).data
    assert done["state"] == "approved"
    assert store.left(more, less, right) == [1_100, 450, 200]
    lines = store.keeper.get(f"{URL}/{count['id']}/lines", which="differing").data["list"]
    assert sorted(row["difference_g"] for row in lines) == [-50, 100]
    moved = store.keeper.get(
        "/canteen/stock/movements", canteen_id=store.kitchen.canteen.id, kind="count"
    ).data["list"]
    assert sorted((row["delta_g"], row["cost_fen"]) for row in moved) == [(-50, -50), (100, 100)]
    assert reconciling.check() == []


def test_who_counted_a_line_does_not_approve_the_count(store):
    batch = store.batch(100)
    count = store.open().data
    store.manager.put(f"{URL}/{count['id']}/batches/{batch.id}", {"counted_g": 90})
    assert store.hand_in(count).data["can_decide"] is False
    own = store.decide(count)
    assert (own.status, own.error) == (409, "canteen.count_own")
    _, other = store.kitchen.person("canteen_manager")
    assert other.get(f"{URL}/{count['id']}").data["can_decide"] is True
    assert store.decide(count, other).data["state"] == "approved"


def test_what_moves_during_a_count_is_no_difference(store):
    batch = store.batch(1_000)
    count = store.open().data
    with clock.at(NINE + timedelta(minutes=10)):
        store.issue(300)
    with clock.at(NINE + timedelta(minutes=20)):
        # Counted at five past nine, before the issue, and written down later.
        looked = (NINE + timedelta(minutes=5)).isoformat()
        store.count(count, batch, 990, counted_at=looked)
        handed = store.hand_in(count).data
        assert (handed["surplus_g"], handed["shortage_g"]) == (0, 10)
        store.issue(100)
        store.decide(count)
    assert store.left(batch) == [590]
    assert reconciling.check() == []


@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_batch_is_counted_while_its_count_is_open(store, minutes):
    batch = store.batch(10)
    count = store.open().data
    wrong = store.count(count, batch, 10, counted_at=(NINE + timedelta(minutes=minutes)).isoformat())
    assert (wrong.status, wrong.error) == (422, "canteen.count_instant_invalid")


def test_a_shortage_that_has_been_used_up_since_is_counted_anew(store):
    batch = store.batch(100)
    count = store.open().data
    store.count(count, batch, 40)
    store.hand_in(count)
    store.issue(50)
    outdated = store.decide(count)
    assert (outdated.status, outdated.error) == (409, "canteen.count_outdated")
    assert store.decide(count, is_approved=False).data["state"] == "rejected"
    assert store.left(batch) == [50]
    assert store.open().status == 201


def test_what_came_in_meanwhile_can_be_counted_and_the_rest_left_out(store):
    store.batch(100)
    count = store.open(storage="ambient").data
    new = store.batch(70)
    assert store.count(count, new, 60).status == 200
    assert store.hand_in(count, is_partial=True).data["shortage_g"] == 10
    assert store.open(storage="frozen").error == "canteen.count_going_on"


def test_a_canteen_has_one_count_at_a_time(store, soak):
    store.batch(10)
    answers = at_once([store.open for _ in range(12 if soak else 4)])
    assert sorted(answer.status for answer in answers)[:2] == [201, 409]
    assert {answer.error for answer in answers if answer.status != 201} == {"canteen.count_going_on"}
    (live,) = store.keeper.get(URL, canteen_id=store.kitchen.canteen.id, state="open").data["list"]
    cancelled = store.keeper.post(f"{URL}/{live['id']}/cancel", {"reason": "改期"})
    assert cancelled.data["state"] == "cancelled"
    assert store.open().status == 201


def test_a_count_is_decided_once(store):
    batch = store.batch(100)
    count = store.open().data
    store.count(count, batch, 90)
    store.hand_in(count)
    _, other = store.kitchen.person("canteen_manager")
    answers = at_once([lambda who=who: store.decide(count, who) for who in (store.manager, other)])
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert store.left(batch) == [90]

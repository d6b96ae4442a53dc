"""The last grams, taken by many at once."""

import pytest

from backend.db import db
from canteen.purchasing.stock import reconciling
from canteen.purchasing.stock.models import Batch
from tests.canteen.purchasing.stock.store import Store
from tests.threads import at_once


@pytest.fixture
def store(kitchen):
    return Store(kitchen)


def test_the_last_grams_go_to_as_many_as_they_are_enough_for(store, soak):
    batches = [store.batch(250), store.batch(250)]
    takers = 24 if soak else 8
    answers = at_once([lambda: store.issue(100) for _ in range(takers)])
    assert sorted(answer.status for answer in answers) == [201] * 5 + [409] * (takers - 5)
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.stock_short"}
    assert store.left(*batches) == [0, 0]
    assert reconciling.check() == []


def test_slips_with_the_same_things_in_another_order_do_not_lock_each_other_out(store, soak):
    oil = store.kitchen.ingredient("菜籽油")
    store.batch(10_000), store.kitchen.batch(oil, 10_000, 10_000)
    lines = [{"ingredient_id": each.id, "grams": 100} for each in (store.rice, oil)]
    slips = [lines, lines[::-1]] * (12 if soak else 4)
    answers = at_once([lambda slip=slip: store.issue_lines(*slip) for slip in slips])
    assert {answer.status for answer in answers} == {201}
    assert reconciling.check() == []


def test_what_is_blocked_first_is_not_issued(store):
    batch = store.batch(1_000)
    block = f"/canteen/stock/batches/{batch.id}/block"
    calls = [lambda: store.keeper.post(block, {"reason": "召回"}), *[lambda: store.issue(100)] * 4]
    blocked, *issued = at_once(calls)
    assert blocked.status == 200
    taken = sum(answer.status == 201 for answer in issued)
    assert {answer.error for answer in issued if answer.status != 201} <= {"canteen.stock_short"}
    db.session.rollback()
    kept = db.session.get(Batch, batch.id, populate_existing=True)
    assert (kept.is_blocked, kept.remaining_g) == (True, 1_000 - 100 * taken)
    assert store.issue(100).status == 409


def test_an_issue_is_given_back_once(store):
    batch = store.batch(500)
    issued = store.issue(500).data["list"][0]["id"]
    url = f"/canteen/stock/movements/{issued}"
    answers = at_once(
        [
            lambda: store.keeper.post(f"{url}/returns", {"grams": 500}),
            lambda: store.keeper.post(f"{url}/void", {"reason": "领错"}),
            lambda: store.keeper.post(f"{url}/returns", {"grams": 500}),
        ]
    )
    assert sorted(answer.status for answer in answers) == [201, 409, 409]
    assert store.left(batch) == [500]
    assert reconciling.check() == []

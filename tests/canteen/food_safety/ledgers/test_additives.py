"""The ledger of additives."""

from datetime import timedelta
from decimal import Decimal

import pytest

from backend import clock
from canteen.food_safety.ledgers import policies
from tests.factories import MONDAY, NINE

ROOT = "/canteen/ledgers"


@pytest.fixture
def powder(kitchen):
    """泡打粉 with a limit of 500 mg in a kilogram."""
    with clock.at(NINE):
        body = {
            "canteen_id": kitchen.canteen.id,
            "name": "复配膨松剂",
            "purpose": "膨松剂",
            "limit_mg_per_kg": 500,
        }
        yield kitchen.officer.post(f"{ROOT}/additives", body).data


def use(powder, **fields):
    return {
        "additive_id": powder["id"],
        "used_at": clock.local(NINE).isoformat(),
        "weight_mg": 5000,
        "food_g": 10_000,
        "dish": "馒头",
        **fields,
    }


def uses(kitchen):
    query = {"canteen_id": kitchen.canteen.id, "from_date": MONDAY, "to_date": MONDAY}
    return kitchen.officer.get(f"{ROOT}/additive-uses", **query).data["list"]


def test_a_use_at_the_limit_is_recorded_and_one_beyond_it_needs_a_word(kitchen, powder):
    at_limit = kitchen.cook.post(f"{ROOT}/additive-uses", use(powder)).data
    assert (at_limit["mg_per_kg"], at_limit["is_over"]) == (500.0, False)
    over = use(powder, weight_mg=5001)
    refused = kitchen.cook.post(f"{ROOT}/additive-uses", over)
    assert refused.error == "canteen.additive_over_limit"
    told = kitchen.cook.post(f"{ROOT}/additive-uses", {**over, "note": "称量误差，已销毁"}).data
    assert (told["is_over"], told["mg_per_kg"]) == (True, 500.1)
    assert [each["is_over"] for each in uses(kitchen)] == [True, False]


def test_a_use_is_taken_back_by_a_row_and_once(kitchen, powder):
    made = kitchen.cook.post(f"{ROOT}/additive-uses", use(powder)).data
    path = f"{ROOT}/additive-uses/{made['id']}/void"
    assert kitchen.cook.post(path, {"reason": "登记错误"}).data["is_taken_back"]
    assert kitchen.cook.post(path, {"reason": "再来"}).error == "canteen.additive_use_taken_back"
    assert [each["is_taken_back"] for each in uses(kitchen)] == [True]


def test_a_batch_gives_its_lot_and_anothers_batch_is_refused(kitchen, powder, compound):
    from tests.canteen.kitchen import Kitchen

    with clock.at(NINE):
        ingredient = kitchen.ingredient("膨松剂", is_additive=True)
        batch = kitchen.batch(ingredient, lot="PD-07")
        foreign = Kitchen(compound).batch(ingredient)
        made = kitchen.cook.post(f"{ROOT}/additive-uses", use(powder, batch_id=batch.id)).data
        assert made["lot"] == "PD-07"
        refused = kitchen.cook.post(f"{ROOT}/additive-uses", use(powder, batch_id=foreign.id))
        assert refused.error == "canteen.additive_use_invalid"


def test_what_is_off_the_list_nameless_or_too_long_ago_is_refused(kitchen, powder):
    nameless = kitchen.cook.post(f"{ROOT}/additive-uses", use(powder, dish=""))
    assert nameless.error == "canteen.additive_use_invalid"
    late = clock.local(NINE - timedelta(days=8)).isoformat()
    assert kitchen.cook.post(f"{ROOT}/additive-uses", use(powder, used_at=late)).status == 422
    gone = {"name": "复配膨松剂", "purpose": "膨松剂", "is_active": False}
    kitchen.officer.put(f"{ROOT}/additives/{powder['id']}", gone)
    assert kitchen.cook.post(f"{ROOT}/additive-uses", use(powder)).error == "canteen.additive_inactive"
    twin = {"canteen_id": kitchen.canteen.id, "name": "复配膨松剂", "purpose": "膨松剂"}
    assert kitchen.officer.post(f"{ROOT}/additives", twin).error == "canteen.additive_exists"
    assert kitchen.cook.post(f"{ROOT}/additives", {**twin, "name": "甲"}).status == 403


@pytest.mark.parametrize(
    ("weight_mg", "food_g", "limit", "is_over", "shown"),
    [
        (5000, 10_000, 500, False, "500.0"),
        (5001, 10_000, 500, True, "500.1"),
        (500_001, 1_000_000, 500, True, "500.0"),  # Beyond the limit, though it rounds to it.
        (9_999_999, 1, None, False, "9999999000.0"),
    ],
)
def test_a_limit_is_compared_exactly_and_shown_rounded(weight_mg, food_g, limit, is_over, shown):
    assert policies.is_over(weight_mg, food_g, limit) is is_over
    assert policies.mg_per_kg(weight_mg, food_g) == Decimal(shown)

"""Assessments of suppliers by quarter: counted from deliveries, marked by people, closed for good."""

from datetime import date
from decimal import Decimal

import pytest

from backend import clock
from canteen.purchasing.suppliers import policies, services
from canteen.purchasing.suppliers.policies import Facts, Mark
from tests.canteen.purchasing.deliveries import deliver
from tests.factories import NINE
from tests.printed import text_of

WEIGHTS = {"on_time": 25, "accepted": 25, "weight": 15, "price": 15, "marks": 20}
FULL = Facts(
    due=4,
    on_time=3,
    accepted_g=90_000,
    refused_g=10_000,
    ordered_g=100_000,
    deviation_g=10_000,
    paid_fen=12_000,
    others_fen=10_000,
)


@pytest.mark.parametrize(
    ("facts", "marks", "score"),
    [
        (Facts(), [], None),
        # 25×0.75 + 25×0.9 + 15×0.9 + 15×10/12 = 67.25 of 80.
        (FULL, [], Decimal("84.1")),
        # … and 20×0.6.
        (FULL, [Mark("服务", 3, 5, "送货及时")], Decimal("79.3")),
        (Facts(), [Mark("服务", 4, 5, "尚可"), Mark("票证", 5, 5, "齐全")], Decimal("90.0")),
        # Cheaper than the others is not better than 100 %.
        (Facts(paid_fen=5_000, others_fen=10_000), [], Decimal("100.0")),
        (Facts(due=3, on_time=2), [], Decimal("66.7")),
        (Facts(accepted_g=-5, refused_g=0), [], None),
    ],
)
def test_a_score_weighs_what_there_is_to_go_by(facts, marks, score):
    assert policies.score(facts, marks, WEIGHTS) == score


@pytest.mark.parametrize(
    ("day", "first", "after", "name"),
    [
        (date(2026, 11, 23), date(2026, 10, 1), date(2027, 1, 1), "2026年第4季度"),
        (date(2027, 1, 1), date(2027, 1, 1), date(2027, 4, 1), "2027年第1季度"),
        (date(2026, 9, 30), date(2026, 7, 1), date(2026, 10, 1), "2026年第3季度"),
    ],
)
def test_a_quarter_has_a_first_day_and_a_name(day, first, after, name):
    assert policies.quarter_of(day) == first
    assert (policies.after_quarter(first), policies.quarter_name(first)) == (after, name)


def assessed(kitchen, quarter="2026-11-23", by=None):
    return (by or kitchen.buyer).post("/canteen/supplier-assessments", {"quarter": quarter}).data["list"]


def test_what_was_delivered_is_counted_marked_and_closed(kitchen):
    farm = kitchen.supplier("青山")
    deliver(kitchen, farm, kitchen.ingredient(), 9_000, 9_000, refused_g=1_000)
    one = assessed(kitchen)[0]
    assert (one["supplier_name"], one["facts"]["accepted_g"], one["percents"]["accepted"]) == (
        "青山",
        9_000,
        900,
    )
    assert one["score"] == 90.0
    path = f"/canteen/supplier-assessments/{one['id']}"
    marks = {"marks": [{"item": "服务", "points": 5, "of": 5, "reason": "随叫随到"}], "revision": 1}
    marked = kitchen.buyer.put(f"{path}/marks", marks).data
    assert (marked["score"], marked["revision"]) == (94.4, 2)
    assert kitchen.buyer.put(f"{path}/marks", marks).error == "canteen.supplier_assessment_changed"
    unearned = {"marks": [{"item": "服务", "points": 6, "of": 5, "reason": "极好"}], "revision": 2}
    assert kitchen.buyer.put(f"{path}/marks", unearned).error == "canteen.supplier_mark_invalid"
    silent = {"marks": [{"item": "服务", "points": 5, "of": 5, "reason": ""}], "revision": 2}
    assert kitchen.buyer.put(f"{path}/marks", silent).error == "app.invalid"
    # Counted again, the marks stay.
    deliver(kitchen, farm, kitchen.ingredient(), 10_000, 9_000)
    assert assessed(kitchen)[0]["score"] == 97.2

    for close in (kitchen.manager.post, kitchen.purchaser.post):
        assert close(f"{path}/close", {"revision": 2}).status == 403
    assert kitchen.head.post(f"{path}/close", {"revision": 2}).error == "canteen.quarter_not_over"
    assert kitchen.purchaser.put(f"{path}/marks", {**marks, "revision": 2}).error == "canteen.supplier_shared"
    with clock.at(kitchen.at(9, on=date(2027, 1, 4))):
        purchaser = kitchen.person("purchaser", is_head=True)[1]
        boss, manager = kitchen.person("canteen_manager", is_head=True)
        assert purchaser.post(f"{path}/close", {"revision": 2}).error == "app.forbidden"
        assert manager.post(f"{path}/close", {"revision": 2}).data["closed_by_name"] == boss.name
        again = {"marks": [], "revision": 3}
        assert purchaser.put(f"{path}/marks", again).error == "canteen.supplier_assessment_closed"
        deliver(kitchen, farm, kitchen.ingredient(), 0, 0, refused_g=50_000, on=date(2026, 12, 30))
        assert assessed(kitchen, "2026-12-01", purchaser)[0]["score"] == 97.2


def test_the_quarter_that_ended_yesterday_is_counted_by_itself(kitchen):
    deliver(kitchen, kitchen.supplier("青山"), kitchen.ingredient(), 9_000, 9_000, on=date(2026, 9, 30))
    with clock.at(kitchen.at(5, on=date(2026, 10, 1))):
        assert (services.count_last_quarter(), services.count_last_quarter()) == (1, 0)
    listed = kitchen.purchaser.get("/canteen/supplier-assessments", quarter="2026-08-01").data["list"]
    assert [one["quarter_name"] for one in listed] == ["2026年第3季度"]
    assert kitchen.purchaser.get("/canteen/supplier-assessments/99").error == (
        "canteen.supplier_assessment_not_found"
    )


def test_a_quarter_is_printed(kitchen):
    deliver(kitchen, kitchen.supplier("青山合作社"), kitchen.ingredient(), 9_000, 9_000)
    assessed(kitchen)
    with clock.at(NINE):
        printed = text_of(
            kitchen.storekeeper.get("/canteen/supplier-assessments/pdf", quarter="2026-11-23").body
        )
    assert "2026年第4季度供应商考核表" in printed
    assert "青山合作社" in printed
    book = kitchen.storekeeper.get("/canteen/supplier-assessments/workbook", quarter="2026-11-23")
    assert book.status == 200

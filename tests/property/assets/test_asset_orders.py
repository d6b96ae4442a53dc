"""What is reported about equipment: on its page, in its figures, and in how often kinds fail."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import atomic, db
from property.assets.policies import StateChange, seconds_in_use
from property.work_orders.models import WorkOrder
from tests.factories import NINE
from tests.property.assets.register import ASSETS
from tests.statements import counted_statements

HOUR = 3600
CHANGES = [
    StateChange(NINE + timedelta(hours=2), "in_use", "stopped"),
    StateChange(NINE + timedelta(hours=5), "stopped", "in_use"),
    StateChange(NINE + timedelta(hours=8), "in_use", "scrapped"),
]


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        (0, 24, 5),
        (0, 1, 1),
        (1, 3, 1),
        (3, 4, 0),
        (3, 7, 2),
        (9, 24, 0),
        (5, 5, 0),
        (6, 2, 0),  # installed after the span
    ],
)
def test_only_the_hours_in_use_count(begin, end, hours):
    at = NINE + timedelta(hours=begin), NINE + timedelta(hours=end)
    assert seconds_in_use(*at, "scrapped", CHANGES) == hours * HOUR


@pytest.mark.parametrize(("state", "hours"), [("in_use", 3), ("stopped", 0), ("scrapped", 0)])
def test_without_changes_a_state_was_always_so(state, hours):
    assert seconds_in_use(NINE, NINE + timedelta(hours=3), state, []) == hours * HOUR


@pytest.fixture
def lift(estate):
    estate.policy()
    return estate.asset("DT-001", created_at=NINE - timedelta(days=30), plate="0123456789abcdef")


def _report(estate, lift, **fields):
    """Report about the lift by its plate alone."""
    body = {"category": "leak", "asset_plate": lift.plate, "description": "水管漏水", **fields}
    return estate.requester.post("/property/work-orders", body).data["id"]


def test_the_page_of_an_asset_tells_what_is_reported_and_done(estate, lift):
    path = f"{ASSETS}/{lift.plate}"
    order_id = _report(estate, lift)
    _report(estate, lift, description="又漏水了")
    shown = estate.requester.get(path).data
    assert (shown["open_orders"], shown["last_done_at"]) == (2, None)
    estate.done(estate.requester, order_id, "cancel")

    @atomic
    def complete():
        order = db.session.get(WorkOrder, order_id + 1)
        order.state, order.completed_at, order.cost_fen = "closed", NINE, 12_300

    complete()
    shown = estate.requester.get(path).data
    assert (shown["open_orders"], shown["last_done_at"]) == (0, "2026-11-23T09:00:00+08:00")
    listed = estate.dispatcher.get(f"{ASSETS}/{lift.id}/orders").data
    assert [(order["description"], order["state"]) for order in listed["list"]] == [
        ("又漏水了", "closed"),
        ("水管漏水", "cancelled"),
    ]
    assert listed["list"][0]["cost_fen"] == 12_300
    assert "reporter_name" not in listed["list"][0]
    figures = estate.dispatcher.get(f"{ASSETS}/{lift.id}/figures").data
    assert {name: figures[name] for name in ("orders", "open", "failures", "cost_fen", "mtbf_hours")} == {
        "orders": 2,
        "open": 0,
        "failures": 1,
        "cost_fen": 12_300,
        "mtbf_hours": 30 * 24,
    }
    with counted_statements() as sent:
        estate.dispatcher.get(f"{ASSETS}/{lift.id}/orders")
    assert len(sent) <= 11


def test_how_often_a_kind_fails_in_a_span(estate, lift):
    estate.asset("DT-002", kind_id=lift.kind_id, created_at=NINE - timedelta(days=10))
    estate.asset("DT-003", kind_id=lift.kind_id, state="scrapped", created_at=NINE - timedelta(days=10))
    estate.asset("AC-001", created_at=NINE)
    for _ in range(2):
        _report(estate, lift)
    span = {"from_on": "2026-11-14", "until_on": "2026-11-30"}
    listed = estate.dispatcher.get(f"{ASSETS}/reliability", **span).data["list"]
    kinds = {kind["kind"]: kind for kind in listed}
    # From midnight of the 14th, and of the second since it was entered, until now.
    hours = (9 * 24 + 9) * 2
    assert kinds["设备DT-001"]["assets"] == 3
    assert kinds["设备DT-001"]["in_use_hours"] == hours
    assert (kinds["设备DT-001"]["failures"], kinds["设备DT-001"]["mtbf_hours"]) == (2, hours // 2)
    assert (kinds["设备AC-001"]["failures"], kinds["设备AC-001"]["mtbf_hours"]) == (0, None)
    early = estate.dispatcher.get(f"{ASSETS}/reliability", from_on="2026-01-01", until_on="2026-01-31")
    assert {kind["in_use_hours"] for kind in early.data["list"]} == {0}
    assert clock.now() == NINE

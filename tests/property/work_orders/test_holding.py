"""Holds: what they demand, who allows them, what they do to the clocks, and how they end."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import db
from backend.identity.models import Role, RoleGrant
from property.work_orders import holding
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import NINE
from tests.property.estate import add, nothing_changes
from tests.property.work_orders.test_flow import told


def wish(estate, until, by=None, **fields):
    photo = send(by or estate.worker, small_jpeg()).data["id"]
    return {"reason": "等配件", "photo_ids": [photo], "expected_until": until.isoformat(), **fields}


def test_a_short_hold_begins_at_once_and_stops_the_clock(estate):
    estate.policy()
    order_id = estate.working()
    with clock.at(NINE + timedelta(hours=1)):
        shown = estate.done(estate.worker, order_id, "hold", **wish(estate, NINE + timedelta(hours=4)))
    assert (shown["state"], shown["is_paused"], shown["can"]) == ("held", True, ["resume"])
    assert (shown["holds"][0]["state"], len(shown["holds"][0]["photos"])) == ("running", 1)
    with clock.at(NINE + timedelta(hours=3)):
        shown = estate.done(estate.worker, order_id, "resume")
    assert (shown["state"], shown["holds"][0]["state"]) == ("working", "ended")
    assert shown["resolution_due_at"] == "2026-11-23T15:00:00+08:00"
    assert told(estate.people["requester"])[-1] == "order_held"


def test_a_hold_ends_by_itself_at_its_expected_end(estate):
    estate.policy()
    order_id = estate.working()
    estate.done(estate.worker, order_id, "hold", **wish(estate, NINE + timedelta(hours=2)))
    db.session.rollback()  # What was read before would be seen as it was.
    with clock.at(NINE + timedelta(minutes=119)):
        assert holding.end_due() == 0
    with clock.at(NINE + timedelta(hours=3)):
        assert (holding.end_due(), holding.end_due()) == (1, 0)
    shown = estate.worker.get(f"/property/work-orders/{order_id}").data
    assert (shown["state"], shown["timeline"][-1]["actor_name"]) == ("working", "系统")
    # As of the expected end, however late the job was.
    assert shown["holds"][0]["ended_at"] == "2026-11-23T11:00:00+08:00"
    assert shown["resolution_due_at"] == "2026-11-23T15:00:00+08:00"
    assert told(estate.people["worker"])[-1] == "hold_ended"


def test_a_hold_that_was_over_before_the_phone_could_tell_counts_as_it_was(estate):
    estate.policy()
    order_id = estate.working()
    body = wish(estate, NINE + timedelta(hours=1), happened_at=(NINE + timedelta(minutes=30)).isoformat())
    with clock.at(NINE + timedelta(hours=2)):
        assert estate.done(estate.worker, order_id, "hold", **body)["state"] == "held"
        db.session.rollback()
        assert holding.end_due() == 1
    shown = estate.worker.get(f"/property/work-orders/{order_id}").data
    assert shown["resolution_due_at"] == "2026-11-23T13:30:00+08:00"


def test_a_long_hold_waits_for_its_approval_while_the_clock_runs(estate):
    estate.policy()
    order_id = estate.working()
    until = NINE + timedelta(days=2)
    shown = estate.done(estate.worker, order_id, "hold", **wish(estate, until))
    assert (shown["state"], shown["is_paused"]) == ("working", False)
    assert "hold" not in shown["can"]
    again = estate.do(estate.worker, order_id, "hold", **wish(estate, until))
    assert (again.status, again.error) == (409, "property.hold_waits")
    assert told(estate.people["approver"]) == ["hold_asked"]
    waiting = estate.approver.get("/property/work-orders/holds").data["list"]
    assert [(each["order_id"], each["asked_by_name"]) for each in waiting] == [(order_id, "李师傅")]
    hold_id = waiting[0]["id"]
    assert estate.worker.get("/property/work-orders/holds").status == 403
    assert estate.dispatcher.post(f"/property/work-orders/holds/{hold_id}/approve", {}).status == 403
    with clock.at(NINE + timedelta(hours=1)):
        shown = estate.approver.post(f"/property/work-orders/holds/{hold_id}/approve", {}).data
    assert (shown["state"], shown["holds"][0]["from_at"]) == ("held", "2026-11-23T10:00:00+08:00")
    twice = estate.approver.post(f"/property/work-orders/holds/{hold_id}/refuse", {"text": "不"})
    assert (twice.status, twice.error) == (409, "property.hold_decided")
    assert told(estate.people["worker"])[-1] == "hold_decided"


def test_a_hold_is_refused_with_a_reason(estate):
    order_id = estate.working()
    estate.done(estate.worker, order_id, "hold", **wish(estate, NINE + timedelta(days=2)))
    hold_id = estate.approver.get("/property/work-orders/holds").data["list"][0]["id"]
    path = f"/property/work-orders/holds/{hold_id}/refuse"
    assert estate.approver.post(path, {}).status == 422
    shown = estate.approver.post(path, {"text": "先用备件"}).data
    assert (shown["state"], shown["holds"][0]["state"]) == ("working", "refused")
    assert estate.steps(order_id)[-2:] == ["ask_hold", "refuse_hold"]


def test_a_wish_to_hold_loses_its_object_when_the_work_is_done(estate):
    order_id = estate.working()
    estate.done(estate.worker, order_id, "hold", **wish(estate, NINE + timedelta(days=2)))
    shown = estate.done(estate.worker, order_id, "finish", result="找到配件")
    assert shown["holds"][0]["state"] == "refused"
    assert estate.approver.get("/property/work-orders/holds").data["total"] == 0


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"reason": ""}, "app.invalid"),
        ({"photo_ids": []}, "property.hold_evidence_needed"),
        ({"expected_until": NINE.isoformat()}, "property.hold_until_invalid"),
        ({"expected_until": (NINE + timedelta(days=91)).isoformat()}, "property.hold_until_invalid"),
    ],
)
def test_a_hold_says_why_with_evidence_and_until_when(estate, fields, error):
    order_id = estate.working()
    with nothing_changes(estate, order_id):
        body = wish(estate, NINE + timedelta(hours=1), **fields)
        refused = estate.do(estate.worker, order_id, "hold", **body)
        assert (refused.status, refused.error) == (422, error)


def test_nobody_approves_their_own_hold(estate):
    order_id = estate.working()
    estate.done(estate.worker, order_id, "hold", **wish(estate, NINE + timedelta(days=2)))
    hold_id = estate.approver.get("/property/work-orders/holds").data["list"][0]["id"]
    grant(estate.people["worker"], "property_leader")
    worker = estate.compound.client(estate.people["worker"])
    assert "approve_hold" not in worker.get(f"/property/work-orders/{order_id}").data["can"]
    refused = worker.post(f"/property/work-orders/holds/{hold_id}/approve", {})
    assert (refused.status, refused.error) == (403, "property.own_work")


def grant(staff, code):
    """Give somebody one more role, everywhere."""
    role = db.session.query(Role).filter_by(code=code).one()
    add(
        RoleGrant(
            staff_id=staff.id,
            role_id=role.id,
            scope_kind="compound",
            scope_id=0,
            granted_at=clock.now(),
            granted_by=0,
        )
    )

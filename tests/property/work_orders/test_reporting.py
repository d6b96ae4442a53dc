"""Reporting a repair: what comes of it, and what is refused."""

from datetime import timedelta

import pytest

from backend import clock
from backend.db import atomic, db
from property.work_orders import personal
from property.work_orders.models import WorkOrder
from property.work_orders.rules import MOST_OPEN_REPORTS
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import NINE
from tests.property.estate import add
from tests.property.work_orders.test_flow import told


def test_a_report_becomes_an_order_with_clocks(estate):
    estate.policy()
    photo = send(estate.requester, small_jpeg()).data["id"]
    appointment = {"from_at": "2026-11-23T14:00:00+08:00", "until_at": "2026-11-23T16:00:00+08:00"}
    answer = estate.requester.post(
        "/property/work-orders", estate.body(photo_ids=[photo], appointment=appointment)
    )
    assert answer.status == 201
    order = answer.data
    assert (order["state"], order["state_name"]) == ("submitted", "待受理")
    assert order["number"] == f"WX20261123-{order['id']:04d}"
    assert order["response_due_at"] == order["due_at"] == "2026-11-23T09:30:00+08:00"
    assert order["resolution_due_at"] == "2026-11-23T13:00:00+08:00"
    assert (order["building_id"], order["place_path"].split(" / ")[1:]) == (
        estate.building.id,
        ["1号楼", "1层", "101"],
    )
    assert order["category"] == {
        "id": estate.categories["leak"].id, "code": "leak", "name": "leak", "path": "leak",
    }  # fmt: skip
    assert order["appointment"] == appointment
    shown = estate.requester.get(f"/property/work-orders/{order['id']}").data
    assert len(shown["photos"]["report"]) == 1
    assert (shown["reporter_name"], shown["can"]) == ("张报修", ["remind", "cancel"])


def test_the_same_request_twice_is_one_order(estate):
    """T30."""
    first = estate.requester.post("/property/work-orders", estate.body(), key="one")
    again = estate.requester.post("/property/work-orders", estate.body(), key="one")
    assert first.data["id"] == again.data["id"]
    other = estate.requester.post("/property/work-orders", estate.body(description="别的"), key="one")
    assert (other.status, other.error) == (422, "app.idempotency_key_reused")
    assert db.session.query(WorkOrder).count() == 1


def test_a_plate_says_what_and_where(estate):
    asset = estate.asset()
    answer = estate.requester.post(
        "/property/work-orders", estate.body(place_id=None, asset_plate=asset.plate)
    )
    assert (answer.data["asset_id"], answer.data["place_id"]) == (asset.id, estate.room.id)
    from backend.places.models import Plate

    add(
        Plate(
            place_kind="room",
            place_id=estate.room.id,
            token="a" * 16,
            code="abc123",
            issued_at=clock.now(),
            issued_by=0,
        )
    )
    answer = estate.requester.post("/property/work-orders", estate.body(place_id=None, asset_plate="a" * 16))
    assert (answer.data["asset_id"], answer.data["place_id"]) == (None, estate.room.id)
    unknown = estate.requester.post("/property/work-orders", estate.body(place_id=None, asset_plate="b" * 16))
    assert unknown.status == 404


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"category": "nothing"}, 404, "property.category_not_found"),
        ({"place_id": 999}, 422, "property.order_place_unknown"),
        ({"place_id": None}, 422, "property.order_place_needed"),
        ({"description": "  "}, 422, "app.invalid"),
        ({"urgency": "soon"}, 422, "app.invalid"),
        ({"photo_ids": [999]}, 404, "media.photo_not_found"),
        ({"photo_ids": list(range(1, 11))}, 422, "app.invalid"),
        (
            {
                "appointment": {
                    "from_at": "2026-11-23T16:00:00+08:00",
                    "until_at": "2026-11-23T14:00:00+08:00",
                }
            },
            422,
            "property.appointment_invalid",
        ),
        ({"contact": "王先生"}, 403, "property.contact_not_allowed"),
        ({"follows_id": 999}, 422, "property.follows_invalid"),
    ],
)
def test_what_cannot_be_reported(estate, fields, status, error):
    refused = estate.requester.post("/property/work-orders", estate.body(**fields))
    assert (refused.status, refused.error) == (status, error)
    assert db.session.query(WorkOrder).count() == 0


def test_nothing_is_filed_under_a_category_that_others_stand_below(estate):
    top = estate.category("top")
    estate.category("below", parent_id=top.id)
    assert estate.requester.post("/property/work-orders", estate.body(category="top")).error == (
        "property.category_not_leaf"
    )
    assert estate.report(category="below")
    assert estate.requester.get("/property/work-orders", category="top").data["total"] == 1


def test_nobody_has_too_many_open_reports(estate):
    estate.compound.rule(MOST_OPEN_REPORTS, 2)
    first = estate.report()
    estate.report()
    refused = estate.requester.post("/property/work-orders", estate.body())
    assert (refused.status, refused.error) == (429, "property.too_many_open_reports")
    estate.done(estate.requester, first, "cancel")
    assert estate.report()


def test_who_dispatches_writes_down_a_call(estate):
    answer = estate.dispatcher.post(
        "/property/work-orders", estate.body(contact="门卫王师傅", contact_phone="138 1234 5678")
    )
    order_id = answer.data["id"]
    shown = estate.dispatcher.get(f"/property/work-orders/{order_id}").data
    assert (shown["origin"], shown["reporter_name"]) == ("telephone", "门卫王师傅")
    assert shown["contact_phone"] == "138****5678"
    assert b"1234" not in (estate.order(order_id).contact_phone_cipher or b"")
    for_staff = estate.body(reporter_staff_no=estate.people["requester"].staff_no)
    order_id = estate.dispatcher.post("/property/work-orders", for_staff).data["id"]
    assert estate.requester.get(f"/property/work-orders/{order_id}").data["can"] == ["remind", "cancel"]
    unknown = estate.dispatcher.post("/property/work-orders", estate.body(reporter_staff_no="X"))
    assert (unknown.status, unknown.error) == (422, "property.reporter_unknown")


def test_the_number_is_told_in_full_to_who_has_the_order_in_hand_and_recorded(estate):
    from backend.audit.models import AuditEvent

    body = estate.body(contact="王先生", contact_phone="13812345678")
    order_id = estate.dispatcher.post("/property/work-orders", body).data["id"]
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    shown = estate.worker.get(f"/property/work-orders/{order_id}").data
    assert (shown["contact_phone"], "contact" in shown["can"]) == ("138****5678", True)
    assert estate.done(estate.worker, order_id, "contact") == {"name": "王先生", "phone": "13812345678"}
    for by, status in ((estate.verifier, 403), (estate.requester, 404)):
        assert estate.do(by, order_id, "contact").status == status
    db.session.rollback()
    trail = db.session.query(AuditEvent).filter_by(action="property.contact_shown").all()
    assert [event.actor_id for event in trail] == [estate.people["worker"].id]


def test_similar_reports_are_shown_without_names(estate):
    with clock.at(NINE - timedelta(days=8)):
        old = estate.compound.client(estate.people["requester"])
        estate.report(by=old)
    mine = estate.report()
    estate.report(category="light")
    done = estate.report()
    estate.done(estate.requester, done, "cancel")
    where = {"category": "leak", "place_kind": "room", "place_id": estate.room.id}
    found = estate.worker.get("/property/work-orders/similar", **where).data["list"]
    assert [(each["id"], each["is_mine"]) for each in found] == [(mine, False)]
    assert "张报修" not in str(found)
    for _ in range(6):
        estate.report()
    assert len(estate.requester.get("/property/work-orders/similar", **where).data["list"]) == 5


def test_a_later_complaint_about_a_closed_order_is_an_order_of_its_own(estate):
    order_id = estate.completed()
    body = estate.body(follows_id=order_id)
    assert estate.requester.post("/property/work-orders", body).error == "property.follows_invalid"
    close(order_id)
    assert estate.dispatcher.post("/property/work-orders", body).error == "property.follows_invalid"
    answer = estate.requester.post("/property/work-orders", body)
    shown = estate.requester.get(f"/property/work-orders/{answer.data['id']}").data
    assert (shown["origin"], shown["follows"]["id"]) == ("follow_up", order_id)


def close(order_id):
    """Close an order as its rating would."""
    from backend.actor import SYSTEM
    from property.work_orders import moving
    from property.work_orders.policies import Step

    atomic(lambda: moving.move(SYSTEM, moving.locked(order_id), Step.RATE, at=clock.now()))()


def test_an_order_is_urged_once_an_hour(estate):
    order_id = estate.dispatched()
    assert estate.do(estate.worker, order_id, "remind").status == 403
    assert estate.done(estate.requester, order_id, "remind")["reminders"] == 1
    with clock.at(NINE + timedelta(minutes=59)):
        refused = estate.do(estate.requester, order_id, "remind")
        assert (refused.status, refused.error) == (409, "property.reminded_lately")
        assert refused.envelope["data"] == {"minutes": 1}
    with clock.at(NINE + timedelta(minutes=60)):
        assert estate.done(estate.requester, order_id, "remind")["reminders"] == 2
    assert told(estate.people["worker"]) == ["order_dispatched", "order_reminded", "order_reminded"]


def test_only_the_reporter_takes_a_report_back(estate):
    order_id = estate.report()
    assert estate.do(estate.dispatcher, order_id, "cancel").status == 403
    shown = estate.done(estate.requester, order_id, "cancel", reason="自己修好了")
    assert (shown["state"], shown["can"]) == ("cancelled", [])
    assert {each["verdict"] for each in shown["clocks"]} == {"void"}


def test_a_person_gets_a_copy_of_their_reports_and_has_the_numbers_forgotten(estate):
    body = estate.body(reporter_staff_no=estate.people["requester"].staff_no, contact_phone="13812345678")
    order_id = estate.dispatcher.post("/property/work-orders", body).data["id"]
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    db.session.rollback()
    told_of = {name: personal.reports_of(estate.people[name].id) for name in ("requester", "worker", "mate")}
    assert [(each["身份"], each["联系电话"]) for each in told_of["requester"]] == [("报修人", "138****5678")]
    assert [(each["身份"], each["联系电话"]) for each in told_of["worker"]] == [("维修人员", "")]
    assert told_of["mate"] == []
    assert [each["操作"] for each in personal.steps_of(estate.people["worker"].id)] == ["接单"]
    [work] = personal.work_of(estate.people["worker"].id)
    assert (work["班组"], work["工种"], work["值班"]) == ("维修一班", "水暖", "")
    assert atomic(personal.forget_contacts)(estate.people["requester"].id) == 1
    shown = estate.dispatcher.get(f"/property/work-orders/{order_id}").data
    assert (shown["contact_phone"], "contact" in shown["can"]) == ("", False)

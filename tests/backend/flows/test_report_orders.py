"""A demand becomes a work order, and what becomes of the order comes back to it."""

from datetime import timedelta
from functools import partial

import pytest

from backend import clock
from backend.db import db
from backend.media.models import Photo
from backend.notifications.models import InboxMessage
from feedback.categories.models import Kind
from feedback.reports import recounting as report_sums
from feedback.reports.models import ReportEvent
from property.work_orders import recounting as order_sums
from property.work_orders.models import WorkOrder
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.factories import NINE
from tests.feedback.desk import Desk, nothing_changes
from tests.property.estate import Estate
from tests.threads import at_once


class House:
    """A desk whose snaps of leaks lead to repairs, and the estate that mends them."""

    def __init__(self, compound):
        self.estate = Estate(compound)
        self.desk = Desk(compound)
        leak = self.estate.categories["leak"]
        self.desk.category("leaking", Kind.SNAP, repair_category_id=leak.id, office_id=self.desk.office.id)
        self.desk.category("lamp", Kind.SERVICE, repair_category_id=leak.id)

    def raised(self, **fields):
        """An assigned report with its order: both ids."""
        report_id = self.desk.assigned(category="leaking", **fields)
        return report_id, self.order(report_id)

    def order(self, report_id, by=None, **body):
        """Raise the order of a report; its id."""
        answer = (by or self.desk.member).post(f"/feedback/reports/{report_id}/order", body)
        return int(answer.data["order_id"])

    def told(self, report_id):
        """What the public timeline says of the order."""
        db.session.rollback()
        events = db.session.query(ReportEvent).filter_by(report_id=report_id, is_public=True)
        return [each.text for each in events.order_by(ReportEvent.id) if each.step == "progress"]

    def state(self, report_id):
        return self.desk.row(report_id).state


@pytest.fixture
def house(compound):
    with clock.at(NINE):
        yield House(compound)


def sums_hold():
    """The daily sums of both sides are what their rows add up to."""
    assert report_sums.check() == []
    assert order_sums.check() == []


def mend(house, order_id, result="换了阀门"):
    """From the dispatch to the acceptance of the work."""
    estate = house.estate
    estate.done(estate.dispatcher, order_id, "accept")
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    estate.done(estate.worker, order_id, "arrive")
    estate.done(estate.worker, order_id, "finish", result=result)
    estate.done(estate.verifier, order_id, "verify", outcome="resolved")


def test_an_order_is_raised_followed_and_answers_the_report(house):
    desk, estate = house.desk, house.estate
    report_id, order_id = house.raised()
    assert house.state(report_id) == "in_order"
    assert desk.row(report_id).order_id == order_id
    mend(house, order_id)
    told = house.told(report_id)
    assert told[0].startswith("已生成维修工单")
    assert told[1:] == [
        "维修工单已派单。",
        "维修人员已接单。",
        "维修人员已到场。",
        "维修已完工，等待验收。",
    ]
    row = desk.row(report_id)
    assert (row.state, row.order_id) == ("to_rate", order_id)
    assert "换了阀门" in row.reply
    progress = desk.reporter.get(f"/feedback/reports/{report_id}/order").data
    assert (progress["state_name"], progress["result"]) == ("已完成", "换了阀门")
    assert estate.people["worker"].name not in str(desk.reporter.get(f"/feedback/reports/{report_id}").data)
    sums_hold()


def test_a_hold_is_told_with_its_expected_end(house):
    estate = house.estate
    report_id, order_id = house.raised()
    estate.done(estate.dispatcher, order_id, "accept")
    estate.done(estate.dispatcher, order_id, "dispatch", worker_id=estate.people["worker"].id)
    estate.done(estate.worker, order_id, "accept")
    until = NINE + timedelta(hours=2)
    photo_id = send(estate.worker, small_jpeg()).data["id"]
    estate.done(
        estate.worker,
        order_id,
        "hold",
        reason="等配件",
        expected_until=until.isoformat(),
        photo_ids=[photo_id],
    )
    assert house.told(report_id)[-1] == "维修暂时挂起，预计 11月23日 11:00 恢复：等配件"


@pytest.mark.parametrize("verb", ["reject", "duplicate"])
def test_an_order_that_is_not_served_gives_the_report_back(house, verb):
    desk, estate = house.desk, house.estate
    report_id, order_id = house.raised()
    first = desk.row(report_id).assignment_id
    if verb == "reject":
        estate.done(estate.dispatcher, order_id, "reject", text="不属于维修范围")
    else:
        estate.done(estate.dispatcher, order_id, "duplicate", master_id=estate.report())
    row = desk.row(report_id)
    assert (row.state, row.office_id, row.order_id) == ("assigned", desk.office.id, None)
    assert row.assignment_id != first
    kinds = {
        each.kind for each in db.session.query(InboxMessage).filter_by(staff_id=desk.people["member"].id)
    }
    assert "feedback.report_order_back" in kinds
    kinds = {
        each.kind for each in db.session.query(InboxMessage).filter_by(staff_id=desk.people["officer"].id)
    }
    assert "feedback.report_order_back" in kinds
    again = house.order(report_id)
    assert again != order_id
    db.session.rollback()
    assert db.session.get(WorkOrder, again).follows_id == order_id
    sums_hold()


def test_the_same_assignment_raises_one_order(house):
    report_id, order_id = house.raised()
    assert house.order(report_id) == order_id
    assert house.order(report_id, by=house.desk.officer) == order_id
    assert db.session.query(WorkOrder).count() == 1


def test_two_raise_it_at_once_and_one_order_stands(house):
    desk = house.desk
    report_id = desk.assigned(category="leaking")
    both = [partial(house.order, report_id, by) for by in (desk.member, desk.mate)]
    db.session.rollback()
    assert len(set(at_once(both))) == 1
    assert db.session.query(WorkOrder).count() == 1


def test_a_reopened_report_raises_a_new_order_that_follows_the_old_one(house):
    desk = house.desk
    report_id, order_id = house.raised()
    mend(house, order_id)
    desk.done(
        desk.reporter,
        report_id,
        "rate",
        outcome="partly",
        scores={"speed": 3, "attitude": 3, "result": 2},
        text="还在滴水",
    )
    assert house.state(report_id) == "assigned"
    again = house.order(report_id)
    assert again != order_id
    db.session.rollback()
    assert db.session.get(WorkOrder, again).follows_id == order_id
    assert db.session.get(WorkOrder, order_id).state == "completed"


def test_nothing_of_an_unnamed_reporter_goes_with_the_order(house):
    desk = house.desk
    photo_id = send(desk.reporter, small_jpeg()).data["id"]
    _, order_id = house.raised(is_anonymous=True, photo_ids=[photo_id])
    reporter = desk.people["reporter"]
    db.session.rollback()
    order = db.session.get(WorkOrder, order_id)
    assert (order.reporter_id, order.department_id, order.contact) == (None, None, "")
    copies = db.session.query(Photo).filter_by(owner_kind="work_order_forwarded", owner_id=order_id).all()
    assert [each.uploaded_by for each in copies] == [desk.people["member"].id]
    shown = str(house.estate.dispatcher.get(f"/property/work-orders/{order_id}").data)
    assert reporter.name not in shown
    assert reporter.staff_no not in shown


def test_a_report_that_is_hidden_takes_its_photos_from_the_order(house):
    desk, estate = house.desk, house.estate
    report_id, order_id = house.raised(photo_ids=[send(desk.reporter, small_jpeg()).data["id"]])

    def shown():
        return estate.dispatcher.get(f"/property/work-orders/{order_id}").data["photos"]["report"]

    def fetched(link):
        db.session.rollback()
        return estate.dispatcher.app.test_client().get(link).status_code

    [photo] = shown()
    assert fetched(photo["thumb"]) == 200
    desk.done(desk.officer, report_id, "hide", text="照片里有人")
    assert shown() == []
    assert fetched(photo["thumb"]) == 404
    desk.done(desk.officer, report_id, "unhide")
    assert len(shown()) == 1


def test_who_reported_unnamed_does_not_raise_the_order_of_it(house):
    """The order would name in property whom the report hides."""
    desk = house.desk
    report_id = desk.assigned(category="leaking", by=desk.member, is_anonymous=True)
    with nothing_changes(desk, report_id):
        answer = desk.member.post(f"/feedback/reports/{report_id}/order", {})
        assert (answer.status, answer.error) == (403, "feedback.report_not_yours")
    house.order(report_id, by=desk.mate)


@pytest.mark.parametrize(
    ("by", "status", "code"),
    [
        ("reporter", 403, "feedback.report_not_yours"),
        ("outsider", 404, "feedback.report_not_found"),
        ("neighbour", 404, "feedback.report_not_found"),
    ],
)
def test_others_raise_no_order(house, by, status, code):
    desk = house.desk
    report_id = desk.assigned(category="leaking")
    with nothing_changes(desk, report_id):
        answer = getattr(desk, by).post(f"/feedback/reports/{report_id}/order", {})
        assert (answer.status, answer.error) == (status, code)


def test_an_order_needs_an_office_a_category_and_a_state(house):
    desk = house.desk
    report_id = desk.accepted(category="snap")
    answer = desk.officer.post(f"/feedback/reports/{report_id}/order", {})
    assert (answer.status, answer.error) == (422, "feedback.order_category_needed")
    body = {"repair_category": "leak"}
    answer = desk.officer.post(f"/feedback/reports/{report_id}/order", body)
    assert (answer.status, answer.error) == (422, "feedback.order_office_needed")
    house.order(report_id, by=desk.officer, office_id=desk.other_office.id, **body)
    assert desk.row(report_id).office_id == desk.other_office.id
    pending = desk.report(category="leaking")
    with nothing_changes(desk, pending):
        answer = desk.officer.post(f"/feedback/reports/{pending}/order", {})
        assert (answer.status, answer.error) == (409, "feedback.report_state")


def test_an_order_of_a_report_that_went_another_way_is_noted_inside(house):
    desk = house.desk
    report_id, order_id = house.raised()
    desk.done(desk.officer, report_id, "assign", office_id=desk.other_office.id)
    mend(house, order_id)
    assert house.state(report_id) == "assigned"
    event = (
        db.session.query(ReportEvent).filter_by(report_id=report_id).order_by(ReportEvent.id.desc()).first()
    )
    assert (event.is_public, event.step) == (False, "note")
    assert "验收通过" in event.text


@pytest.mark.parametrize(
    ("verb", "why"),
    [("assign", "已改由其他单位办理"), ("reply", "已由承办单位答复"), ("duplicate", "已合并到其他诉求")],
)
def test_who_dispatches_is_told_that_a_report_has_left_its_order(house, verb, why):
    desk, estate = house.desk, house.estate
    report_id, order_id = house.raised()
    if verb == "assign":
        desk.done(desk.officer, report_id, verb, office_id=desk.other_office.id)
    elif verb == "reply":
        desk.done(desk.member, report_id, verb, text="不用修了")
    else:
        desk.done(desk.officer, report_id, verb, master_id=desk.report())
    db.session.rollback()
    told = db.session.query(InboxMessage).filter_by(kind="feedback.report_order_left").all()
    assert estate.people["dispatcher"].id in {each.staff_id for each in told}
    assert why in told[0].text
    assert db.session.get(WorkOrder, order_id).number in told[0].text


def test_an_order_that_ends_as_usual_has_not_been_left(house):
    _, done = house.raised()
    mend(house, done)
    _, refused = house.raised()
    house.estate.done(house.estate.dispatcher, refused, "reject", text="不属于维修范围")
    db.session.rollback()
    assert db.session.query(InboxMessage).filter_by(kind="feedback.report_order_left").count() == 0


@pytest.mark.parametrize("is_mended", [True, False])
def test_an_order_that_ended_while_its_report_was_hidden_leaves_it_to_the_office(house, is_mended):
    desk, estate = house.desk, house.estate
    report_id, order_id = house.raised()
    desk.done(desk.officer, report_id, "hide", text="照片里有人")
    if is_mended:
        mend(house, order_id)
    else:
        estate.done(estate.dispatcher, order_id, "reject", text="不属于维修范围")
    assert house.state(report_id) == "hidden"
    desk.done(desk.officer, report_id, "unhide")
    row = desk.row(report_id)
    assert (row.state, row.office_id, row.order_id) == ("assigned", desk.office.id, None)
    sums_hold()
    assert house.order(report_id) != order_id


def test_an_office_does_not_give_a_report_to_another_by_way_of_an_order(house):
    desk = house.desk
    report_id = desk.assigned(category="leaking")
    with nothing_changes(desk, report_id):
        body = {"office_id": desk.other_office.id}
        assert desk.member.post(f"/feedback/reports/{report_id}/order", body).status == 403


def test_both_ways_at_once_never_lock_each_other_out(house, soak, monkeypatch):
    """Forth the report and a new order, back the order and its report: several of one office, at once."""
    monkeypatch.setattr("backend.db._ATTEMPTS", 1)  # A deadlock would be tried again, and not be seen.
    desk, estate = house.desk, house.estate
    for _ in range(10 if soak else 2):
        by = desk.compound.client(desk.compound.staff())
        back = [house.raised(by=by) for _ in range(3)]
        forth = [desk.assigned(by=by, category="leaking") for _ in range(3)]
        db.session.rollback()
        calls = [
            *(partial(estate.do, estate.dispatcher, order_id, "reject", text="退") for _, order_id in back),
            *(partial(house.order, report_id) for report_id in forth),
        ]
        at_once(calls)
        assert [house.state(report_id) for report_id, _ in back] == ["assigned"] * 3
        assert [house.state(report_id) for report_id in forth] == ["in_order"] * 3
    sums_hold()

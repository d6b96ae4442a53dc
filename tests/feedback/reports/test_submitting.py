"""Bringing something forward: what it needs, who may, how often, and what comes of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.flows.personal_data import PARTS
from backend.media.models import Photo
from backend.notifications.models import InboxMessage
from backend.places.models import Plate
from backend.rules.registry import Rule
from feedback.categories.models import Anonymity, Kind
from feedback.deadlines.models import Clock
from feedback.reports.models import Report, ReportDay, ReportEvent
from feedback.reports.rules import MOST_A_DAY, MOST_OPEN, REMIND_HOURS
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.client import Client
from tests.factories import NINE
from tests.feedback.desk import Desk, add, nothing_changes
from tests.statements import counted_statements
from tests.threads import at_once


def photo(by: Client) -> int:
    return int(send(by, small_jpeg()).data["id"])


def reports() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(Report)) or 0)


def test_a_report_is_filed_with_its_photos_its_clocks_and_its_first_entry(desk: Desk) -> None:
    photos = [photo(desk.reporter), photo(desk.reporter)]
    filed = desk.reporter.post("/feedback/reports", desk.body(photo_ids=photos))
    assert filed.status == 201
    shown = filed.data
    assert shown["number"] == f"F20261123-{shown['id']:06d}"
    assert shown["state"] == "pending"
    assert shown["place"]["path"].endswith("1号楼 / 1层 / 101")
    assert shown["due_text"] == "7 天（自然日）"
    assert clock.local(desk.row(shown["id"]).submitted_at) == clock.local(NINE)
    assert desk.steps(shown["id"]) == ["submit"]
    row = desk.row(shown["id"])
    assert (row.campus_id, row.building_id) == (desk.campus.id, desk.building.id)
    assert row.department_id is not None
    assert len(db.session.scalars(select(Clock).where(Clock.subject_id == row.id)).all()) == 2
    owned = db.session.scalars(select(Photo).where(Photo.owner_kind == "report", Photo.owner_id == row.id))
    assert [(each.id, each.state) for each in owned] == [(photos[0], "private"), (photos[1], "private")]
    assert db.session.scalar(select(func.sum(ReportDay.submitted))) == 1
    # The desk is told.
    officer = desk.people["officer"].id
    told = db.session.scalars(select(InboxMessage).where(InboxMessage.staff_id == officer)).all()
    assert [message.title for message in told] == ["新的诉求"]


def test_a_plate_or_a_position_says_where_as_well(desk: Desk) -> None:
    where = {"latitude": 39.904212, "longitude": 116.407413}
    shown = desk.reporter.post("/feedback/reports", desk.body(place=None, location=where)).data
    assert shown["location"] == where
    assert shown["place"] is None
    shown = desk.reporter.post("/feedback/reports", desk.body(place=None, place_id=desk.room.id)).data
    assert shown["place"]["id"] == desk.room.id
    plate = {"token": "a" * 16, "code": "abc123", "issued_at": NINE, "issued_by": 0}
    add(Plate(place_kind="room", place_id=desk.room.id, **plate))
    shown = desk.reporter.post("/feedback/reports", desk.body(place=None, plate="a" * 16)).data
    assert shown["place"]["id"] == desk.room.id
    assert desk.reporter.post("/feedback/reports", desk.body(place=None, plate="b" * 16)).status == 404


def test_danger_is_told_at_once(desk: Desk) -> None:
    desk.report(category="danger")
    officer = desk.people["officer"].id
    told = db.session.scalars(select(InboxMessage).where(InboxMessage.staff_id == officer)).one()
    assert told.is_urgent


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"place": None}, 422, "feedback.place_needed"),
        ({"place": {"kind": "room", "id": 999}}, 422, "feedback.place_unknown"),
        ({"category": "nothing"}, 422, None),
        ({"text": "  "}, 422, None),
        ({"category": "named", "is_anonymous": True}, 422, "feedback.not_anonymous"),
        ({"category": "pictured"}, 422, "feedback.photo_needed"),
        ({"photo_ids": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}, 422, "feedback.too_many_photos"),
        ({"photo_ids": [4711]}, 404, None),
        ({"location": {"latitude": 91, "longitude": 0}}, 422, None),
        ({"category": ""}, 422, None),
        ({"contact": "王女士"}, 403, "feedback.on_behalf_not_allowed"),
        ({"follows_id": 4711}, 422, "feedback.follows_invalid"),
    ],
)
def test_what_a_report_lacks_is_refused_and_nothing_is_filed(
    desk: Desk, fields: dict[str, Any], status: int, error: str | None
) -> None:
    desk.category("pictured", Kind.SNAP, needs_photo=True)
    answer = desk.reporter.post("/feedback/reports", desk.body(**fields))
    assert answer.status in (status, 404) if fields.get("category") == "nothing" else answer.status == status
    assert error is None or answer.error == error
    assert reports() == 0


def test_somebody_elses_photo_is_not_taken(desk: Desk) -> None:
    answer = desk.reporter.post("/feedback/reports", desk.body(photo_ids=[photo(desk.neighbour)]))
    assert answer.status == 404
    assert reports() == 0


def test_the_same_submission_twice_is_one_report_and_another_under_its_key_is_refused(desk: Desk) -> None:
    body = desk.body()
    first = desk.reporter.post("/feedback/reports", body, key="one")
    again = desk.reporter.post("/feedback/reports", body, key="one")
    assert first.data["id"] == again.data["id"]
    other = desk.reporter.post("/feedback/reports", desk.body(text="另一件事"), key="one")
    assert other.status == 422
    assert reports() == 1


@pytest.mark.parametrize(
    ("rule", "error"), [(MOST_OPEN, "feedback.too_many_open"), (MOST_A_DAY, "feedback.too_many_today")]
)
def test_who_has_submitted_as_much_as_one_may_waits_named_or_not(
    desk: Desk, rule: Rule[int], error: str
) -> None:
    desk.compound.rule(rule, 2)
    desk.report()
    desk.report(category="complaint", is_anonymous=True)
    answer = desk.reporter.post("/feedback/reports", desk.body())
    assert (answer.status, answer.error) == (429, error)
    assert desk.neighbour.post("/feedback/reports", desk.body()).status == 201
    # The desk writes down as much as people tell it.
    assert desk.officer.post("/feedback/reports", desk.body(is_on_behalf=True)).status == 201


def test_the_desk_writes_down_what_somebody_says(desk: Desk) -> None:
    from_outside = desk.officer.post(
        "/feedback/reports", desk.body(contact="王女士", contact_phone="139 1234 5678")
    ).data
    row = desk.row(from_outside["id"])
    assert (row.origin, row.reporter_id, row.reporter_key) == ("desk", None, None)
    assert b"13912345678" not in (row.contact_phone_cipher or b"")
    assert from_outside["reporter_name"] == "王女士"
    shown = desk.officer.get(f"/feedback/reports/{row.id}").data
    assert shown["contact_phone"] == "139****5678"
    assert desk.do(desk.officer, row.id, "contact").data == {"name": "王女士", "phone": "13912345678"}
    reporter = desk.people["reporter"]
    ours = desk.officer.post("/feedback/reports", desk.body(reporter_staff_no=reporter.staff_no)).data
    assert desk.reporter.get(f"/feedback/reports/{ours['id']}").data["is_mine"]
    unknown = desk.officer.post("/feedback/reports", desk.body(reporter_staff_no="X404"))
    assert unknown.error == "feedback.reporter_unknown"


def test_a_later_complaint_names_the_ended_one_of_ones_own(desk: Desk) -> None:
    before = desk.report()
    assert desk.reporter.post("/feedback/reports", desk.body(follows_id=before)).status == 422
    desk.done(desk.reporter, before, "withdraw")
    assert desk.neighbour.post("/feedback/reports", desk.body(follows_id=before)).status == 422
    later = desk.reporter.post("/feedback/reports", desk.body(follows_id=before)).data
    shown = desk.reporter.get(f"/feedback/reports/{later['id']}").data
    assert shown["follows"]["id"] == before


class TestWithdrawing:
    def test_its_reporter_takes_back_what_no_office_has(self, desk: Desk) -> None:
        report_id = desk.accepted()
        shown = desk.done(desk.reporter, report_id, "withdraw", reason="已自行解决")
        assert shown["state"] == "withdrawn"
        assert {each["verdict"] for each in shown["clocks"]} <= {"void", "met"}
        assert db.session.scalar(select(func.sum(ReportDay.withdrawn))) == 1

    def test_nobody_else_does_and_not_later(self, desk: Desk) -> None:
        report_id = desk.report()
        with nothing_changes(desk, report_id):
            assert desk.do(desk.officer, report_id, "withdraw").status == 403
            assert desk.do(desk.neighbour, report_id, "withdraw").status == 404
        desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)
        with nothing_changes(desk, report_id):
            answer = desk.do(desk.reporter, report_id, "withdraw")
        assert (answer.status, answer.error) == (409, "feedback.report_state")
        refused = db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "feedback.report_step_refused")
        ).all()
        assert [event.details["verb"] for event in refused] == ["withdraw"] * 2


class TestReminding:
    def test_its_reporter_urges_once_in_so_many_hours(self, desk: Desk) -> None:
        desk.compound.rule(REMIND_HOURS, 4)
        report_id = desk.assigned()
        assert desk.done(desk.reporter, report_id, "remind")["reminders"] == 1
        soon = desk.do(desk.reporter, report_id, "remind")
        assert (soon.status, soon.error) == (409, "feedback.reminded_lately")
        with clock.at(NINE + timedelta(hours=4)):
            assert desk.done(desk.reporter, report_id, "remind")["reminders"] == 2
        assert desk.do(desk.neighbour, report_id, "remind").status == 404
        assert desk.do(desk.member, report_id, "remind").status == 403
        told = select(func.count()).where(
            InboxMessage.kind == "feedback.report_reminded", InboxMessage.staff_id == desk.people["mate"].id
        )
        assert db.session.scalar(told) == 2

    def test_of_many_at_once_one_counts(self, desk: Desk) -> None:
        report_id = desk.accepted()
        answers = at_once([lambda: desk.do(desk.reporter, report_id, "remind")] * 4)
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
        assert desk.row(report_id).reminders == 1


class TestFollowing:
    def test_who_met_the_same_says_so_once_and_sees_how_it_goes_on(self, desk: Desk) -> None:
        report_id = desk.accepted()
        assert desk.neighbour.get(f"/feedback/reports/{report_id}").status == 404
        shown = desk.done(desk.neighbour, report_id, "follow")
        assert (shown["followers"], shown["is_followed"], shown["sight"]) == (1, True, "public")
        assert shown["reporter_name"] == ""
        assert all(event["actor_name"] == "" for event in shown["timeline"])
        again = desk.do(desk.neighbour, report_id, "follow")
        assert (again.status, again.error) == (409, "feedback.already_followed")
        assert desk.do(desk.neighbour, report_id, "unfollow").data == {"followers": 0}
        assert desk.neighbour.get(f"/feedback/reports/{report_id}").status == 404

    def test_who_met_the_same_reads_the_answer_and_not_what_was_said_to_its_reporter(
        self, desk: Desk
    ) -> None:
        report_id = desk.assigned()
        desk.done(desk.neighbour, report_id, "follow")
        desk.done(desk.member, report_id, "note", text="张先生，请带钥匙来", is_public=True)
        desk.done(desk.officer, report_id, "hide", text="照片里有李处长")
        assert desk.neighbour.get(f"/feedback/reports/{report_id}").status == 404
        desk.done(desk.officer, report_id, "unhide", text="已经打码")
        desk.done(desk.member, report_id, "reply", text="花盆扶好了")
        seen = desk.neighbour.get(f"/feedback/reports/{report_id}").data["timeline"]
        assert [each["text"] for each in seen if each["text"]] == ["花盆扶好了"]
        told = str(desk.reporter.get(f"/feedback/reports/{report_id}").data["timeline"])
        assert all(words in told for words in ("请带钥匙来", "照片里有李处长", "花盆扶好了"))

    def test_ones_own_an_ended_one_and_a_complaint_are_not_followed(self, desk: Desk) -> None:
        own = desk.report()
        assert desk.do(desk.reporter, own, "follow").error == "feedback.own_report"
        desk.done(desk.reporter, own, "withdraw")
        assert desk.do(desk.neighbour, own, "follow").status == 404
        complaint = desk.report(category="complaint", is_anonymous=True)
        assert desk.do(desk.neighbour, complaint, "follow").status == 404
        # Not even that it is one's own is said of what one may not follow.
        assert desk.do(desk.neighbour, 4711, "follow").status == 404

    def test_followers_at_once_are_all_counted_and_each_once(self, desk: Desk) -> None:
        report_id = desk.report()
        clients = [desk.neighbour, desk.neighbour, desk.member, desk.mate]
        answers = at_once([lambda by=by: desk.do(by, report_id, "follow") for by in clients])
        assert sorted(answer.status for answer in answers) == [200, 200, 200, 409]
        assert desk.row(report_id).followers == 3


def test_an_entry_of_the_timeline_is_never_changed(desk: Desk) -> None:
    report_id = desk.report()

    @atomic
    def change() -> None:
        db.session.execute(update(ReportEvent).values(text="nothing happened"))

    with pytest.raises(DBAPIError):
        change()
    assert desk.steps(report_id) == ["submit"]


def test_the_copy_of_ones_data_tells_each_part_of_what_reports_keep(desk: Desk) -> None:
    report_id = desk.assigned()
    desk.done(desk.neighbour, report_id, "follow")
    desk.done(desk.member, report_id, "note", text="已到现场")
    read = {part.name: part.read for part in PARTS}
    people = {name: staff.id for name, staff in desk.people.items()}
    assert [each["内容"] for each in read["reports"](people["reporter"])] == ["花盆倒了，泥土撒了一地"]
    number = desk.row(report_id).number
    assert [each["诉求"] for each in read["report_followers"](people["neighbour"])] == [number]
    assert [each["操作"] for each in read["report_steps"](people["member"])] == ["办理记录"]
    assert read["report_offices"](people["lead"]) == [{"承办单位": "绿化组", "负责人": True}]
    assert read["report_seals"](people["keeper"]) == []


def test_a_category_may_prefer_to_stay_unnamed_but_names_who_wishes(desk: Desk) -> None:
    desk.category("shy", Kind.COMPLAINT, needs_place=False, anonymity=Anonymity.PREFERRED.value)
    named = desk.row(desk.report(category="shy"))
    assert (named.is_anonymous, named.reporter_id) == (False, desk.people["reporter"].id)


def test_a_submission_costs_so_many_statements(desk: Desk) -> None:
    desk.report()
    with counted_statements() as sent:
        desk.report()
    assert len(sent) <= 45

"""Who wishes to stay unnamed is named nowhere: the cases of T35."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from backend.audit.models import AuditEvent
from backend.db import db
from backend.media.models import Photo
from backend.notifications.kinds import find_kind
from backend.notifications.models import InboxMessage
from backend.vault import decrypt
from feedback.reports import personal
from feedback.reports.models import Assignment, Follower, ReportEvent
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import fetch, send
from tests.client import Client
from tests.feedback.desk import Desk
from tests.threads import at_once

PARTLY = {"outcome": "partly", "scores": {"speed": 4}, "text": "还没有完全改正"}


def photo(by: Client) -> int:
    return int(send(by, small_jpeg()).data["id"])


@pytest.fixture
def whispered(desk: Desk) -> int:
    """An unnamed complaint that went all the way, was rated and handled again."""
    fields = {"category": "complaint", "is_anonymous": True, "photo_ids": [photo(desk.reporter)]}
    report_id = desk.assigned(**fields)
    desk.done(desk.reporter, report_id, "remind")
    desk.do(desk.reporter, report_id, "withdraw")  # Refused, and that leaves a trace as well.
    desk.done(desk.member, report_id, "reply", text="已经批评教育")
    assert desk.done(desk.reporter, report_id, "rate", **PARTLY)["state"] == "assigned"
    return report_id


def staff(desk: Desk) -> list[Client]:
    return [desk.officer, desk.approver, desk.visitor, desk.keeper, desk.lead, desk.member]


def ensure_unnamed(desk: Desk, body: Any) -> None:
    """Neither the name nor the number of the reporter, nor of the department."""
    reporter = desk.people["reporter"]
    text = body if isinstance(body, str) else body.decode()
    assert reporter.name not in text
    assert reporter.staff_no not in text


def test_no_list_and_no_detail_names_an_unnamed_reporter(desk: Desk, whispered: int) -> None:
    for client in staff(desk):
        shown = client.get(f"/feedback/reports/{whispered}")
        ensure_unnamed(desk, shown.body)
        assert shown.data["reporter_name"] == "匿名"
        assert shown.data["department_name"] == ""
        assert shown.data["contact_phone"] == ""
        own = {"submit", "remind", "rate", "reopen"}
        entries = [each for each in shown.data["timeline"] if each["step"] in own]
        assert {each["actor_name"] for each in entries} == {"匿名"}
    for client, scope in ((desk.officer, "desk"), (desk.member, "office")):
        listed = client.get("/feedback/reports", scope=scope)
        assert [each["id"] for each in listed.data["list"]] == [whispered]
        ensure_unnamed(desk, listed.body)
    assert desk.do(desk.officer, whispered, "contact").status == 403


def test_the_workbook_of_the_desk_says_unnamed_and_its_making_is_recorded(desk: Desk, whispered: int) -> None:
    desk.report(text="实名的一件")
    answer = desk.officer.get("/feedback/reports/export", scope="desk")
    assert answer.status == 200
    sheet = load_workbook(BytesIO(answer.body)).active
    assert sheet is not None
    titles, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    named = {row[titles.index("类型")]: row[titles.index("诉求人")] for row in rows}
    assert named == {"随手拍": desk.people["reporter"].name, "投诉": "匿名"}
    recorded = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "feedback.reports_exported")
    ).one()
    assert recorded.actor_id == desk.people["officer"].id
    assert desk.neighbour.get("/feedback/reports/export", scope="desk").status == 403
    assert desk.officer.get("/feedback/reports/export", scope="mine").status == 422


def test_neither_timeline_nor_audit_nor_assignment_knows_who_it_was(desk: Desk, whispered: int) -> None:
    reporter_id = desk.people["reporter"].id
    db.session.rollback()
    for model, column in ((ReportEvent, ReportEvent.actor_id), (Assignment, Assignment.assigned_by)):
        assert db.session.scalar(select(func.count()).select_from(model).where(column == reporter_id)) == 0
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "report")).all()
    own = [each for each in trail if each.details.get("is_anonymous")]
    assert {each.action for each in own} >= {"feedback.report_submitted", "feedback.report_step_refused"}
    assert {(each.actor_id, each.request_id) for each in own} == {(0, "")}
    assert reporter_id not in {each.actor_id for each in trail}
    row = desk.row(whispered)
    assert (row.reporter_id, row.department_id, row.contact) == (None, None, "")
    assert row.reporter_cipher is not None
    assert decrypt(row.reporter_cipher) == str(reporter_id)


def test_photos_forget_who_of_the_unnamed_sent_them(desk: Desk) -> None:
    sent = {"photo_ids": [photo(desk.reporter)]}
    unnamed = desk.assigned(category="complaint", is_anonymous=True, **sent)
    desk.done(desk.member, unnamed, "reply", text="已经批评教育")
    desk.done(desk.reporter, unnamed, "reopen", text="没有改", photo_ids=[photo(desk.reporter)])
    desk.report(photo_ids=[photo(desk.reporter)])
    db.session.rollback()
    senders = db.session.scalars(select(Photo.uploaded_by).order_by(Photo.id)).all()
    assert senders == [None, None, desk.people["reporter"].id]
    # They are there all the same, for those who work on it.
    assert len(desk.member.get(f"/feedback/reports/{unnamed}").data["photos"]) == 1


def test_what_the_reporter_is_told_leads_to_no_report_and_others_do_not_see_to_whom_it_went(
    desk: Desk, whispered: int
) -> None:
    reporter_id = desk.people["reporter"].id
    db.session.rollback()
    told = db.session.scalars(select(InboxMessage).where(InboxMessage.staff_id == reporter_id)).all()
    about = [each for each in told if each.kind.startswith("feedback.")]
    assert about
    number = desk.row(whispered).number
    for message in about:
        kind = find_kind(message.kind)
        assert kind is not None
        assert kind.hides_recipient
        assert number not in message.text
        assert len(message.dedupe) == 32
        assert message.page == "pages/feedback/mine"
    # Whoever of the desk reported it unnamed is told of it like all others.
    desk.report(by=desk.officer, category="complaint", is_anonymous=True)
    db.session.rollback()
    submitted = select(func.count()).where(
        InboxMessage.kind == "feedback.report_submitted",
        InboxMessage.staff_id == desk.people["officer"].id,
    )
    assert db.session.scalar(submitted) == 2


def test_the_photos_of_a_hidden_report_are_there_for_nobody_and_come_back(desk: Desk) -> None:
    report_id = desk.report(photo_ids=[photo(desk.reporter)])
    links = desk.officer.get(f"/feedback/reports/{report_id}").data["photos"][0]
    sizes = ("full", "medium", "thumb")
    assert [fetch(desk.compound.app, links[size]).status_code for size in sizes] == [200] * 3
    desk.done(desk.officer, report_id, "hide", text="含他人隐私")
    assert [fetch(desk.compound.app, links[size]).status_code for size in sizes] == [404] * 3
    for client in (desk.reporter, desk.officer):
        assert client.get(f"/feedback/reports/{report_id}").data["photos"] == []
    assert desk.neighbour.get(f"/feedback/reports/{report_id}").status == 404
    desk.done(desk.officer, report_id, "unhide")
    again = desk.officer.get(f"/feedback/reports/{report_id}").data["photos"][0]
    assert fetch(desk.compound.app, again["thumb"]).status_code == 200


def test_its_reporter_finds_it_among_their_own_and_nobody_else_does(desk: Desk, whispered: int) -> None:
    mine = desk.reporter.get("/feedback/reports", scope="mine").data["list"]
    assert [(each["id"], each["is_mine"]) for each in mine] == [(whispered, True)]
    assert desk.neighbour.get("/feedback/reports", scope="mine").data["list"] == []
    assert desk.neighbour.get(f"/feedback/reports/{whispered}").status == 404
    reporter_id = desk.people["reporter"].id
    (copied,) = personal.reports_of(reporter_id)
    assert copied["匿名"] is True
    assert copied["编号"] == desk.row(whispered).number
    assert personal.steps_of(reporter_id) == []


def test_a_follower_is_named_to_nobody(desk: Desk) -> None:
    report_id = desk.report()
    desk.done(desk.neighbour, report_id, "follow")
    neighbour = desk.people["neighbour"]
    for client in (desk.officer, desk.reporter, desk.approver):
        shown = client.get(f"/feedback/reports/{report_id}")
        assert shown.data["followers"] == 1
        assert neighbour.name not in shown.body.decode()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Follower)) == 1


class TestSeals:
    def asked(self, desk: Desk, report_id: int) -> int:
        body = {"report_id": report_id, "reason": "涉嫌诬告，须核实"}
        return int(desk.keeper.post("/feedback/seal-requests", body).data["id"])

    def test_two_keepers_open_a_seal_together_and_who_asked_looks_once(
        self, desk: Desk, whispered: int
    ) -> None:
        request_id = self.asked(desk, whispered)
        path = f"/feedback/seal-requests/{request_id}"
        assert desk.keeper.post(f"{path}/look").error == "feedback.seal_closed"
        own = desk.keeper.post(f"{path}/decide", {"is_granted": True})
        assert (own.status, own.error) == (403, "feedback.seal_not_yours")
        granted = desk.second_keeper.post(f"{path}/decide", {"is_granted": True, "text": "同意"})
        assert granted.data["state"] == "granted"
        assert desk.second_keeper.post(f"{path}/look").status == 403
        seen = desk.keeper.post(f"{path}/look").data
        assert (seen["name"], seen["staff_no"]) == (
            desk.people["reporter"].name,
            desk.people["reporter"].staff_no,
        )
        assert desk.keeper.post(f"{path}/look").error == "feedback.seal_closed"
        ensure_unnamed(desk, desk.keeper.get("/feedback/seal-requests").body)
        db.session.rollback()
        trail = db.session.scalars(
            select(AuditEvent).where(AuditEvent.object_kind == "seal_request").order_by(AuditEvent.id)
        ).all()
        assert [(each.action.removeprefix("feedback."), each.result) for each in trail] == [
            ("seal_asked", "done"),
            ("seal_opened", "refused"),
            ("seal_decided", "refused"),
            ("seal_decided", "done"),
            ("seal_opened", "refused"),
            ("seal_opened", "done"),
            ("seal_opened", "refused"),
        ]
        ensure_unnamed(desk, str([each.details for each in trail]))
        told = select(InboxMessage.text).where(
            InboxMessage.kind == "feedback.seal_looked",
            InboxMessage.staff_id == desk.people["reporter"].id,
        )
        ensure_unnamed(desk, db.session.scalars(told).one())

    def test_a_second_wish_waits_and_what_is_not_sealed_is_not_opened(
        self, desk: Desk, whispered: int
    ) -> None:
        self.asked(desk, whispered)
        body = {"report_id": whispered, "reason": "再申请一次看看"}
        assert desk.second_keeper.post("/feedback/seal-requests", body).error == "feedback.seal_waits"
        assert desk.officer.post("/feedback/seal-requests", body).status == 403
        named = {**body, "report_id": desk.report()}
        assert desk.keeper.post("/feedback/seal-requests", named).error == "feedback.nothing_sealed"
        assert desk.keeper.post("/feedback/seal-requests", {**body, "report_id": 4711}).status == 404

    def test_of_two_looks_at_once_one_sees_the_name(self, desk: Desk, whispered: int) -> None:
        path = f"/feedback/seal-requests/{self.asked(desk, whispered)}"
        desk.second_keeper.post(f"{path}/decide", {"is_granted": True})
        answers = at_once([lambda: desk.keeper.post(f"{path}/look")] * 3)
        assert sorted(answer.status for answer in answers) == [200, 409, 409]

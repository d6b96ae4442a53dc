"""What the desk and the offices do with a report: who may, what becomes of it, and who is told."""

from typing import Any

import pytest

from backend.audit.models import AuditEvent
from backend.db import atomic, db
from backend.notifications.models import InboxMessage
from feedback.deadlines import queries as clock_queries
from feedback.offices.models import Office
from feedback.reports import recounting
from feedback.reports.models import Assignment
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import fetch, send
from tests.client import Client
from tests.feedback.desk import Desk, nothing_changes


def photo(by: Client) -> int:
    return int(send(by, small_jpeg()).data["id"])


def told(desk: Desk, who: str, kind: str) -> list[InboxMessage]:
    """What somebody was told of this kind."""
    db.session.rollback()
    staff_id = desk.people[who].id
    return list(db.session.query(InboxMessage).filter_by(staff_id=staff_id, kind=f"feedback.{kind}"))


def verdicts(report_id: int) -> dict[str, str]:
    """How the clocks of the latest cycle stand."""
    db.session.rollback()
    return {each.kind.value: each.verdict.value for each in clock_queries.clocks_of([report_id])[report_id]}


def assignments(report_id: int) -> list[tuple[int, str]]:
    db.session.rollback()
    found = db.session.query(Assignment).filter_by(report_id=report_id).order_by(Assignment.id)
    return [(each.office_id, each.ended_by) for each in found]


def test_the_desk_takes_a_report_in_and_its_reporter_is_told(desk: Desk) -> None:
    report_id = desk.report()
    shown = desk.done(desk.officer, report_id, "accept", text="收到")
    assert (shown["state"], shown["state_name"]) == ("accepted", "已受理")
    assert verdicts(report_id) == {"response": "met", "answer": "running"}
    assert len(told(desk, "reporter", "report_accepted")) == 1


def test_only_the_desk_takes_in_and_who_may_not_know_of_a_report_does_not(desk: Desk) -> None:
    report_id = desk.report()
    with nothing_changes(desk, report_id):
        refused = desk.do(desk.reporter, report_id, "accept")
        assert (refused.status, refused.error) == (403, "feedback.report_not_yours")
        assert desk.do(desk.approver, report_id, "accept").status == 403
        for invisible in (desk.neighbour, desk.member):
            answer = desk.do(invisible, report_id, "accept")
            assert (answer.status, answer.error) == (404, "feedback.report_not_found")
        assert desk.do(desk.officer, report_id + 99, "accept").status == 404
    traces = db.session.query(AuditEvent).filter_by(action="feedback.report_step_refused").all()
    assert [(each.details["verb"], each.result) for each in traces] == [("accept", "refused")] * 2


def test_giving_out_what_is_pending_takes_it_in_first(desk: Desk) -> None:
    report_id = desk.report()
    shown = desk.done(desk.officer, report_id, "assign", office_id=desk.office.id, text="请今天处理")
    assert (shown["state"], shown["office"]["name"]) == ("assigned", "绿化组")
    assert desk.steps(report_id)[-2:] == ["accept", "assign"]
    assert verdicts(report_id)["response"] == "met"
    assert {len(told(desk, who, "report_assigned")) for who in ("lead", "member", "mate")} == {1}
    assert not told(desk, "outsider", "report_assigned")
    assert len(told(desk, "reporter", "report_office_chosen")) == 1


def test_from_one_office_to_another_resets_no_clock(desk: Desk) -> None:
    report_id = desk.assigned()
    same = desk.do(desk.officer, report_id, "assign", office_id=desk.office.id)
    assert (same.status, same.error) == (409, "feedback.office_same")
    shown = desk.done(desk.officer, report_id, "assign", office_id=desk.other_office.id, text="属物业")
    assert shown["office"]["name"] == "物业科"
    assert assignments(report_id) == [(desk.office.id, "transferred"), (desk.other_office.id, "")]
    assert (desk.row(report_id).transfers, verdicts(report_id)["answer"]) == (1, "running")
    assert desk.do(desk.member, report_id, "reply", text="好了").status == 404
    assert len(told(desk, "member", "report_transferred")) == 1
    desk.done(desk.outsider, report_id, "reply", text="好了")
    assert recounting.check() == []


def test_an_office_out_of_use_or_of_another_campus_gets_nothing(desk: Desk) -> None:
    report_id = desk.accepted()
    other = desk.new_office("东院组", campus_id=desk.compound.campus(name="东院").id)
    with nothing_changes(desk, report_id):
        elsewhere = desk.do(desk.officer, report_id, "assign", office_id=other.id)
        assert (elsewhere.status, elsewhere.error) == (422, "feedback.office_elsewhere")
        close_office(desk.office.id)
        closed = desk.do(desk.officer, report_id, "assign", office_id=desk.office.id)
        assert (closed.status, closed.error) == (409, "feedback.office_closed")
        assert desk.do(desk.officer, report_id, "assign", office_id=9999).status == 404


@atomic
def close_office(office_id: int) -> None:
    db.session.get_one(Office, office_id).is_active = False


def test_a_refusal_says_why(desk: Desk) -> None:
    report_id = desk.report()
    assert desk.do(desk.officer, report_id, "reject", text="").status == 422
    shown = desk.done(desk.officer, report_id, "reject", text="属于个人事务")
    assert (shown["state"], shown["timeline"][-1]["text"]) == ("rejected", "属于个人事务")
    assert verdicts(report_id) == {"response": "met", "answer": "void"}
    (message,) = told(desk, "reporter", "report_rejected")
    assert "属于个人事务" in message.text


def test_a_member_of_the_office_replies_and_the_reporter_is_asked_to_rate(desk: Desk) -> None:
    report_id = desk.assigned()
    with nothing_changes(desk, report_id):
        for who in (desk.officer, desk.reporter):
            assert desk.do(who, report_id, "reply", text="好了").status == 403
        assert desk.do(desk.outsider, report_id, "reply", text="好了").status == 404
    photo_id = photo(desk.member)
    shown = desk.done(desk.member, report_id, "reply", text="花盆已扶正", photo_ids=[photo_id])
    assert (shown["state"], shown["reply"]) == ("to_rate", "花盆已扶正")
    assert desk.steps(report_id)[-2:] == ["reply", "invite"]
    assert verdicts(report_id) == {"response": "met", "answer": "met"}
    assert assignments(report_id) == [(desk.office.id, "replied")]
    seen = desk.reporter.get(f"/feedback/reports/{report_id}").data
    (entry,) = [each for each in seen["timeline"] if each["step"] == "reply"]
    assert len(entry["photos"]) == 1
    assert "花盆已扶正" in told(desk, "reporter", "report_replied")[0].text


def test_the_desk_itself_replies_while_no_office_has_it(desk: Desk) -> None:
    report_id = desk.accepted()
    desk.done(desk.officer, report_id, "reply", text="热线已告知处理办法")
    row = desk.row(report_id)
    assert (row.state, row.office_id) == ("to_rate", None)
    assert recounting.check() == []


def test_more_photos_than_nine_and_somebody_elses_are_refused(desk: Desk) -> None:
    report_id = desk.assigned()
    with nothing_changes(desk, report_id):
        theirs = photo(desk.reporter)
        assert desk.do(desk.member, report_id, "reply", text="好了", photo_ids=[theirs]).status == 404
        many = desk.do(desk.member, report_id, "note", text="好了", photo_ids=list(range(1, 11)))
        assert many.status == 422


def test_a_note_is_for_who_works_on_it_unless_it_is_public(desk: Desk) -> None:
    report_id = desk.assigned()
    desk.done(desk.member, report_id, "note", text="等材料", photo_ids=[photo(desk.member)])
    assert "等材料" not in str(desk.reporter.get(f"/feedback/reports/{report_id}").data)
    assert not told(desk, "reporter", "report_noted")
    desk.done(desk.officer, report_id, "note", text="材料周三到", is_public=True)
    assert "材料周三到" in str(desk.reporter.get(f"/feedback/reports/{report_id}").data)
    assert len(told(desk, "reporter", "report_noted")) == 1
    assert desk.do(desk.reporter, report_id, "note", text="快点").status == 403
    assert desk.do(desk.visitor, report_id, "note", text="快点").status == 403


def test_a_report_is_supervised_and_let_go_once_each(desk: Desk) -> None:
    report_id = desk.assigned()
    again = desk.do(desk.officer, report_id, "unsupervise")
    assert (again.status, again.error) == (409, "feedback.supervision_unchanged")
    desk.done(desk.approver, report_id, "supervise", text="领导关注")
    assert desk.do(desk.officer, report_id, "supervise").status == 409
    assert desk.row(report_id).supervised_at is not None
    assert "领导关注" in told(desk, "lead", "report_supervised")[0].text
    assert desk.do(desk.member, report_id, "unsupervise").status == 403
    desk.done(desk.officer, report_id, "unsupervise")
    assert desk.row(report_id).supervised_at is None
    assert "supervise" not in str(desk.reporter.get(f"/feedback/reports/{report_id}").data["timeline"])


class TestHiding:
    """T35: a hidden report's photos are 404, thumbs too, until it is back."""

    @pytest.fixture
    def report_id(self, desk: Desk) -> int:
        report_id = desk.report(photo_ids=[photo(desk.reporter), photo(desk.reporter)])
        desk.done(desk.officer, report_id, "assign", office_id=desk.office.id)
        desk.done(desk.member, report_id, "note", text="看过", photo_ids=[photo(desk.member)])
        return report_id

    def links(self, desk: Desk, report_id: int) -> list[str]:
        """Every address of a photo in the detail."""

        def walk(data: Any) -> list[str]:
            if isinstance(data, dict):
                return [each for value in data.values() for each in walk(value)]
            if isinstance(data, list):
                return [each for value in data for each in walk(value)]
            return [data] if isinstance(data, str) and "/media/" in data else []

        return walk(desk.officer.get(f"/feedback/reports/{report_id}").data)

    def test_every_link_ends_and_none_is_given_out(self, desk: Desk, report_id: int) -> None:
        before = self.links(desk, report_id)
        assert len(before) >= 6  # Three photos, each in several sizes.
        assert {fetch(desk.officer.app, link).status_code for link in before} == {200}
        shown = desk.done(desk.officer, report_id, "hide", text="拍到了人脸")
        assert (shown["state"], self.links(desk, report_id)) == ("hidden", [])
        assert {fetch(desk.officer.app, link).status_code for link in before} == {404}
        assert desk.do(desk.member, report_id, "note", text="再看").status == 409
        assert verdicts(report_id)["answer"] == "paused"

    def test_it_comes_back_as_it_was(self, desk: Desk, report_id: int) -> None:
        count = len(self.links(desk, report_id))
        desk.done(desk.officer, report_id, "hide", text="拍到了人脸")
        assert desk.do(desk.reporter, report_id, "unhide").status == 403
        shown = desk.done(desk.officer, report_id, "unhide")
        assert shown["state"] == "assigned"
        assert {fetch(desk.officer.app, link).status_code for link in self.links(desk, report_id)} == {200}
        assert len(self.links(desk, report_id)) == count
        assert verdicts(report_id)["answer"] == "running"
        desk.done(desk.member, report_id, "reply", text="处理好了")
        assert recounting.check() == []

    def test_a_hidden_duplicate_follows_its_master_again(self, desk: Desk, report_id: int) -> None:
        master_id = desk.accepted()
        desk.done(desk.officer, report_id, "duplicate", master_id=master_id)
        desk.done(desk.officer, report_id, "hide", text="拍到了人脸")
        other_id = desk.accepted()
        desk.done(desk.officer, master_id, "duplicate", master_id=other_id)
        desk.done(desk.officer, report_id, "unhide")
        assert (desk.row(report_id).state, desk.row(report_id).master_id) == ("duplicate", other_id)

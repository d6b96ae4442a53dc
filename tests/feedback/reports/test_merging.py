"""Duplicates follow their master, and whoever met the same hears how it ends."""

from backend.db import db
from feedback.reports import recounting
from feedback.reports.models import Follower
from tests.feedback.desk import Desk, nothing_changes
from tests.feedback.reports.test_handling import told, verdicts


def followers(report_id: int) -> set[int]:
    db.session.rollback()
    return {each.staff_id for each in db.session.query(Follower).filter_by(report_id=report_id)}


def test_a_duplicate_follows_its_master_and_everybody_hears_of_the_answer(desk: Desk) -> None:
    master_id = desk.assigned()
    report_id = desk.report(desk.neighbour, text="同一个花盆")
    shown = desk.done(desk.officer, report_id, "duplicate", master_id=master_id)
    assert (shown["state"], shown["master"]["id"]) == ("duplicate", master_id)
    assert verdicts(report_id) == {"response": "met", "answer": "void"}
    assert followers(master_id) == {desk.people["neighbour"].id}
    assert desk.row(master_id).followers == 1
    assert len(told(desk, "neighbour", "report_duplicate")) == 1
    desk.done(desk.member, master_id, "reply", text="已扶正")
    (message,) = told(desk, "neighbour", "master_ended")
    assert "已扶正" in message.text
    assert recounting.check() == []


def test_an_unnamed_reporter_follows_nobody_and_is_told_all_the_same(desk: Desk) -> None:
    master_id = desk.assigned()
    report_id = desk.report(desk.neighbour, text="同一个花盆", is_anonymous=True)
    desk.done(desk.officer, report_id, "duplicate", master_id=master_id)
    assert followers(master_id) == set()
    before = len(told(desk, "neighbour", "unnamed_news"))
    desk.done(desk.member, master_id, "reply", text="已扶正")
    assert len(told(desk, "neighbour", "unnamed_news")) == before + 1
    assert not told(desk, "neighbour", "master_ended")


def test_who_complained_of_the_same_does_not_get_to_read_the_other_complaint(desk: Desk) -> None:
    master_id = desk.report(category="complaint", text="食堂态度恶劣", place=None)
    report_id = desk.report(desk.neighbour, category="complaint", text="态度不好", place=None)
    desk.done(desk.officer, report_id, "duplicate", master_id=master_id)
    assert followers(master_id) == set()
    assert desk.neighbour.get(f"/feedback/reports/{master_id}").status == 404
    desk.done(desk.officer, master_id, "reject", text="已移交")
    (message,) = told(desk, "neighbour", "master_ended")
    assert "食堂态度恶劣" not in message.text
    assert "已移交" in message.text


def test_there_are_no_chains(desk: Desk) -> None:
    first, second, third = desk.accepted(), desk.accepted(), desk.accepted()
    desk.done(desk.officer, second, "duplicate", master_id=first)
    shown = desk.done(desk.officer, third, "duplicate", master_id=second)
    assert shown["master"]["id"] == first
    root = desk.accepted()
    desk.done(desk.officer, first, "duplicate", master_id=root)
    assert {desk.row(each).master_id for each in (first, second, third)} == {root}


def test_a_report_does_not_follow_itself_nor_what_has_ended(desk: Desk) -> None:
    report_id, ended_id, hidden_id, other = desk.accepted(), desk.rated(), desk.accepted(), desk.accepted()
    desk.done(desk.officer, hidden_id, "hide", text="含个人信息")
    desk.done(desk.officer, other, "duplicate", master_id=report_id)
    with nothing_changes(desk, report_id):
        # `other` follows the report: to follow it would be to follow oneself.
        for master_id in (report_id, ended_id, hidden_id, other, 9999):
            answer = desk.do(desk.officer, report_id, "duplicate", master_id=master_id)
            assert (answer.status, answer.error) == (422, "feedback.master_invalid")
        assert desk.do(desk.approver, report_id, "duplicate", master_id=ended_id).status == 403


def test_several_are_merged_together_or_not_at_all(desk: Desk) -> None:
    master_id, one, two, ended = desk.accepted(), desk.accepted(), desk.assigned(), desk.rated()
    with nothing_changes(desk, one):
        answer = desk.officer.post(
            "/feedback/reports/merge", {"master_id": master_id, "report_ids": [one, ended, two]}
        )
        assert (answer.status, answer.error) == (409, "feedback.report_state")
    merged = desk.officer.post("/feedback/reports/merge", {"master_id": master_id, "report_ids": [two, one]})
    assert merged.data == {"master_id": master_id, "number": desk.row(master_id).number, "merged": 2}
    assert {desk.row(each).state for each in (one, two)} == {"duplicate"}
    assert desk.steps(master_id).count("note") == 2
    refused = desk.member.post("/feedback/reports/merge", {"master_id": master_id, "report_ids": [one]})
    assert refused.status in (403, 404, 409)
    assert recounting.check() == []


def test_what_follows_an_answered_master_hears_of_the_answer_at_once(desk: Desk) -> None:
    master_id = desk.replied()
    report_id = desk.report(desk.neighbour, is_anonymous=True)
    before = len(told(desk, "neighbour", "unnamed_news"))
    desk.done(desk.officer, report_id, "duplicate", master_id=master_id)
    assert len(told(desk, "neighbour", "unnamed_news")) == before + 2

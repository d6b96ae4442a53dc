"""The ticket (诉求办理单): what stands on it, and for whom."""

from pathlib import Path
from urllib.parse import unquote

from tests.client import Client
from tests.feedback.desk import FIVE, Desk
from tests.feedback.reports.test_handling import photo
from tests.printed import images_of, pages_of, picture_of, text_of


def ticket(by: Client, report_id: int) -> tuple[str, bytes]:
    """The file's name and its bytes."""
    answer = by.get(f"/feedback/reports/{report_id}/sheet")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    return unquote(answer.headers["Content-Disposition"].rpartition("''")[2]), answer.body


def test_a_ticket_says_what_was_asked_by_when_and_what_was_done(desk: Desk, tmp_path: Path) -> None:
    report_id = desk.report(photo_ids=[photo(desk.reporter), photo(desk.reporter)])
    desk.done(desk.officer, report_id, "assign", office_id=desk.office.id, text="请今天处理")
    desk.done(desk.member, report_id, "note", text="等花盆送到")
    desk.done(desk.member, report_id, "reply", text="花盆已更换，泥土已清扫干净。")
    desk.done(desk.reporter, report_id, "rate", **FIVE)
    name, pdf = ticket(desk.officer, report_id)
    number = desk.row(report_id).number
    assert name == f"诉求办理单 {number}.pdf"
    text = text_of(pdf)
    for said in (
        *("诉求办理单", number, "花盆倒了，泥土撒了一地", "张诉求", "绿化组", "1号楼", "请今天处理"),
        *("办理时限：7 天（自然日），2026-11-30 09:00 前答复", "花盆已更换", "已解决", "等花盆送到", "按时"),
    ):
        assert said in text, said
    assert (pages_of(pdf), images_of(pdf)) == (1, 2)
    # Ink at the top, in the middle and nearly nothing at the foot of a half-empty page.
    picture = picture_of(pdf, tmp_path)
    assert picture.size[1] > picture.size[0]
    assert sum(picture.crop((0, 0, picture.size[0], picture.size[1] // 3)).histogram()[:128]) > 2000


def test_the_reporters_own_copy_says_nothing_that_is_not_for_them(desk: Desk) -> None:
    report_id = desk.assigned()
    desk.done(desk.member, report_id, "note", text="先拖着")
    _, pdf = ticket(desk.reporter, report_id)
    text = text_of(pdf)
    assert "先拖着" not in text
    assert "尚未答复" in text
    assert "打印：张诉求" in text


def test_a_ticket_of_an_unnamed_report_names_nobody(desk: Desk) -> None:
    report_id = desk.replied(is_anonymous=True)
    desk.done(desk.reporter, report_id, "rate", outcome="partly", scores={"speed": 2}, text="还差一点")
    staff_no = desk.people["reporter"].staff_no
    for reader in (desk.officer, desk.member, desk.reporter):
        text = text_of(ticket(reader, report_id)[1])
        assert "匿名" in text
        assert "张诉求" not in text
        assert staff_no not in text


def test_a_hidden_reports_ticket_shows_no_photo(desk: Desk) -> None:
    report_id = desk.report(photo_ids=[photo(desk.reporter)])
    desk.done(desk.officer, report_id, "hide", text="拍到了人脸")
    assert images_of(ticket(desk.officer, report_id)[1]) == 0


def test_who_only_met_the_same_gets_no_ticket(desk: Desk) -> None:
    report_id = desk.accepted()
    assert desk.neighbour.get(f"/feedback/reports/{report_id}/sheet").status == 404
    desk.done(desk.neighbour, report_id, "follow")
    refused = desk.neighbour.get(f"/feedback/reports/{report_id}/sheet")
    assert (refused.status, refused.error) == (403, "feedback.report_not_yours")

"""零差错: a meeting's checklist, its faults and the figures."""

from typing import Any

from backend import clock
from tests.client import Answer, Client
from tests.meeting.hall import Hall, at
from tests.meeting.hospitality.service import Service, hospitality

__all__ = ["hospitality"]

TEA = {"code": "tea"}


def check(by: Client, occurrence_id: int, *ticks: tuple[str, str, str]) -> Answer:
    """Tick lines (phase, code, note); a note is a fault."""
    rows = [{"phase": phase, "code": code, "is_ok": not note, "note": note} for phase, code, note in ticks]
    return by.post(f"/meeting/occurrences/{occurrence_id}/checks", {"ticks": rows})


def item(checklist: Any, code: str) -> Any:
    return next(line["item"] for line in checklist["lines"] if line["code"] == code)


def test_a_checklist_is_the_meetings_own_lines_and_those_of_its_services(
    hall: Hall, hospitality: Service
) -> None:
    occurrence_id = hall.book(start=at(14), services=[TEA])["occurrences"][0]["id"]
    found = hall.organiser.get(f"/meeting/occurrences/{occurrence_id}/checks").data
    assert not found["may_check"]
    codes = [(line["phase"], line["code"]) for line in found["lines"]]
    assert ("before", "layout") in codes
    assert ("before", "tea.served") in codes
    assert codes.index(("before", "tea.served")) < codes.index(("after", "documents"))
    refused = check(hall.organiser, occurrence_id, ("before", "layout", ""))
    assert (refused.status, refused.error) == (403, "meeting.check_not_yours")
    unseen = check(hall.stranger, occurrence_id, ("before", "layout", ""))
    assert (unseen.status, unseen.error) == (404, "meeting.occurrence_not_found")
    unknown = check(hall.steward, occurrence_id, ("before", "sound.tested", ""))
    assert (unknown.status, unknown.error) == (422, "meeting.check_line_unknown")
    early = check(hall.steward, occurrence_id, ("after", "lights", ""))
    assert (early.status, early.error) == (409, "meeting.check_too_early")


def test_documents_that_were_left_are_told_to_the_organiser_and_settled_when_fetched(
    hall: Hall, hospitality: Service
) -> None:
    occurrence_id = hall.book(start=at(14), services=[TEA])["occurrences"][0]["id"]
    with clock.at(at(15, 5)):
        found = check(
            hall.steward, occurrence_id, ("after", "documents", "红头文件一份"), ("after", "lights", "")
        ).data
        left = item(found, "documents")
        told = hall.organiser.get("/inbox").data["messages"]
        assert [each["kind"] for each in told] == ["meeting.documents_left"]
        assert "红头文件一份" in told[0]["text"]
        path = f"/meeting/check-items/{left['id']}/settle"
        assert hall.organiser.post(path, {"text": "我来取"}).status == 404
        settled = hall.steward.post(path, {"text": "张组织已领取"}).data
        assert settled["settlement"] == "张组织已领取"
        again = hall.steward.post(path, {"text": "再次"})
        assert (again.status, again.error) == (409, "meeting.fault_settled")


def test_a_fault_that_is_put_right_stays_on_record(hall: Hall, hospitality: Service) -> None:
    occurrence_id = hall.book(start=at(14), services=[TEA])["occurrences"][0]["id"]
    check(hall.steward, occurrence_id, ("before", "layout", "少摆两把椅子"))
    found = check(hall.steward, occurrence_id, ("before", "layout", "")).data
    assert (item(found, "layout")["is_ok"], item(found, "layout")["settlement"]) == (False, "复查合格")


def test_figures_count_meetings_faults_and_late_tasks_and_name_nobody(
    hall: Hall, hospitality: Service
) -> None:
    first = hall.book(hall.small, at(14), services=[TEA])["occurrences"][0]["id"]
    second = hall.book(hall.large, at(16), services=[TEA])["occurrences"][0]["id"]
    check(hall.steward, first, ("before", "layout", "座位数不符"), ("before", "clean", ""))
    check(hall.steward, second, ("before", "layout", ""))
    tea = next(
        each for each in hospitality.tasks(scope="all", occurrence_id=first) if each["title"] == "会前茶水"
    )
    hospitality.do(hall.steward, tea, "take")
    with clock.at(at(13, 50)):
        hospitality.do(hall.steward, tea, "done", ticks=[{"code": "tea.served", "is_ok": True}])
    days = {"from_on": "2026-11-23", "until_on": "2026-11-23"}
    with clock.at(at(15, 20)):
        figures = hall.reader.get("/meeting/hospitality/figures", **days).data
    assert {key: figures[key] for key in ("meetings", "checked", "faultless", "faults", "settled")} == {
        "meetings": 2,
        "checked": 2,
        "faultless": 1,
        "faults": 1,
        "settled": 0,
    }
    assert {key: figures[key] for key in ("tasks", "done", "late", "undone")} == {
        "tasks": 8,
        "done": 1,
        "late": 1,
        "undone": 2,
    }
    assert figures["lines"] == [{"text": "会场布局、座位数与预订一致", "count": 1}]
    assert figures["days"] == [{"on": "2026-11-23", "meetings": 2, "faults": 1}]
    faults = hall.reader.get("/meeting/hospitality/faults", open=True, **days).data
    assert [each["note"] for each in faults["list"]] == ["座位数不符"]
    too_long = hall.reader.get("/meeting/hospitality/figures", from_on="2026-01-01", until_on="2027-12-31")
    assert (too_long.status, too_long.error) == (422, "meeting.fault_days_invalid")
    assert hall.organiser.get("/meeting/hospitality/figures", **days).status == 403

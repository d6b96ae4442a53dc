"""What 会务 offers: the seeded catalogue, and who changes it."""

from typing import Any

from tests.meeting.hall import Hall
from tests.meeting.hospitality.service import Service, hospitality

__all__ = ["hospitality"]

SIGNS: dict[str, Any] = {
    "code": "signs",
    "name": "指引牌",
    "unit": "块",
    "setup_minutes": 20,
    "ready_minutes": 60,
    "checklist": [{"phase": "before", "code": "placed", "text": "指引牌已摆放"}],
}


def test_the_seeded_catalogue_says_when_tea_and_equipment_are_ready(hall: Hall) -> None:
    found = {each["code"]: each for each in hall.organiser.get("/meeting/services").data["list"]}
    assert {each["name"] for each in found.values()} >= {
        *("茶水", "续水", "席卡", "会标横幅", "投影", "音响", "视频会议调试", "录音录像", "摄影", "鲜花"),
        "安保引导",
    }
    assert (found["tea"]["ready_minutes"], found["projector"]["ready_minutes"]) == (15, 30)
    assert (found["refill"]["repeat_minutes"], found["sound"]["item_count"]) == (20, 2)


def test_who_manages_hospitality_adds_and_withdraws_a_service(hall: Hall, hospitality: Service) -> None:
    assert hall.steward.post("/meeting/services", SIGNS).status == 403
    made = hall.approver.post("/meeting/services", SIGNS)
    assert made.status == 201
    twin = hall.approver.post("/meeting/services", SIGNS)
    assert (twin.status, twin.error) == (409, "meeting.hospitality_code_taken")
    idle = hall.approver.post("/meeting/services", {"code": "idle", "name": "无", "unit": "次"})
    assert (idle.status, idle.error) == (422, "meeting.service_without_task")
    body = {key: value for key, value in SIGNS.items() if key != "code"}
    path = f"/meeting/services/{made.data['id']}"
    assert hall.approver.put(path, {**body, "item_id": 999}).error == "meeting.service_item_unknown"
    assert hall.approver.put(path, {**body, "is_active": False}).status == 200
    assert "signs" not in {each["code"] for each in hall.organiser.get("/meeting/services").data["list"]}
    withdrawn = hall.ask(services=[{"code": "signs"}])
    assert withdrawn.error == "meeting.service_unknown"


def test_the_checklist_of_every_meeting_is_data(hall: Hall, hospitality: Service) -> None:
    line = {"phase": "after", "code": "windows", "text": "窗户已关", "kind": "ordinary"}
    assert hall.steward.put("/meeting/checklist-lines", {"lines": [line]}).status == 403
    twice = hall.approver.put("/meeting/checklist-lines", {"lines": [line, line]})
    assert (twice.status, twice.error) == (422, "meeting.checklist_repeated")
    kept = hall.approver.put("/meeting/checklist-lines", {"lines": [line]}).data["list"]
    assert kept == hall.steward.get("/meeting/checklist-lines").data["list"] == [line]


def test_items_are_kept_by_campus(hall: Hall, hospitality: Service) -> None:
    made = hall.approver.post("/meeting/items", {"code": "flag", "name": "国旗", "unit": "面"})
    assert made.status == 201
    path = f"/meeting/items/{made.data['id']}"
    changed = hall.approver.put(path, {"name": "党旗", "unit": "面"})
    assert changed.data["name"] == "党旗"
    assert hall.approver.put(f"{path}/stock", {"campus_id": 999, "count": 1}).status == 404
    stocked = hall.approver.put(f"{path}/stock", {"campus_id": hall.campus.id, "count": 4}).data
    assert [(each["campus_id"], each["count"]) for each in stocked["stocks"]] == [(hall.campus.id, 4)]
    assert hall.approver.put("/meeting/items/999", {"name": "无", "unit": "个"}).status == 404

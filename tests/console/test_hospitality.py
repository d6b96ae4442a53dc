"""The pages of hospitality: the day board, one task, checks and faults, what is kept, the waitlist."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from tests.console.browser import Console
from tests.meeting.hall import at
from tests.meeting.hospitality.service import Service
from tests.property.estate import Estate
from tests.statements import counted_statements

MOST = 15
BOARD = "/console/meetings/hospitality"
CHECKS = "/console/meetings/checks"
SERVICES = "/console/meetings/services"
TEA = {"code": "tea"}


@pytest.fixture
def hospitality(hall):
    return Service(hall)


@pytest.fixture
def manager(app, hall):
    return Console(app, hall.people["approver"])


@pytest.fixture
def steward(app, hall):
    return Console(app, hall.people["steward"])


def of_building(app, hall, building_id):
    """A console of a steward of one building."""
    staff = hall.compound.staff(roles={"meeting_steward": (ScopeKind.BUILDING, building_id)})
    return Console(app, staff)


def section(page, title):
    """The panel in whose head this stands."""
    return next(each for each in page.split('<section class="panel"') if title in each)


def test_the_board_has_what_nobody_has_first_and_a_meeting_is_given_out_whole(hall, hospitality, manager):
    hospitality.stock("banner_stand", 1)
    hall.book(start=at(12), subject="早些的会", headcount=6, services=[TEA])
    hall.book(
        hall.large, start=at(14), subject="晚些的会", services=[TEA, {"code": "banner", "note": "欢迎"}]
    )
    early = next(each for each in hospitality.tasks(scope="all") if each["subject"] == "早些的会")
    given = {"staff_id": hall.people["steward"].id, "whole_meeting": True}
    page = manager.page(BOARD)
    assert page.index("早些的会") < page.index("晚些的会")
    assert "茶水 6人" in section(page, "早些的会")
    assert "会标横幅 1条（欢迎" in section(page, "晚些的会")
    dialog = manager.page(f"{BOARD}/tasks/{early['id']}", is_whole="true")
    assert "孙会务" in dialog
    assert "空闲" in dialog
    assert manager.send("POST", f"/meeting/tasks/{early['id']}/assign", given).status == 200
    page = manager.page(BOARD)
    assert page.index("晚些的会") < page.index("早些的会")
    assert "整场安排" not in section(page, "早些的会")
    by_steward = manager.page(BOARD, by="steward")
    assert "未安排" in by_steward.split('<section class="panel"')[1]
    assert "早些的会" in section(by_steward, ">孙会务 <small")
    assert "晚些的会" not in section(by_steward, ">孙会务 <small")
    assert "早些的会" not in manager.page(BOARD, on="2026-11-24")
    assert "早些的会" not in manager.page(BOARD, campus_id=hall.campus.id + 1)


def test_equipment_that_is_short_is_marked(hall, hospitality, manager):
    hospitality.stock("projector", 1)
    first = hall.book(start=at(12), services=[{"code": "projector"}])
    hall.book(hall.large, start=at(14), services=[{"code": "projector"}])
    assert "物品不足" not in manager.page(BOARD)
    moved = {"start": at(14).isoformat(), "end": at(15).isoformat()}
    assert hall.organiser.put(f"/meeting/bookings/{first['id']}", moved).status == 200
    assert "物品不足" in manager.page(BOARD)
    items = manager.page(f"{SERVICES}/items", campus_id=hall.campus.id)
    assert "移动投影仪" in items
    assert "已借完" in items


def test_a_steward_finishes_a_task_and_a_fault_is_followed_until_it_is_settled(
    app, hall, hospitality, manager, steward
):
    booked = hall.book(start=at(14), subject="处务会", services=[TEA])
    occurrence_id = booked["occurrences"][0]["id"]
    tea = hospitality.task("会前茶水")
    dialog = f"{BOARD}/tasks/{tea['id']}"
    assert "ticks.0.is_ok" not in steward.page(dialog)
    assert steward.send("POST", f"/meeting/tasks/{tea['id']}/take").status == 200
    shown = steward.page(dialog)
    assert "ticks.0.is_ok" in shown
    assert "茶水、热水瓶按人数到位" in shown
    assert "staff_id" not in shown
    ticks = [{"code": "tea.served", "is_ok": False, "note": "少两只杯子"}]
    assert steward.send("POST", f"/meeting/tasks/{tea['id']}/done", {"ticks": ticks}).status == 200
    assert "少两只杯子" not in manager.page(CHECKS, until_date="2026-11-22")
    assert "少两只杯子" not in manager.page(CHECKS, is_open="false")
    faults = manager.page(CHECKS)
    assert "少两只杯子" in faults
    item_id = int(faults.split(f"{CHECKS}/items/")[1].split('"')[0])
    assert "记为已处理" in manager.page(f"{CHECKS}/items/{item_id}")
    checklist = steward.page(f"{CHECKS}/{occurrence_id}")
    assert "记录会前检查" in checklist
    assert ">记录会后检查<" not in checklist
    with clock.at(at(14, 30)):
        assert ">记录会后检查<" in Console(app, hall.people["steward"]).page(f"{CHECKS}/{occurrence_id}")
    settled = manager.send("POST", f"/meeting/check-items/{item_id}/settle", {"text": "已补齐"})
    assert settled.status == 200
    assert "已补齐" in manager.page(CHECKS, is_open="false")
    assert "记为已处理" not in manager.page(f"{CHECKS}/items/{item_id}")


def test_damage_is_sent_to_be_mended(app, hall):
    Estate(hall.compound)
    occurrence_id = hall.book(start=at(14), services=[TEA])["occurrences"][0]["id"]
    with clock.at(at(15, 5)):
        steward = Console(app, hall.people["steward"])
        tick = {"phase": "after", "code": "damage", "is_ok": False, "note": "椅子断腿"}
        path = f"/meeting/occurrences/{occurrence_id}/checks"
        assert steward.send("POST", path, {"ticks": [tick]}).status == 200
        page = steward.page(f"{CHECKS}/{occurrence_id}")
        item_id = int(page.split(f"{CHECKS}/items/")[1].split('"')[0])
        dialog = f"{CHECKS}/items/{item_id}"
        assert '<option value="other">' in steward.page(dialog)
        sent = steward.send("POST", f"/meeting/check-items/{item_id}/work-order", {"category": "other"})
        assert sent.status == 201
        assert sent.data["order"]["number"] in steward.page(CHECKS)
        assert "转报修工单" not in steward.page(dialog)


def test_the_pages_hide_what_is_out_of_reach_and_what_is_confidential(app, hall, hospitality, manager):
    booked = hall.book(start=at(14), subject="干部调整", is_confidential=True, services=[TEA])
    tea = hospitality.task("会前茶水")
    far = of_building(app, hall, hall.building.id + 1)
    assert "会前茶水" not in far.page(BOARD)
    assert far.get(f"{BOARD}/tasks/{tea['id']}").status_code == 404
    assert far.get(f"{CHECKS}/{booked['occurrences'][0]['id']}").status_code == 404
    near = of_building(app, hall, hall.building.id)
    page = near.page(BOARD)
    assert "会前茶水" in page
    assert "干部调整" not in page
    assert "干部调整" not in manager.page(BOARD)
    assert near.get(f"{CHECKS}/items/999").status_code == 404
    stranger = Console(app, hall.people["stranger"])
    for path in (BOARD, CHECKS, SERVICES, "/console/meetings/waitlist"):
        assert stranger.get(path).status_code == 403
    assert near.get(SERVICES).status_code == 403


def test_services_checklists_and_items_are_kept(hall, manager):
    page = manager.page(SERVICES)
    assert "会中每 20 分钟一次" in page
    tea_id = next(
        each["id"] for each in hall.organiser.get("/meeting/services").data["list"] if each["code"] == "tea"
    )
    assert 'value="茶水"' in manager.page(f"{SERVICES}/{tea_id}")
    assert "新增服务" in manager.page(f"{SERVICES}/new")
    assert manager.get(f"{SERVICES}/9999").status_code == 404
    assert "无遗留文件、物品" in manager.page(f"{SERVICES}/checklist")
    assert "新增物品" in manager.page(f"{SERVICES}/items/new")
    assert manager.get(f"{SERVICES}/items", campus_id=9999).status_code == 404


def test_the_waitlist_opens_with_the_room_that_somebody_waits_for(app, hall, manager):
    hall.book(hall.large, start=at(14))
    body = {
        "room_id": hall.large.id,
        "start": at(14).isoformat(),
        "end": at(15).isoformat(),
        "subject": "等房间的会",
    }
    assert hall.organiser.post("/meeting/waitlist", body).status == 201
    page = manager.page("/console/meetings/waitlist")
    assert "等房间的会" in page
    assert "下一位" in page
    other = manager.page("/console/meetings/waitlist", room_id=hall.small.id)
    assert "等房间的会" not in other
    far = of_building(app, hall, hall.building.id + 1)
    assert far.get("/console/meetings/waitlist", room_id=hall.large.id).status_code == 404
    assert "等房间的会" not in far.page("/console/meetings/waitlist")


def test_the_first_page_tells_of_tasks_of_today_and_tomorrow_that_nobody_has(app, hall, manager, steward):
    hall.book(start=at(14), services=[TEA])
    hall.book(start=at(14) + timedelta(days=1), services=[TEA])
    hall.book(start=at(14) + timedelta(days=2), services=[TEA])
    assert "今明两天 8 项会务任务未安排人员" in manager.page("/console/")
    assert "会务任务未安排" not in steward.page("/console/")
    elsewhere = (ScopeKind.CAMPUS, hall.campus.id + 1)
    far = Console(app, hall.compound.staff(roles={"meeting_manager": elsewhere}))
    assert "会务任务未安排" not in far.page("/console/")
    assert "明天还有 4 项" in manager.page(BOARD)


def test_the_pages_ask_few_questions_of_the_database(hall, manager):
    for hour in (12, 14, 16):
        hall.book(start=at(hour), services=[TEA, {"code": "refill"}, {"code": "nameplate"}])
    for path in (
        BOARD,
        f"{BOARD}?by=steward",
        CHECKS,
        SERVICES,
        f"{SERVICES}/items",
        "/console/meetings/waitlist",
    ):
        manager.page(path)
        with counted_statements() as sent:
            manager.page(path)
        asked = [each for each in sent if not each.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
        assert len(asked) <= MOST, (path, asked)

"""The pages of the rooms' keepers: the list, the editor, closures, limits, equipment, display and feed."""

import re
from datetime import time, timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from backend.places.models import Room
from meeting.rooms.models import Approval, Layout, Quota, Right
from tests.console.browser import Console
from tests.factories import MONDAY
from tests.meeting.hall import Hall, add, at, hall
from tests.statements import counted_statements

__all__ = ["hall"]

MOST = 15
ROOMS = "/console/meetings/rooms"
OFFICE = (time(8, 30), time(12)), (time(14), time(18))


@pytest.fixture
def keeper(app, hall):
    """Somebody who looks after all rooms."""
    return Console(app, hall.people["approver"])


@pytest.fixture
def elsewhere(app, compound, hall):
    """Somebody who looks after the rooms of another campus."""
    other = compound.campus(name="东院")
    staff = compound.staff(roles={"meeting_manager": (ScopeKind.CAMPUS, other.id)})
    return Console(app, staff)


def furnished(hall: Hall):
    """A room with something of everything."""
    room = hall.room(
        "第一会议室",
        capacity=30,
        layouts={Layout.CLASSROOM: 24},
        hours=dict.fromkeys(range(1, 6), OFFICE),
        approval=Approval.FROM_LEVEL.value,
        approval_level=3,
        is_checkin_required=True,
        turnaround_minutes=15,
        description="有直播设备",
    )
    hall.allow(room, Right.BOOK, department=hall.department)
    hall.allow(room, Right.OVERRIDE, staff=hall.people["leader"])
    hall.furnish(Quota(room_id=room.id, subject="person", period="week", measure="count", amount=4))
    return room


def close(console, room, start, end, **fields):
    body = {"kind": "closed", "start": start.isoformat(), "end": end.isoformat(), "reason": "空调检修"}
    return console.send("POST", f"/meeting/rooms/{room.id}/closures", {**body, **fields})


def statements(console, path):
    console.page(path)
    with counted_statements() as sent:
        console.page(path)
    return sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent)


def field(page, name):
    """What stands in a field, or None if it is not sent."""
    [tag] = re.findall(rf'<(?:input|select)[^>]*name="{re.escape(name)}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', tag)
    return None if " disabled" in tag else value and value[1]


def test_the_list_shows_rooms_with_their_hours_and_state_and_is_filtered(hall, keeper):
    room = furnished(hall)
    hall.room("仓库", is_active=False)
    close(keeper, hall.small, at(8), at(18))
    page = keeper.page(ROOMS)
    assert "周一至周五 08:30–12:00，14:00–18:00" in page
    assert "所选级别及以上须审批" in page
    assert "厅局级" in page
    row = page.split(f'{ROOMS}/{hall.small.id}"')[1].split("</tr>")[0]
    assert "停用中" in row
    assert "今天 18:00" in row
    assert "未启用" in page.split(">仓库<")[1].split("</tr>")[0]
    filtered = keeper.page(ROOMS, capacity=50)
    assert "多功能厅A" in filtered
    assert "第一会议室" not in filtered
    assert "第一会议室" in keeper.page(ROOMS, q="第一", layout="classroom")
    assert keeper.get(ROOMS, layout="circle").status_code == 422
    assert room.name in page


def test_the_editor_shows_what_stands_and_takes_what_it_showed(hall, keeper):
    room = furnished(hall)
    page = keeper.page(f"{ROOMS}/{room.id}/edit")
    assert field(page, "revision") == "0"
    assert field(page, "hours.0.from_time") == "08:30"
    assert field(page, "hours.1.until_time") == "18:00"
    assert field(page, "hours.10.weekday") is None, "Saturday has no hours: nothing is sent of it"
    assert field(page, "layouts.0.layout") == "classroom"
    assert field(page, "layouts.1.layout") is None
    assert "综合处" in page
    assert "钱领导" in page
    said = {
        "name": "第一会议室",
        "place_id": room.place_id,
        "capacity": 32,
        "revision": 0,
        "hours": [{"weekday": 1, "from_time": "09:00", "until_time": "00:00"}],
        "approval": "none",
        "approval_level": None,
    }
    assert keeper.send("PUT", f"/meeting/rooms/{room.id}", said).status == 200
    assert keeper.send("PUT", f"/meeting/rooms/{room.id}", said).error == "meeting.room_changed"
    assert "周一 09:00–24:00" in keeper.page(f"{ROOMS}/{room.id}")


def test_a_hall_is_made_of_plain_rooms_of_its_campus_only(hall, keeper):
    page = keeper.page(f"{ROOMS}/{hall.hall.id}/edit")
    candidates = page.split('data-list="parts"')[1].split("</fieldset>")[0]
    assert "多功能厅A" in candidates
    assert "小会议室" in candidates
    assert f'value="{hall.hall.id}"' not in candidates
    assert "data-list" not in keeper.page(f"{ROOMS}/{hall.part_a.id}/edit"), "a part has no parts"


def test_the_page_of_a_room_shows_its_closures_with_who_they_are_for(hall, keeper):
    room = furnished(hall)
    start = at(9, day=MONDAY + timedelta(days=1))
    exceptions = [{"kind": "department", "id": hall.department.id}]
    kept = close(keeper, room, start, start + timedelta(days=1), kind="blocked", exceptions=exceptions)
    assert kept.status == 201, kept.envelope
    page = keeper.page(f"{ROOMS}/{room.id}")
    assert "未开始" in page
    assert "供 综合处 使用" in page
    for text in ("每人每周 4 场", "有直播设备", "综合处：可直接预订", "钱领导：可申请优先使用"):
        assert text in page
    lift = f"/meeting/rooms/{room.id}/closures/{kept.data['id']}/lift"
    assert lift in page
    assert keeper.send("POST", lift).status == 200
    page = keeper.page(f"{ROOMS}/{room.id}")
    assert "已解除" in page
    assert lift not in page


def test_a_closure_over_a_meeting_is_refused_with_the_meetings_until_they_shall_give_way(hall, keeper):
    booking = hall.book(hall.small, at(14), subject="党组会")
    refused = close(keeper, hall.small, at(13), at(18))
    assert refused.error == "meeting.room_booked"
    assert [each["booking_id"] for each in refused.envelope["data"]["meetings"]] == [booking["id"]]
    assert "停用中" not in keeper.page(ROOMS)
    assert "空调检修" not in keeper.page(f"{ROOMS}/{hall.small.id}")
    assert close(keeper, hall.small, at(13), at(18), displace=True).status == 201
    assert "空调检修" in keeper.page(f"{ROOMS}/{hall.small.id}")
    assert hall.view(booking["id"])["state"] == "cancelled"


def test_the_display_and_the_feed_are_offered_and_the_feeds_address_is_told_once(hall, keeper):
    path = f"{ROOMS}/{hall.small.id}"
    page = keeper.page(path)
    assert f"/screen/room/{hall.small.id}" in page
    assert "生成订阅地址" in page
    made = keeper.send("POST", "/meeting/calendar-feeds", {"room_id": hall.small.id})
    page = keeper.page(path)
    assert "重新生成" in page
    assert "赵审批" in page
    assert made.data["url"] not in page
    assert keeper.send("DELETE", f"/meeting/calendar-feeds/{made.data['id']}").status == 200
    assert "重新生成订阅地址" not in keeper.page(path)


def test_places_are_offered_that_are_rooms_within_reach_and_not_taken(hall, keeper, elsewhere):
    path = f"{ROOMS}/places"
    free = add(Room(floor_id=hall.floor.id, name="1203"))
    assert "先在上面输入房间" in keeper.page(path)
    assert f'<option value="{free.id}">' in keeper.page(path, find="会议楼 1203")
    assert "没有找到" in keeper.page(path, find="小会议室"), "it is a meeting room already"
    assert "没有找到" in elsewhere.page(path, find="1203")


def test_limits_are_listed_in_words_for_who_may_change_them(hall, keeper, elsewhere):
    room = furnished(hall)
    everywhere = {"subject": "department", "period": "simultaneous", "measure": "count", "amount": 3}
    made = keeper.send("POST", "/meeting/quotas", {"room_id": None, **everywhere})
    page = keeper.page(f"{ROOMS}/quotas")
    assert "每人每周 4 场" in page
    assert "每部门同时 3 场" in page
    assert "全部会议室合计" in page
    assert "第一会议室" in keeper.page(f"{ROOMS}/quotas/new", room_id=room.id)
    assert field(keeper.page(f"{ROOMS}/quotas/{made.data['id']}"), "amount") == "3"
    theirs = elsewhere.page(f"{ROOMS}/quotas")
    assert "每部门同时 3 场" in theirs
    assert "每人每周 4 场" not in theirs
    assert f'data-from="{ROOMS}/quotas/{made.data["id"]}"' not in theirs
    assert elsewhere.get(f"{ROOMS}/quotas/{made.data['id']}").status_code == 404


def test_equipment_is_kept_by_who_keeps_all_rooms(hall, keeper, elsewhere):
    made = keeper.send("POST", "/meeting/equipment", {"code": "hologram", "name": "全息投影"})
    page = keeper.page(f"{ROOMS}/equipment")
    assert "全息投影" in page
    assert "新增设备" in page
    assert "全息投影" in keeper.page(f"{ROOMS}/equipment/{made.data['id']}")
    assert keeper.get(f"{ROOMS}/equipment/99999").status_code == 404
    assert "编码" in keeper.page(f"{ROOMS}/equipment/new")
    assert "新增设备" not in elsewhere.page(f"{ROOMS}/equipment")


def test_rooms_of_another_campus_are_hidden_and_others_refused(app, hall, elsewhere):
    assert "小会议室" not in elsewhere.page(ROOMS)
    for path in (f"{ROOMS}/{hall.small.id}", f"{ROOMS}/{hall.small.id}/edit", f"{ROOMS}/99999"):
        assert elsewhere.get(path).status_code == 404
    reader = Console(app, hall.people["reader"])
    for path in (ROOMS, f"{ROOMS}/new", f"{ROOMS}/quotas", f"{ROOMS}/{hall.small.id}"):
        assert reader.get(path).status_code == 403


def test_no_page_asks_more_often_the_more_rooms_there_are(hall, keeper):
    room = furnished(hall)
    for number in range(20):
        hall.room(f"会议室{number}")
        start = clock.now() + timedelta(days=number + 1)
        close(keeper, room, start, start + timedelta(hours=2))
    paths = ("", "/new", "/quotas", "/equipment", f"/{room.id}", f"/{room.id}/edit", "/places?find=1")
    for path in paths:
        assert statements(keeper, f"{ROOMS}{path}") <= MOST, path

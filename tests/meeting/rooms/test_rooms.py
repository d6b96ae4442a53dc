"""Entering, editing and showing meeting rooms."""

from itertools import count

import pytest

from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from backend.places.models import Building, Floor, Room
from meeting.rooms.models import Right
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import send
from tests.meeting.hall import add, at

_numbers = count(301)


def place(hall, floor=None):
    return add(Room(floor_id=(floor or hall.floor).id, name=str(next(_numbers))))


def sheet(hall, **fields):
    usual = {"name": "三楼会议室", "place_id": None, "capacity": 20}
    wanted = {**usual, **fields}
    return {**wanted, "place_id": wanted["place_id"] or place(hall).id}


def editable(detail):
    """What is read of a room as it is sent back."""
    room = detail["room"]
    names = (
        *("description", "position", "is_active", "approval_level", "turnaround_minutes", "min_minutes"),
        *("max_minutes", "lead_minutes", "advance_days", "grace_minutes", "exempt_minutes", "hours"),
        "revision",
    )
    own = ("name", "place_id", "capacity", "layouts", "approval", "is_checkin_required")
    return {
        **{name: detail[name] for name in names},
        **{name: room[name] for name in own},
        "equipment": [{"code": one["code"], "count": one["count"]} for one in room["equipment"]],
        "parts": detail["part_ids"],
        "managers": [one["staff_id"] for one in detail["managers"]],
        "access": [{"right": one["right"], "kind": one["kind"], "id": one["id"]} for one in detail["access"]],
    }


def show(client, room_id):
    return client.get(f"/meeting/rooms/{room_id}")


def put(client, room_id, detail, **changes):
    return client.put(f"/meeting/rooms/{room_id}", {**editable(detail), **changes})


def test_a_room_is_entered_with_all_that_is_said_of_it(hall):
    people = hall.people
    body = sheet(
        hall,
        turnaround_minutes=15,
        layouts=[{"layout": "hollow", "capacity": 16}, {"layout": "theatre", "capacity": 20}],
        equipment=[{"code": "projector"}, {"code": "sound", "count": 2}],
        hours=[{"weekday": 1, "from_time": "08:30", "until_time": "00:00"}],
        managers=[people["colleague"].id],
        access=[{"right": "book", "kind": "department", "id": hall.department.id}],
        approval="from_level",
        approval_level=3,
    )
    made = hall.approver.post("/meeting/rooms", body)
    assert made.status == 201, made.envelope
    assert made.data["room"]["campus_id"] == hall.campus.id
    assert made.data["room"]["place"].rpartition(" / ")[0].endswith("会议楼 / 1层")
    assert made.data["room"]["equipment"] == [
        {"code": "projector", "name": "投影", "count": 1},
        {"code": "sound", "name": "音响", "count": 2},
    ]
    assert made.data["hours"] == [{"weekday": 1, "from_time": "08:30", "until_time": "00:00"}]
    assert made.data["managers"] == [{"staff_id": people["colleague"].id, "name": "李同事"}]
    assert made.data["access"] == [
        {"right": "book", "kind": "department", "id": hall.department.id, "name": "综合处"}
    ]
    assert show(hall.approver, made.data["room"]["id"]).data == made.data


def test_a_room_is_listed_by_what_it_offers(hall):
    seen = hall.stranger.get("/meeting/rooms").data
    assert [room["name"] for room in seen["list"]] == [
        "多功能厅", "多功能厅A", "多功能厅B", "大会议室", "小会议室",
    ]  # fmt: skip # One list.
    assert seen["total"] == 5
    theatre = hall.stranger.get("/meeting/rooms", layout="theatre", capacity=50).data
    assert [room["name"] for room in theatre["list"]] == ["大会议室"]
    assert hall.stranger.get("/meeting/rooms", equipment="sound").data["total"] == 0
    last = hall.stranger.get("/meeting/rooms", q="会议楼", page_size=2, page=3).data["list"]
    assert [room["capacity"] for room in last] == [8]
    assert hall.stranger.get("/meeting/rooms", campus_id=hall.campus.id + 1).data["total"] == 0


def test_rights_say_what_one_may_do(hall):
    def rights(client):
        return set(show(client, hall.small.id).data["room"]["rights"])

    assert rights(hall.stranger) == {"see", "book", "prebook"}
    assert rights(hall.manager) == {"see", "book", "prebook", "approve", "manage"}
    assert rights(hall.approver) == {"see", "book", "prebook", "approve", "manage", "edit"}


def test_an_edit_of_a_stale_room_is_refused(hall):
    room_id = hall.small.id
    read = show(hall.approver, room_id).data
    first = put(hall.approver, room_id, read, name="改名")
    assert first.data["room"]["name"] == "改名"
    assert first.data["revision"] == read["revision"] + 1
    stale = put(hall.approver, room_id, read, name="又改名")
    assert (stale.status, stale.error) == (409, "meeting.room_changed")
    assert show(hall.approver, room_id).data["room"]["name"] == "改名"
    entries = db.session.query(AuditEvent).filter_by(action="meeting.room_changed").all()
    assert [entry.details["changes"] for entry in entries] == [["name"]]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "小会议室"}, "meeting.room_exists"),
        ({"place_id": 10**9}, "meeting.place_invalid"),
        ({"equipment": [{"code": "teleporter"}]}, "meeting.equipment_not_found"),
        ({"managers": [10**9]}, "meeting.subject_not_found"),
        ({"access": [{"right": "see", "kind": "department", "id": 10**9}]}, "meeting.subject_not_found"),
        ({"access": [{"right": "see", "kind": "everybody", "id": 1}]}, "app.invalid"),
        ({"min_minutes": 90, "max_minutes": 60}, "meeting.minutes_invalid"),
        ({"approval": "below_level"}, "meeting.level_needed"),
        ({"layouts": [{"layout": "board", "capacity": 21}]}, "meeting.layouts_invalid"),
        ({"hours": [{"weekday": 1, "from_time": "09:00", "until_time": "08:00"}]}, "meeting.hours_invalid"),
    ],
)
def test_what_makes_no_sense_of_a_room_is_refused(hall, fields, error):
    assert hall.approver.post("/meeting/rooms", sheet(hall, **fields)).error == error
    assert hall.approver.get("/meeting/rooms").data["total"] == 5


def test_rooms_are_kept_where_the_permission_reaches(hall):
    other = add(Building(campus_id=hall.compound.campus().id, name="外院"))
    there = place(hall, floor=add(Floor(building_id=other.id, name="1层")))
    keeper = hall.compound.client(
        hall.compound.staff(roles={"meeting_manager": (ScopeKind.BUILDING, hall.building.id)})
    )
    assert keeper.post("/meeting/rooms", sheet(hall)).status == 201
    assert keeper.post("/meeting/rooms", sheet(hall, name="远", place_id=there.id)).error == "app.forbidden"
    assert hall.manager.post("/meeting/rooms", sheet(hall, name="近")).error == "app.forbidden"
    assert hall.approver.post("/meeting/rooms", sheet(hall, name="远", place_id=there.id)).status == 201


def test_an_invisible_room_is_nowhere(hall):
    hall.allow(hall.small, Right.SEE, department=hall.department)
    room_id = hall.small.id
    span = {"from": at(9).isoformat(), "until": at(18).isoformat()}
    closure = {"kind": "closed", "start": at(14).isoformat(), "end": at(15).isoformat(), "reason": "检修"}
    answers = [
        show(hall.stranger, room_id),
        hall.stranger.get(f"/meeting/rooms/{room_id}/schedule", **span),
        hall.stranger.get(f"/meeting/rooms/{room_id}/closures"),
        hall.stranger.post(f"/meeting/rooms/{room_id}/closures", closure),
        hall.stranger.put(f"/meeting/rooms/{room_id}/hours", {"hours": [], "revision": 0}),
        hall.stranger.put(f"/meeting/rooms/{room_id}/photos", {"photo_ids": []}),
    ]
    assert {(answer.status, answer.error) for answer in answers} == {(404, "meeting.room_not_found")}
    names = [room["name"] for room in hall.stranger.get("/meeting/rooms").data["list"]]
    assert "小会议室" not in names
    boards = hall.stranger.get("/meeting/rooms/timeline").data["rooms"]
    assert "小会议室" not in [board["room"]["name"] for board in boards]
    assert show(hall.colleague, room_id).status == 200
    assert show(hall.reader, room_id).status == 200


def test_access_of_a_department_holds_for_all_below_it(hall):
    below = hall.compound.department("文电组", parent=hall.department)
    member = hall.compound.client(hall.compound.staff(department=below))
    hall.allow(hall.small, Right.SEE, department=hall.department)
    assert show(member, hall.small.id).status == 200
    assert show(hall.stranger, hall.small.id).status == 404


def test_a_room_is_switched_off_only_when_nothing_stands_there(hall):
    read = show(hall.approver, hall.small.id).data
    booking = hall.book()
    refused = put(hall.approver, hall.small.id, read, is_active=False)
    assert refused.error == "meeting.room_in_use"
    hall.do(hall.organiser, booking["id"], "cancel", reason="改期")
    off = put(hall.approver, hall.small.id, read, is_active=False)
    assert (off.data["is_active"], off.data["room"]["is_in_use"]) == (False, False)
    assert show(hall.stranger, hall.small.id).status == 404
    managed = hall.approver.get("/meeting/rooms", is_managed=True).data
    assert managed["total"] == 5
    assert hall.stranger.get("/meeting/rooms").data["total"] == 4


def test_a_hall_and_its_parts_exclude_each_other(hall):
    detail = show(hall.organiser, hall.part_a.id).data
    assert detail["excluded_ids"] == [hall.hall.id]
    assert show(hall.organiser, hall.hall.id).data["part_ids"] == [hall.part_a.id, hall.part_b.id]
    hall.book(hall.part_a)
    assert hall.ask(hall.hall).error == "meeting.room_taken"
    hall.book(hall.part_b, by=hall.stranger)
    hall.book(hall.hall, at(16))
    assert hall.ask(hall.part_a, at(16)).error == "meeting.room_taken"


def test_the_parts_of_a_booked_hall_stay_as_they_are(hall):
    made = hall.approver.post("/meeting/rooms", sheet(hall, name="多功能厅C")).data["room"]["id"]
    read = show(hall.approver, hall.hall.id).data
    parts = [hall.part_a.id, hall.part_b.id, made]
    booking = hall.book(hall.hall)
    refused = put(hall.approver, hall.hall.id, read, parts=parts)
    assert (refused.status, refused.error) == (409, "meeting.parts_in_use")
    assert put(hall.approver, hall.hall.id, read, name="大厅").status == 200
    hall.do(hall.organiser, booking["id"], "cancel", reason="改期")
    changed = put(hall.approver, hall.hall.id, show(hall.approver, hall.hall.id).data, parts=parts)
    assert changed.data["part_ids"] == sorted(parts)
    assert show(hall.approver, made).data["excluded_ids"] == [hall.hall.id]
    hall.book(hall.hall)
    assert {hold.room_id for hold in hall.holds()} == set(parts)


def test_a_hall_consists_of_plain_rooms_of_its_campus(hall):
    far = hall.compound.campus()
    building = add(Building(campus_id=far.id, name="外院"))
    there = place(hall, floor=add(Floor(building_id=building.id, name="1层")))
    away = hall.approver.post("/meeting/rooms", sheet(hall, name="远", place_id=there.id)).data["room"]["id"]
    small, large = hall.small.id, hall.large.id
    for parts in ([small], [small, hall.hall.id], [small, away], [small, 10**9]):
        body = sheet(hall, name="新厅", parts=parts)
        answer = hall.approver.post("/meeting/rooms", body)
        assert answer.error == "meeting.parts_invalid"
    read = show(hall.approver, hall.part_a.id).data
    assert put(hall.approver, hall.part_a.id, read, parts=[small, large]).error == "meeting.parts_invalid"
    made = hall.approver.post("/meeting/rooms", sheet(hall, name="新厅", parts=[small, large]))
    assert made.data["excluded_ids"] == sorted([small, large])


def test_hours_are_set_by_who_looks_after_the_room(hall):
    room_id, path = hall.small.id, f"/meeting/rooms/{hall.small.id}/hours"
    hours = [{"weekday": 1, "from_time": "08:00", "until_time": "12:00"}]
    body = {"hours": hours, "revision": show(hall.manager, room_id).data["revision"]}
    assert hall.stranger.put(path, body).error == "app.forbidden"
    assert hall.manager.put(path, body).data["hours"] == hours
    assert hall.manager.put(path, body).error == "meeting.room_changed"
    assert hall.ask(hall.small, at(14)).status in (409, 422)
    hall.book(hall.small, at(10))


def test_limits_are_kept_where_the_permission_reaches(hall):
    limit = {"subject": "person", "period": "day", "measure": "count", "amount": 1}
    assert (
        hall.approver.post("/meeting/quotas", {**limit, "period": "simultaneous", "measure": "minutes"}).error
        == "meeting.quota_invalid"
    )
    of_all = hall.approver.post("/meeting/quotas", limit).data
    assert of_all["room_id"] is None
    keeper = hall.compound.client(
        hall.compound.staff(roles={"meeting_manager": (ScopeKind.BUILDING, hall.building.id)})
    )
    assert keeper.post("/meeting/quotas", limit).error == "app.forbidden"
    own = keeper.post("/meeting/quotas", {**limit, "room_id": hall.small.id, "amount": 5}).data
    assert [one["id"] for one in keeper.get("/meeting/quotas", room_id=hall.small.id).data["list"]] == [
        of_all["id"],
        own["id"],
    ]
    assert hall.manager.post("/meeting/quotas", {**limit, "room_id": hall.small.id}).error == "app.forbidden"
    hall.book()
    assert hall.ask(hall.large).status in (409, 422)
    changed = hall.approver.put(f"/meeting/quotas/{of_all['id']}", {**limit, "amount": 2}).data
    assert changed["amount"] == 2
    hall.book(hall.large)
    assert hall.approver.delete(f"/meeting/quotas/{of_all['id']}").data == {}
    assert hall.approver.delete(f"/meeting/quotas/{of_all['id']}").error == "meeting.quota_not_found"
    hall.book(hall.part_a)


def test_equipment_is_a_catalogue_that_grows(hall):
    seeded = {one["code"]: one["name"] for one in hall.stranger.get("/meeting/equipment").data["list"]}
    assert (
        seeded.items()
        >= {"projector": "投影", "interpretation": "同声传译", "name_displays": "电子席卡"}.items()
    )
    body = {"code": "document_camera", "name": "实物展台", "position": 99}
    made = hall.approver.post("/meeting/equipment", body).data
    assert hall.approver.post("/meeting/equipment", body).error == "meeting.equipment_exists"
    assert hall.manager.post("/meeting/equipment", body).error == "app.forbidden"
    path = f"/meeting/equipment/{made['id']}"
    assert hall.approver.put(path, {"name": "展台", "is_active": False}).data["name"] == "展台"
    assert (
        hall.approver.post("/meeting/rooms", sheet(hall, equipment=[{"code": "document_camera"}])).error
        == "meeting.equipment_not_found"
    )


def test_photos_are_shown_to_those_who_see_the_room(hall):
    path = f"/meeting/rooms/{hall.small.id}/photos"
    first, second = (send(hall.manager, small_jpeg(n)).data["id"] for n in (100, 200))
    assert hall.stranger.put(path, {"photo_ids": []}).error == "app.forbidden"
    shown = hall.manager.put(path, {"photo_ids": [second, first]}).data["photos"]
    assert [photo["id"] for photo in shown] == [second, first]
    listed = hall.stranger.get("/meeting/rooms", q="小会议室").data["list"][0]
    assert listed["photo"]["thumb"] == shown[0]["links"]["thumb"]
    left = hall.manager.put(path, {"photo_ids": [first]}).data["photos"]
    assert [photo["id"] for photo in left] == [first]
    assert hall.manager.put(path, {"photo_ids": [second + 99]}).status == 404

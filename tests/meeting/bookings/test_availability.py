"""Which rooms are free, what comes near, and what stands in rooms."""

from datetime import time, timedelta

import pytest
from sqlalchemy import func, insert, select, text

from backend import clock
from backend.db import atomic, db, table, unit
from backend.places.models import Building, Floor, Plate
from meeting.bookings import occupied
from meeting.bookings.models import Hold
from meeting.bookings.splitting import share
from meeting.rooms import queries
from meeting.rooms.models import Closure, Right, RoomEquipment
from tests.factories import NINE
from tests.meeting.hall import add, at
from tests.statements import counted_statements


def find(client, start=None, end=None, path="availability", **query):
    start = start or at(14)
    times = {"start": start.isoformat(), "end": (end or start + timedelta(hours=1)).isoformat()}
    answer = client.get(f"/meeting/rooms/{path}", **times, **query)
    assert answer.status == 200, answer.envelope
    return answer.data


def free(client, *times, **query):
    return [one["room"]["name"] for one in find(client, *times, **query)["rooms"]]


def near(client, *times, **query):
    return [
        (one["kind"], one["room"]["name"], one["start"][11:16])
        for one in find(client, *times, **query)["suggestions"]
    ]


def closed(room, start, end):
    return Closure(
        room_id=room.id,
        kind="closed",
        from_at=start,
        until_at=end,
        reason="检修",
        made_by=1,
        made_at=NINE,
    )


def test_free_rooms_are_found_the_smallest_that_do_first(hall):
    assert free(hall.organiser) == ["小会议室", "大会议室", "多功能厅A", "多功能厅B", "多功能厅"]
    assert free(hall.organiser, capacity=60) == ["大会议室", "多功能厅A", "多功能厅B", "多功能厅"]
    assert free(hall.organiser, layout="classroom") == ["大会议室"]
    [only] = find(hall.organiser, layout="classroom", capacity=30)["rooms"]
    assert (only["seats"], only["needs_approval"]) == (40, False)


def test_a_taken_room_and_those_that_share_its_parts_are_left_out(hall):
    hall.book(hall.part_a)
    assert free(hall.organiser, capacity=90) == ["多功能厅B"]
    hall.book(hall.part_b)
    assert free(hall.organiser, capacity=90) == []
    assert free(hall.organiser, at(15), capacity=90) == ["多功能厅A", "多功能厅B", "多功能厅"]


@pytest.mark.parametrize(
    ("begins", "ends", "is_free"),
    [(12, 13, True), (13, 14, False), (15, 16, False), (16, 17, True), (10, 20, False)],
)
def test_the_turnaround_counts_before_and_after(hall, begins, ends, is_free):
    hall.change_room(hall.small, turnaround_minutes=60)
    hall.book(hall.small, at(14), at(15))
    assert ("小会议室" in free(hall.organiser, at(begins), at(ends), capacity=1)) is is_free


def test_hours_closures_access_and_windows_are_looked_at(hall):
    hall.room("上午会议室", capacity=9, hours={1: [(time(8), time(12))]})
    hall.room("预审会议室", capacity=9, approval="always")
    hall.room("停用会议室", capacity=9)
    shown = hall.room("外单位会议室", capacity=9)
    hall.allow(shown, Right.BOOK, department=hall.department)
    far = hall.room("近期会议室", capacity=9, advance_days=1)
    shut = hall.room("检修会议室", capacity=9)
    hall.furnish(closed(shut, at(13), at(16)))
    found = {one["room"]["name"]: one for one in find(hall.stranger, capacity=9)["rooms"]}
    assert not {"上午会议室", "外单位会议室", "检修会议室"} & found.keys()
    assert found["预审会议室"]["needs_approval"]
    assert {"近期会议室", "停用会议室"} <= found.keys()
    assert "外单位会议室" in free(hall.colleague, capacity=9)
    assert "上午会议室" in free(hall.stranger, at(10), capacity=9)
    assert far.name not in free(hall.stranger, at(14) + timedelta(days=1), capacity=9)
    tuned = {one["room"]["name"]: one for one in find(hall.approver, capacity=9)["rooms"]}
    assert not tuned["预审会议室"]["needs_approval"]


def test_a_lapsed_hold_keeps_nobody_out(hall):
    hall.change_room(hall.small, approval="always")
    hall.book(hall.small, at(14) + timedelta(days=5))
    day = at(14) + timedelta(days=5)
    assert "小会议室" not in free(hall.stranger, day)
    with clock.at(NINE + timedelta(days=2, minutes=1)):
        hall.log_in("stranger")
        assert "小会议室" in free(hall.stranger, day)
        board = hall.stranger.get("/meeting/rooms/timeline", on=clock.local(day).date()).data
        assert all(not room["meetings"] for room in board["rooms"])


def test_of_a_taken_room_another_time_and_other_rooms_are_suggested(hall):
    hall.book(hall.small, at(14), at(15))
    other = hall.room("二号会议室", capacity=10)
    assert near(hall.stranger, room_id=hall.small.id, capacity=8) == [
        ("shift", "小会议室", "15:00"),
        ("other_room", other.name, "14:00"),
        ("bigger_room", "大会议室", "14:00"),
        ("bigger_room", "多功能厅A", "14:00"),
    ]
    assert near(hall.stranger, at(16), room_id=hall.small.id) == []


def test_where_nothing_fits_other_times_campuses_and_less_equipment_are_suggested(hall):
    campus = hall.compound.campus()
    floor = add(Floor(building_id=add(Building(campus_id=campus.id, name="外院楼")).id, name="1层"))
    away = hall.room("外院会议室", floor=floor, capacity=30)
    hall.change_room(away, campus_id=campus.id)
    with_it = hall.room("投影会议室", capacity=30)
    projector = queries.catalogue()["projector"]
    hall.furnish(RoomEquipment(room_id=with_it.id, equipment_id=projector.id))
    assert free(hall.stranger, equipment="projector") == ["投影会议室"]
    assert find(hall.stranger, equipment="projector")["suggestions"] == []
    hall.book(with_it)
    found = find(hall.stranger, equipment="projector", capacity=25)
    assert found["rooms"] == []
    assert ("shift", "投影会议室", "15:00") in near(hall.stranger, equipment="projector", capacity=25)
    lacking = [one for one in found["suggestions"] if one["kind"] == "fewer_equipment"]
    assert {tuple(one["lacking"]) for one in lacking} == {("projector",)}
    hall.book(hall.large)
    for room in (hall.part_a, hall.part_b):
        hall.book(room)
    elsewhere = find(hall.stranger, capacity=20, campus_id=hall.campus.id)["suggestions"]
    assert [one["room"]["name"] for one in elsewhere if one["kind"] == "other_campus"] == ["外院会议室"]


def test_a_series_is_offered_one_room_or_shared_by_several(hall):
    weekly = {"recurrence": "FREQ=DAILY;COUNT=4", "capacity": 8, "path": "series"}
    whole = find(hall.stranger, **weekly)
    assert len(whole["dates"]) == 4
    assert (whole["rooms"][0]["free"], whole["split"], whole["uncovered"]) == (4, [], [])
    for room in (hall.large, hall.part_a, hall.part_b):
        hall.book(room, recurrence="FREQ=DAILY;COUNT=3")
    hall.book(hall.small, at(14) + timedelta(days=3))
    shared = find(hall.stranger, room_id=hall.small.id, **weekly)
    assert (shared["rooms"][0]["room"]["name"], shared["rooms"][0]["free"]) == ("小会议室", 3)
    assert [len(one["starts"]) for one in shared["split"]] == [3, 1]
    assert shared["split"][1]["room"]["name"] == "大会议室"


def test_rooms_that_share_a_series_are_few():
    dates = [NINE + timedelta(days=day) for day in range(5)]
    rooms = [_Room(number) for number in range(3)]
    free_at = {0: frozenset(dates[:2]), 1: frozenset(dates[1:4]), 2: frozenset(dates[:1])}
    shares, left = share(rooms, dates, free_at)
    assert [(each.room.id, len(each.starts)) for each in shares] == [(1, 3), (0, 1)]
    assert left == dates[4:]


class _Room:
    def __init__(self, number):
        self.id = number


def test_a_time_that_makes_no_sense_is_refused(hall):
    backwards = {"start": at(15).isoformat(), "end": at(14).isoformat()}
    assert hall.organiser.get("/meeting/rooms/availability", **backwards).error == "app.invalid"
    past = find(hall.organiser, at(7), at(8))
    assert past["rooms"] == []


def test_a_confidential_subject_is_masked_for_others(hall):
    hall.book(
        hall.small,
        subject="人事议题",
        is_confidential=True,
        attendees=[{"staff_id": hall.people["leader"].id}],
    )

    def shown(client):
        span = {"from": at(0).isoformat(), "until": at(23).isoformat()}
        [meeting] = client.get(f"/meeting/rooms/{hall.small.id}/schedule", **span).data["meetings"]
        [board] = [one for one in client.get("/meeting/rooms/timeline").data["rooms"] if one["meetings"]]
        assert board["meetings"] == [meeting]
        return meeting["subject"], meeting["organiser"], meeting["is_mine"]

    assert shown(hall.organiser) == ("人事议题", "张组织", True)
    assert shown(hall.leader) == ("人事议题", "张组织", True)
    assert shown(hall.manager) == ("人事议题", "张组织", False)
    for client in (hall.stranger, hall.colleague, hall.reader, hall.steward):
        assert shown(client) == ("内部会议", "", False)


def test_the_board_shows_hours_closures_and_what_keeps_a_room_through_its_hall(hall):
    hours = {1: [(time(8), time(12)), (time(12), time(18))]}
    morning = hall.room("有时段", hours=hours)
    hall.furnish(closed(morning, at(10), at(11)))
    whole = hall.book(hall.hall, at(14))
    data = hall.stranger.get("/meeting/rooms/timeline", days=2, campus_id=hall.campus.id).data
    boards = {board["room"]["name"]: board for board in data["rooms"]}
    [span] = boards["有时段"]["hours"]
    assert (span["start"][11:16], span["end"][11:16]) == ("08:00", "18:00")
    assert [one["reason"] for one in boards["有时段"]["closures"]] == ["检修"]
    for name in ("多功能厅", "多功能厅A", "多功能厅B"):
        [meeting] = boards[name]["meetings"]
        assert (meeting["booking_id"], meeting["room_id"]) == (whole["id"], hall.hall.id)
    assert boards["小会议室"]["meetings"] == []
    assert hall.stranger.get("/meeting/rooms/timeline", campus_id=hall.campus.id + 9).data["rooms"] == []


def test_a_schedule_is_of_a_bounded_span(hall):
    path = f"/meeting/rooms/{hall.small.id}/schedule"
    for until in (at(9), at(9) + timedelta(days=63)):
        span = {"from": at(9).isoformat(), "until": until.isoformat()}
        assert hall.organiser.get(path, **span).error == "meeting.period_invalid"


def test_a_plate_at_the_door_says_what_goes_on_and_what_one_may_do(hall):
    add(
        Plate(
            place_kind="room",
            place_id=hall.small.place_id,
            token="0123456789abcdef",
            code="k3m7q2",
            issued_at=NINE,
            issued_by=1,
        )
    )

    def scan(client, code="K3M-7Q2"):
        return client.get(f"/meeting/rooms/by-plate/{code}")

    hall.book(hall.small, at(14), at(15), subject="处务会")
    hall.book(hall.small, at(15), at(16), subject="第二场", by=hall.stranger)
    door = scan(hall.organiser).data
    assert (door["room"]["id"], door["now"], door["next"]["subject"]) == (hall.small.id, None, "处务会")
    assert (door["can_book"], door["can_check_in"], door["free_until"][11:16]) == (True, False, "14:00")
    with clock.at(at(14, 5)):
        hall.log_in("organiser", "colleague", "steward")
        door = scan(hall.organiser, "0123456789abcdef").data
        assert (door["now"]["subject"], door["next"]["subject"]) == ("处务会", "第二场")
        assert (door["can_check_in"], door["free_until"]) == (True, None)
        assert not scan(hall.colleague).data["can_check_in"]
        assert scan(hall.steward).data["can_check_in"]
        assert scan(hall.organiser, "zzz-zzz").error == "places.plate_not_found"
    hall.allow(hall.small, Right.SEE, department=hall.department)
    assert scan(hall.stranger).error == "meeting.room_not_found"


def test_the_statements_do_not_grow_with_rooms_and_meetings(hall):
    hall.allow(hall.large, Right.BOOK, department=hall.department)
    hours = {1: [(time(8), time(18))]}

    def statements(path, **query):
        hall.organiser.get(path, **query)  # The process's copy of the rooms is read.
        with counted_statements() as sent:
            hall.organiser.get(path, **query)
        return len([one for one in sent if one not in ("BEGIN", "ROLLBACK") and "login_sessions" not in one])

    times = {"start": at(14).isoformat(), "end": at(15).isoformat()}
    span = {"from": at(0).isoformat(), "until": at(23).isoformat()}
    asked = {
        "/meeting/rooms": {},
        "/meeting/rooms/availability": times,
        "/meeting/rooms/timeline": {"days": 7},
        f"/meeting/rooms/{hall.small.id}/schedule": span,
    }
    hall.room("首间", hours=hours)
    before = {path: statements(path, **query) for path, query in asked.items()}
    for number in range(12):
        hall.room(f"第{number}间", hours=hours)
    for room in (hall.small, hall.large, hall.hall):
        hall.book(room, at(16))
    after = {path: statements(path, **query) for path, query in asked.items()}
    assert after == before
    assert max(after.values()) <= 5, after


def test_what_is_kept_is_read_by_the_index_whatever_the_years(hall):
    rooms = [hall.room(f"会议室{number}") for number in range(30)]
    meeting = hall.book(hall.small, at(20) + timedelta(days=300))
    [occurrence] = hall.occurrences(meeting["id"])
    days = 120

    @atomic
    def write_a_year():
        rows = [
            {
                "room_id": room.id,
                "occurrence_id": occurrence.id,
                "hold_from": at(hour) + timedelta(days=day - days // 2),
                "hold_to": at(hour + 2) + timedelta(days=day - days // 2),
            }
            for room in rooms
            for day in range(days)
            for hour in (8, 10, 14)
        ]
        unit().execute(insert(table(Hold)), rows)

    write_a_year()
    kept = occupied.within(at(9), at(15))
    assert {len(kept.by_room[room.id]) for room in rooms} == {3}
    assert db.session.scalar(select(func.count()).select_from(Hold)) == len(rooms) * days * 3 + 1
    plan = _plan(occupied.IN_SPAN, {"from_at": at(9), "until_at": at(15), "now": NINE})
    assert "ix_meeting_holds_room_id_hold_to" in plan, plan
    assert "SCAN meeting_holds" not in plan, plan
    assert "Seq Scan on meeting_holds" not in plan, plan


def _plan(statement, values):
    """How the database answers a constant statement."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
                other.execute(text("SET default_transaction_read_only = off"))
                other.execute(text("ANALYZE meeting_holds"))
                other.execute(text("ANALYZE meeting_rooms"))
        compiled = statement._for(connection.dialect)
        driver = connection.connection.dbapi_connection.cursor()
        verb = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
        driver.execute(f"{verb} {compiled.text}", compiled.parameters(values))
        return "\n".join(str(row[-1]) for row in driver.fetchall())

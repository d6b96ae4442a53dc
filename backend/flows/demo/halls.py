"""Data: the meeting rooms of the demo, what they offer and when they are open."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple

from backend import clock
from backend.db import Base
from backend.flows.demo.organisation import MEETINGS_NO
from backend.flows.demo.places import Where, rooms_by_campus
from backend.flows.demo.plan import Plan
from meeting.rooms.models import (
    Approval,
    Closure,
    ClosureKind,
    Layout,
    Level,
    MeetingRoom,
    Quota,
    QuotaMeasure,
    QuotaPeriod,
    QuotaSubject,
    RoomHours,
    RoomLayout,
    RoomManager,
    RoomPart,
)

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_DAY: Final = timedelta(days=1)
HALL: Final = 7
EAST_HALL: Final = 8
WEST_HALL: Final = 9
VIDEO_ROOM: Final = 6


class Hall(NamedTuple):
    """A meeting room; `place` is how its path ends, `busy` how many meetings it sees on a working day."""

    id: int
    name: str
    place: str
    capacity: int
    approval: Approval
    approval_level: Level | None
    turnaround_minutes: int
    is_checkin_required: bool
    layouts: tuple[tuple[Layout, int], ...]
    equipment: tuple[str, ...]
    busy: float
    description: str = ""


_CENTRE: Final = "3号楼（会议中心）"
HALLS: Final = (
    Hall(1, "报告厅", f"{_CENTRE} / 1层 / 报告厅", 200, Approval.ALWAYS, None, 30, False,
         ((Layout.THEATRE, 200), (Layout.CLASSROOM, 120)), ("projector", "sound", "recording"), 0.35,
         "大型会议和培训使用，须提前与会务调试音视频。"),
    Hall(2, "贵宾室", f"{_CENTRE} / 1层 / 贵宾室", 16, Approval.BELOW_LEVEL, Level.BUREAU, 30, False,
         ((Layout.U_SHAPE, 16),), ("sound",), 0.3, "接待用房，处级以下会议须审批。"),
    Hall(3, "第一会议室", f"{_CENTRE} / 2层 / 第一会议室", 60, Approval.FROM_LEVEL, Level.LEADER, 15, True,
         ((Layout.HOLLOW, 40), (Layout.CLASSROOM, 60)), ("projector", "sound", "video_conference"), 1.7),
    Hall(4, "第二会议室", f"{_CENTRE} / 2层 / 第二会议室", 30, Approval.NONE, None, 15, True,
         ((Layout.HOLLOW, 30), (Layout.CLASSROOM, 24)), ("projector", "whiteboard"), 1.9),
    Hall(5, "第三会议室", f"{_CENTRE} / 2层 / 第三会议室", 20, Approval.NONE, None, 10, True,
         ((Layout.BOARD, 20),), ("projector", "whiteboard"), 2.1),
    Hall(VIDEO_ROOM, "视频会议室", f"{_CENTRE} / 3层 / 视频会议室", 40, Approval.NONE, None, 15, False,
         ((Layout.CLASSROOM, 40),), ("projector", "sound", "video_conference", "recording"), 1.2),
    Hall(HALL, "多功能厅", f"{_CENTRE} / 3层 / 多功能厅", 120, Approval.ALWAYS, None, 30, False,
         ((Layout.THEATRE, 120), (Layout.CLASSROOM, 80)), ("projector", "sound"), 0.2,
         "可分为东厅、西厅分别使用。"),
    Hall(EAST_HALL, "多功能厅（东厅）", f"{_CENTRE} / 3层 / 301", 60, Approval.NONE, None, 15, False,
         ((Layout.CLASSROOM, 40), (Layout.THEATRE, 60)), ("projector", "sound"), 0.5),
    Hall(WEST_HALL, "多功能厅（西厅）", f"{_CENTRE} / 3层 / 302", 60, Approval.NONE, None, 15, False,
         ((Layout.CLASSROOM, 40), (Layout.THEATRE, 60)), ("projector", "sound"), 0.5),
    Hall(10, "1号楼 201 会议室", "1号楼（办公楼） / 2层 / 201", 12, Approval.NONE, None, 0, True,
         ((Layout.BOARD, 12),), ("screen_sharing", "whiteboard"), 2.3),
    Hall(11, "2号楼 201 会议室", "2号楼（办公楼） / 2层 / 201", 12, Approval.NONE, None, 0, True,
         ((Layout.BOARD, 12),), ("screen_sharing",), 1.6),
    Hall(12, "东院第一会议室", "A座（办公楼） / 3层 / 301", 40, Approval.NONE, None, 15, True,
         ((Layout.HOLLOW, 32), (Layout.CLASSROOM, 40)), ("projector", "video_conference"), 1.4),
    Hall(13, "东院第二会议室", "B座（服务楼） / 2层 / 201", 14, Approval.OUTSIDE_HOURS, None, 0, True,
         ((Layout.BOARD, 14),), ("screen_sharing",), 1.1),
)  # fmt: skip # A room in two or three lines.
_PARTS: Final = ((HALL, EAST_HALL), (HALL, WEST_HALL))
# Open all working days; the hall and the rooms for guests at the weekend, too.
_OPEN: Final = (time(7, 30), time(21))
_AT_WEEKENDS: Final = frozenset({1, 2, HALL, EAST_HALL, WEST_HALL})


def tables(plan: Plan) -> Tables:
    """The rooms with their layouts, hours, parts and who looks after them; equipment follows by `errands`."""
    places = where(plan.now)
    manager_id = plan.staff_id(MEETINGS_NO)
    columns = (
        "id name place_id campus_id building_id position capacity description approval approval_level"
        " turnaround_minutes is_checkin_required"
    )
    yield (
        MeetingRoom,
        columns,
        [
            (one.id, one.name, places[one.id].place_id, places[one.id].campus_id, places[one.id].building_id,
             one.id, one.capacity, one.description, one.approval.value,
             one.approval_level and one.approval_level.value, one.turnaround_minutes, one.is_checkin_required)
            for one in HALLS
        ],
    )  # fmt: skip # One column a line would say no more.
    yield RoomPart, "hall_id part_id", list(_PARTS)
    yield (
        RoomLayout,
        "room_id layout capacity",
        [(one.id, layout.value, seats) for one in HALLS for layout, seats in one.layouts],
    )
    yield RoomHours, "room_id weekday from_time until_time", [
        (one.id, weekday, *_OPEN)
        for one in HALLS
        for weekday in range(1, 8 if one.id in _AT_WEEKENDS else 6)
    ]  # fmt: skip # One row a line would say no more.
    noon = clock.at_local(clock.local(plan.now).date(), time(12))
    yield (
        Closure,
        "room_id kind from_at until_at reason made_by made_at",
        [
            (12, ClosureKind.CLOSED.value, noon + 24 * _DAY, noon + 26 * _DAY, "空调检修", manager_id,
             plan.now - _DAY),
            (1, ClosureKind.BLOCKED.value, noon + 25 * _DAY, noon + 26 * _DAY, "年度总结会预留", manager_id,
             plan.now - 2 * _DAY),
        ],
    )  # fmt: skip # One column a line would say no more.
    yield (
        Quota,
        "room_id subject period measure amount week_starts_on",
        [(None, QuotaSubject.PERSON.value, QuotaPeriod.WEEK.value, QuotaMeasure.COUNT.value, 20, 1)],
    )
    yield RoomManager, "room_id staff_id", [(one.id, manager_id) for one in HALLS]


def where(now: datetime) -> dict[int, Where]:
    """The place of each room."""
    known = [place for places in rooms_by_campus(now).values() for place in places]
    return {one.id: next(place for place in known if place.path.endswith(one.place)) for one in HALLS}

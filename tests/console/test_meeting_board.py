"""The board of the meeting rooms: what stands when in which room, by day and by week."""

from datetime import time

import pytest

from backend.actor import ScopeKind
from meeting.rooms.models import Closure, ClosureKind
from tests.console.browser import Console
from tests.meeting.hall import at
from tests.statements import counted_statements

MOST = 15
PATH = "/console/meetings"


@pytest.fixture
def reader(app, hall):
    return Console(app, hall.people["reader"])


def test_the_day_shows_meetings_at_their_quarters_and_leads_to_them(hall, reader):
    booking_id = hall.book(start=at(14), subject="处务会")["id"]
    page = reader.page(PATH)
    # From 7:00 by quarters of an hour: 14:00 is the 29th line, 15:00 the 33rd.
    block = f'class="block block-booked from-29 to-33" href="/console/meetings/bookings/{booking_id}"'
    assert block in page
    assert "14:00–15:00 处务会，已预订，综合处，张组织" in page
    assert block not in reader.page(PATH, on="2026-11-24")
    week = reader.page(PATH, on="2026-11-26", is_week="true")
    assert block in week
    assert "11月29日" in week
    assert f"/bookings/new?room_id={hall.small.id}&amp;on=2026-11-23" in page


def test_a_meeting_of_a_hall_stands_in_its_parts_and_what_is_over_an_edge_is_cut(hall, reader):
    hall.book(hall.hall, start=at(21), end=at(23), subject="晚间大会")
    page = reader.page(PATH)
    assert page.count("from-57 to-61") == 3
    assert page.count("晚间大会（合并使用）</a>") == 2


def test_closures_hours_and_confidential_meetings_are_drawn_as_the_reader_may_see_them(hall, reader, app):
    hall.book(start=at(14), subject="人事安排", is_confidential=True)
    hall.room("限时会议室", hours={1: [(time(9), time(12))]})
    hall.furnish(
        Closure(
            room_id=hall.large.id,
            kind=ClosureKind.CLOSED.value,
            from_at=at(13),
            until_at=at(17),
            reason="检修空调",
            made_by=hall.people["approver"].id,
            made_at=at(8),
        )
    )
    page = reader.page(PATH)
    assert "内部会议" in page
    assert "人事安排" not in page
    assert "人事安排" in Console(app, hall.people["approver"]).page(PATH)
    assert "block-closed from-25 to-41" in page
    assert "检修空调" in page
    assert page.count("不开放") >= 2


def test_the_board_is_of_rooms_within_reach_and_for_readers_alone(app, hall, reader):
    assert hall.small.name in reader.page(PATH)
    other = hall.compound.campus()
    assert hall.small.name not in reader.page(PATH, campus_id=other.id)
    assert Console(app, hall.people["stranger"]).get(PATH).status_code == 403
    elsewhere = hall.compound.staff(roles={"meeting_steward": (ScopeKind.CAMPUS, other.id)})
    assert ">处务会</a>" not in Console(app, elsewhere).page(PATH)


def test_a_week_of_every_room_takes_as_few_statements_as_a_day(hall, reader):
    hall.book(recurrence="FREQ=DAILY;COUNT=5")
    hall.book(hall.hall, recurrence="FREQ=DAILY;COUNT=5")
    counts = []
    for query in ({}, {"is_week": "true"}):
        reader.page(PATH, **query)
        with counted_statements() as sent:
            reader.page(PATH, **query)
        counts.append(sum(not each.startswith(("BEGIN", "COMMIT", "ROLLBACK")) for each in sent))
    assert counts[0] == counts[1] <= MOST

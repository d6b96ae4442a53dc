"""The display at a meeting room's door: what it shows to everybody, who opens it, and how little it asks."""

import re
from contextvars import Context
from datetime import timedelta

import pytest

from backend import clock
from backend.db import atomic, db
from backend.places.models import PlaceKind, Plate
from console import screens
from meeting.bookings.models import Occurrence
from meeting.calendars import policies
from meeting.calendars.rules import DOOR_IS_PUBLIC, DOOR_LINK
from meeting.rooms.models import Closure
from tests.factories import MONDAY, NINE
from tests.meeting.hall import Hall, add, at
from tests.statements import counted_statements


@pytest.fixture(autouse=True)
def nothing_kept():
    """What a test before has shown is not shown again."""
    screens._kept.clear()


@pytest.fixture
def hall(compound):
    """A hall, with the clock held on Monday at nine."""
    with clock.at(NINE):
        yield Hall(compound)


@pytest.fixture
def shown(app, hall):
    """Opens the display of a room, as a tablet would: the answer, or its plain text."""
    browser = app.test_client()

    def get(path="", *, room=hall.small.id, **headers):
        # In a context of its own, as a server would: the test's session must not serve the request.
        return Context().run(browser.get, f"/screen/room/{room}{path}", headers=headers)

    def text(path="", **more):
        screens._kept.clear()
        return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", get(path, **more).text)).strip()

    get.text = text
    return get


@atomic
def set_occurrence(booked, **columns):
    row = db.session.query(Occurrence).filter_by(booking_id=booked["id"]).one()
    for name, value in columns.items():
        setattr(row, name, value)


def test_everybody_reads_what_is_on_and_nobody_whose_it_is(shown, hall):
    hall.book(subject="处务会", start=at(10))
    hall.book(subject="人事任免", start=at(14), is_confidential=True, note="不外传")
    hall.book(hall.large, subject="别处的会")
    hall.book(subject="明日的会", start=at(9, day=MONDAY + timedelta(days=1)))
    text = shown.text("/content")
    assert "10:00–11:00 处务会 综合处" in text
    assert "14:00–15:00 内部会议" in text
    assert "09:00–10:00 明日的会" in text  # For a display that loses its network over night.
    assert "8 座 会议楼 1层 小会议室" in text
    for hidden in ("人事任免", "不外传", "张组织", "别处的会"):
        assert hidden not in text
    assert "小会议室" in shown.text()


def test_a_part_shows_the_halls_meetings_and_the_hall_its_parts(shown, hall):
    hall.book(hall.part_a, at(10), subject="分厅的会")
    hall.book(hall.hall, at(14), subject="全体大会")
    assert "14:00–15:00 全体大会 综合处 · 多功能厅" in shown.text(room=hall.part_b.id)
    assert "分厅的会" not in shown.text(room=hall.part_b.id)
    assert "10:00–11:00 分厅的会 综合处 · 多功能厅A" in shown.text(room=hall.hall.id)


def test_what_keeps_the_room_no_more_is_not_shown(shown, hall):
    waits, lapsed, gone = (hall.book(start=at(hour), subject=f"{hour}点的会") for hour in (10, 12, 14))
    set_occurrence(waits, state="pending", lapses_at=at(10))
    set_occurrence(lapsed, lapses_at=NINE)
    set_occurrence(gone, state="cancelled")
    text = shown.text()
    assert "10:00–11:00 10点的会 综合处 待审批" in text
    assert "12点的会" not in text
    assert "14点的会" not in text


def test_a_closed_room_says_so(shown, hall):
    hall.furnish(
        Closure(
            room_id=hall.small.id, kind="closed", from_at=at(8), until_at=at(12), reason="检修",
            made_by=0, made_at=NINE,
        )
    )  # fmt: skip
    assert "停用至 2026-11-23 12:00" in shown.text()


def test_the_code_is_the_rooms_plate_or_the_phones_page(shown, hall):
    before = re.search(r"<svg.*</svg>", shown("/content").text, re.S)[0]
    add(
        Plate(
            place_kind=PlaceKind.ROOM.value, place_id=hall.small.place_id, token="a" * 20, code="AAAA",
            issued_at=NINE, issued_by=0,
        )
    )  # fmt: skip
    screens._kept.clear()
    assert re.search(r"<svg.*</svg>", shown("/content").text, re.S)[0] != before
    assert "扫码预订" in shown.text()
    hall.change_room(hall.small, is_checkin_required=True)
    assert "扫码预订、签到" in shown.text()


def test_what_did_not_change_is_not_sent_again_and_many_displays_cost_one(shown, hall):
    booked = hall.book(start=at(10))
    first = shown("/content")
    tag = first.headers["ETag"]
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    with clock.at(NINE + timedelta(minutes=30)):
        screens._kept.clear()
        again = shown("/content", If_None_Match=tag)
        assert (again.status_code, again.data) == (304, b"")
    with counted_statements() as sent:
        for _ in range(10):
            assert shown("/content").status_code == 200
    assert len([one for one in sent if "SELECT" in one]) <= 2
    set_occurrence(booked, subject="改了题目")
    screens._kept.clear()
    assert shown("/content", If_None_Match=tag).status_code == 200
    screens._kept.clear()
    with counted_statements() as sent:
        assert shown("/content", If_None_Match=tag).status_code == 200
    assert len([one for one in sent if "SELECT" in one]) <= 6


def test_a_display_that_is_not_public_opens_by_its_link_alone(shown, hall):
    links = hall.manager.get(f"/meeting/rooms/{hall.small.id}/door").data
    assert links["is_public"] is True
    key = links["link"].partition("?")[2]
    assert shown(f"?{key}").status_code == 200
    hall.compound.rule(DOOR_IS_PUBLIC, False)
    for path in ("", "/content", "?key=", "?key=AAAAAAAAAAAAAAAA", "?key=钥匙"):
        refused = shown(path)
        assert refused.status_code == 404
        assert refused.headers["X-Houqin-Screen"] == "refused"
        assert "已停用" in refused.text
    assert shown(f"?{key}").status_code == 200
    assert shown(f"?{key}", room=hall.large.id).status_code == 404
    hall.compound.rule(DOOR_LINK, 2)
    assert shown(f"?{key}").status_code == 404
    assert shown(f"?key={policies.key_of(hall.small.id, 2)}").status_code == 200


def test_the_link_is_told_to_who_looks_after_the_room(hall):
    path = f"/meeting/rooms/{hall.small.id}/door"
    assert hall.approver.get(path).status == 200
    for other in (hall.organiser, hall.steward, hall.reader):
        assert other.get(path).status == 403


def test_an_unknown_room_and_one_that_is_switched_off_have_no_display(shown, hall):
    hall.change_room(hall.large, is_active=False)
    for room in (hall.large.id, 999_999):
        assert shown(room=room).status_code == 404
        assert shown("/content", room=room).status_code == 404


def test_the_page_asks_no_other_host_and_holds_no_script(shown):
    page = shown()
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["X-Houqin-Screen"] == re.search(r'name="version" content="(\w+)"', page.text)[1]
    assert not re.search(r"style=|<script(?![^>]* src=)|\son\w+=\"", page.text)

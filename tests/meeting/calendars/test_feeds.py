"""Calendars over HTTP: a booking's file, feeds by secret token, and what they tell whom."""

from datetime import UTC, date, timedelta

import pytest

from backend import clock, vault
from backend.db import atomic, db
from backend.identity.models import Staff, StaffStatus
from backend.rules import queries as rule_queries
from meeting.bookings.models import Booking, Occurrence
from meeting.calendars.models import CalendarFeed
from meeting.calendars.rules import FEED_DAYS_AHEAD, FEED_DAYS_BACK
from tests.client import Client
from tests.factories import MONDAY
from tests.meeting.calendars.reader import events_in, seen
from tests.meeting.hall import at
from tests.statements import counted_statements
from tests.threads import at_once


def exported(client, booking_id):
    answer = client.get(f"/meeting/bookings/{booking_id}/calendar")
    assert answer.status == 200, answer.envelope
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.body


def published(client, **body):
    """The token of a new feed."""
    answer = client.post("/meeting/calendar-feeds", body)
    assert answer.status == 201, answer.envelope
    return answer.data["url"].rpartition("/")[2].removesuffix(".ics")


def fetched(hall, token, **headers):
    """What a calendar program gets, without any login."""
    return Client(hall.compound.app).request("GET", f"/calendar/{token}.ics", headers=headers)


def times(data):
    return [(each.start, each.end) for each in seen(data) if each.status != "CANCELLED"]


def live(hall, *booking_ids):
    """The instants at which the bookings' meetings take place."""
    rows = [row for booking_id in booking_ids for row in hall.occurrences(booking_id)]
    kept = [row for row in rows if row.state in ("pending", "booked", "in_use", "ended")]
    return sorted((row.start_at, row.end_at) for row in kept)


@atomic
def set_rows(model, ids, **columns):
    for one in ids:
        row = db.session.get_one(model, one)
        for name, value in columns.items():
            setattr(row, name, value)


def weekly(hall, count=5, **fields):
    fields.setdefault("start", at(14))
    return hall.book(hall.small, recurrence=f"FREQ=WEEKLY;COUNT={count}", **fields)


def test_a_single_booking_is_one_event_with_all_that_its_organiser_knows(hall):
    booked = hall.book(hall.large, subject="安全生产专题会，请准时", headcount=20, note="自带材料")
    data = exported(hall.organiser, booked["id"])
    (event,) = events_in(data)
    assert str(event["SUMMARY"]) == "安全生产专题会，请准时"
    assert "大会议室（" in str(event["LOCATION"])
    assert "组织人：张组织（综合处）\n人数：20" in str(event["DESCRIPTION"])
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (at(14), at(15))
    assert str(event["DTSTART"].params["TZID"]) == "Asia/Shanghai"
    assert str(event["STATUS"]) == "CONFIRMED"
    assert "RRULE" not in event
    assert max(map(len, data.split(b"\r\n"))) <= 75
    disposition = hall.organiser.get(f"/meeting/bookings/{booked['id']}/calendar").headers
    assert "HY20261123" in disposition["Content-Disposition"]


def test_a_series_is_a_rule_with_its_exceptions(hall):
    hall.book(hall.small, start=at(14, day=MONDAY + timedelta(days=7)))  # What the series then lacks.
    booked = weekly(hall)
    rows = hall.occurrences(booked["id"])
    assert rows[1].state == "conflict"
    set_rows(Occurrence, [rows[2].id], state="cancelled")
    moved = rows[3]
    set_rows(
        Occurrence, [moved.id], start_at=moved.start_at + timedelta(hours=2),
        end_at=moved.end_at + timedelta(hours=3), subject="改期的处务会", room_id=hall.large.id,
    )  # fmt: skip
    data = exported(hall.organiser, booked["id"])
    master, departing = events_in(data)
    assert "UNTIL=20261221T060000Z" in master["RRULE"].to_ical().decode()
    assert [each.dt for each in master["EXDATE"].dts] == [rows[1].slot_at, rows[2].slot_at]
    assert departing["RECURRENCE-ID"].dt == moved.slot_at
    assert str(departing["SUMMARY"]) == "改期的处务会"
    assert "大会议室" in str(departing["LOCATION"])
    assert departing["UID"] == master["UID"]
    assert times(data) == live(hall, booked["id"])
    assert times(data) != []


def test_an_added_date_is_an_event_of_its_own(hall):
    booked = weekly(hall, 3)
    first = hall.occurrences(booked["id"])[0]

    @atomic
    def add():
        columns = {c.name: getattr(first, c.name) for c in Occurrence.__table__.columns if c.name != "id"}
        extra_at = at(9, day=MONDAY + timedelta(days=3))
        ends_at = extra_at + timedelta(hours=1)
        columns |= {"slot_at": extra_at, "start_at": extra_at, "end_at": ends_at, "is_added": True}
        db.session.add(Occurrence(**columns))

    add()
    data = exported(hall.organiser, booked["id"])
    uids = {str(event["UID"]) for event in events_in(data)}
    assert len(uids) == 2
    assert times(data) == live(hall, booked["id"])
    assert len(times(data)) == 4


def test_a_booking_that_came_to_nothing_is_cancelled_and_one_that_waits_is_tentative(hall):
    booked = weekly(hall, 3)
    set_rows(Occurrence, [row.id for row in hall.occurrences(booked["id"])], state="pending")
    data = exported(hall.organiser, booked["id"])
    assert {str(event["STATUS"]) for event in events_in(data)} == {"TENTATIVE"}
    set_rows(Occurrence, [row.id for row in hall.occurrences(booked["id"])], state="cancelled")
    set_rows(Booking, [booked["id"]], sequence=7)
    (event,) = events_in(exported(hall.organiser, booked["id"]))
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 7)
    assert "状态：已取消" in str(event["DESCRIPTION"])


def test_what_has_lapsed_takes_place_no_more_though_nobody_has_tidied_up(hall):
    booked = hall.book()
    (row,) = hall.occurrences(booked["id"])
    set_rows(Occurrence, [row.id], lapses_at=at(14, 10))
    with clock.at(at(14, 9)):
        assert len(times(exported(hall.organiser, booked["id"]))) == 1
    with clock.at(at(14, 10)):
        assert times(exported(hall.organiser, booked["id"])) == []


def test_a_series_keeps_its_wall_time_in_its_own_zone(hall):
    hall.change_room(hall.small, advance_days=400)
    begins = at(22, day=date(2026, 12, 2))  # 9:00 in New York
    booked = hall.book(
        hall.small, begins, recurrence="FREQ=MONTHLY;BYDAY=1WE;COUNT=6", timezone="America/New_York"
    )
    data = exported(hall.organiser, booked["id"])
    (event,) = events_in(data)
    assert str(event["DTSTART"].params["TZID"]) == "America/New_York"
    assert times(data) == live(hall, booked["id"])
    assert {start.astimezone(UTC).hour for start, _ in times(data)} == {13, 14}
    assert [(each.start, each.end) for each in seen(data, by_vtimezone=True)] == times(data)


def test_a_confidential_meeting_is_told_to_those_who_know_it_alone(hall):
    booked = hall.book(subject="人事任免", note="不外传", is_confidential=True)
    assert "人事任免" in exported(hall.organiser, booked["id"]).decode()
    assert "人事任免" in exported(hall.manager, booked["id"]).decode()
    for other in (hall.reader, hall.steward):
        told = exported(other, booked["id"]).decode()
        assert "内部会议" in told
        assert "CLASS:CONFIDENTIAL" in told
        for secret in ("人事任免", "不外传", "张组织"):
            assert secret not in told
    assert hall.stranger.get(f"/meeting/bookings/{booked['id']}/calendar").status == 404


# --- feeds --------------------------------------------------------------------------------------------------


def test_a_person_subscribes_to_their_own_and_the_attended_meetings(hall):
    own = weekly(hall, 3)
    attended = hall.book(hall.large, by=hall.stranger, attendees=[{"staff_id": hall.people["organiser"].id}])
    hall.book(hall.part_a, by=hall.stranger, subject="与我无关")
    answer = fetched(hall, published(hall.organiser))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    assert times(answer.body) == live(hall, own["id"], attended["id"])
    assert "与我无关" not in answer.body.decode()
    assert "张组织的会议" in answer.body.decode()


def test_what_did_not_change_is_not_sent_again(hall):
    booked = hall.book()
    token = published(hall.organiser)
    first = fetched(hall, token)
    tag = first.headers["ETag"]
    assert fetched(hall, token).body == first.body
    again = fetched(hall, token, **{"If-None-Match": tag})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    weak = fetched(hall, token, **{"If-None-Match": f"W/{tag}"})
    assert weak.status == 304
    (row,) = hall.occurrences(booked["id"])
    set_rows(Occurrence, [row.id], subject="改了题目")
    changed = fetched(hall, token, **{"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["ETag"] != tag
    assert "改了题目" in changed.body.decode()


def test_a_feed_is_renewed_and_revoked_and_tells_nobody_which(hall):
    first = published(hall.organiser)
    second = published(hall.organiser)
    assert second != first
    assert fetched(hall, second).status == 200
    renewed = fetched(hall, first)
    (feed,) = hall.organiser.get("/meeting/calendar-feeds").data["list"]
    assert (feed["kind"], feed["title"], feed["room_id"]) == ("person", "我的会议", None)
    assert "url" not in feed
    assert hall.colleague.delete(f"/meeting/calendar-feeds/{feed['id']}").error == "meeting.feed_not_found"
    assert hall.organiser.delete(f"/meeting/calendar-feeds/{feed['id']}").status == 200
    assert hall.organiser.delete(f"/meeting/calendar-feeds/{feed['id']}").status == 404
    assert hall.organiser.get("/meeting/calendar-feeds").data["list"] == []
    unknown, revoked = fetched(hall, "x" * 43), fetched(hall, second)
    for answer in (renewed, revoked):
        assert answer.status == unknown.status == 404
        assert answer.envelope | {"request_id": ""} == unknown.envelope | {"request_id": ""}
        assert sorted(answer.headers.keys()) == sorted(unknown.headers.keys())


def test_of_feeds_that_are_made_at_once_one_is_left(hall):
    path, times_asked = "/meeting/calendar-feeds", 4
    answers = at_once([lambda: hall.organiser.post(path, {}) for _ in range(times_asked)])
    answers += at_once(
        [lambda: hall.manager.post(path, {"room_id": hall.small.id}) for _ in range(times_asked)]
    )
    assert {answer.status for answer in answers} == {201}
    tokens = [answer.data["url"].rpartition("/")[2].removesuffix(".ics") for answer in answers]
    assert [fetched(hall, token).status for token in tokens].count(200) == 2


def test_only_a_hash_of_the_token_is_kept(hall):
    token = published(hall.organiser)
    db.session.rollback()
    (feed,) = db.session.query(CalendarFeed).all()
    assert len(token) >= 43
    assert feed.token_hash == vault.keyed_hash(token)
    assert token not in repr({c.name: getattr(feed, c.name) for c in CalendarFeed.__table__.columns})


def test_the_feed_of_somebody_who_left_is_gone(hall):
    token = published(hall.organiser)
    set_rows(Staff, [hall.people["organiser"].id], status=StaffStatus.LEFT.value)
    assert fetched(hall, token).error == "meeting.feed_not_found"


def test_a_room_is_published_by_who_looks_after_it_and_shows_what_its_door_shows(hall):
    for other in (hall.organiser, hall.steward, hall.reader):
        assert other.post("/meeting/calendar-feeds", {"room_id": hall.part_a.id}).status == 403
    assert hall.manager.post("/meeting/calendar-feeds", {"room_id": hall.part_a.id}).status == 403
    assert hall.organiser.post("/meeting/calendar-feeds", {"room_id": 999_999}).status == 404
    secret = hall.book(hall.part_a, subject="人事任免", is_confidential=True)
    open_one = hall.book(hall.hall, at(16), subject="全体大会")
    hall.book(hall.part_b, at(10), subject="隔壁的会")
    gone = hall.book(hall.part_a, at(9, day=MONDAY + timedelta(days=1)), subject="取消的会")
    set_rows(Occurrence, [row.id for row in hall.occurrences(gone["id"])], state="cancelled")
    token = published(hall.approver, room_id=hall.part_a.id)
    told = fetched(hall, token).body
    assert times(told) == live(hall, secret["id"], open_one["id"])
    text = told.decode().replace("\r\n ", "")
    assert "全体大会" in text
    assert "部门：综合处" in text
    for hidden in ("人事任免", "张组织", "隔壁的会", "取消的会", "URL"):
        assert hidden not in text
    assert [each["room"] for each in hall.approver.get("/meeting/calendar-feeds").data["list"]] == [
        "多功能厅A"
    ]
    hall.change_room(hall.part_a, is_active=False)
    assert fetched(hall, token).status == 404


def test_the_window_is_a_rule(hall):
    token = published(hall.organiser)
    booked = hall.book(hall.small, at(14, day=MONDAY + timedelta(days=30)))
    assert len(times(fetched(hall, token).body)) == 1
    hall.compound.rule(FEED_DAYS_AHEAD, 29)
    assert times(fetched(hall, token).body) == []
    hall.compound.rule(FEED_DAYS_BACK, 10)
    assert rule_queries.value(FEED_DAYS_BACK) == 10
    with clock.at(at(9, day=MONDAY + timedelta(days=41))):
        assert times(fetched(hall, token).body) == []
    with clock.at(at(9, day=MONDAY + timedelta(days=40))):
        assert times(fetched(hall, token).body) == live(hall, booked["id"])


def test_many_bookings_cost_as_many_statements_as_one(hall):
    token = published(hall.organiser)
    hall.book()
    fetched(hall, token)
    with counted_statements() as few:
        fetched(hall, token)
    for day in range(1, 6):
        weekly(hall, 4, start=at(14, day=MONDAY + timedelta(days=day)))
    with counted_statements() as many:
        assert len(times(fetched(hall, token).body)) == 21
    assert len(many) <= len(few)
    assert len(few) <= 10


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_feed_of_a_room_needs_no_room_id_that_is_no_number(hall):
    assert hall.organiser.post("/meeting/calendar-feeds", {"room_id": "x"}).error == "app.invalid"
    assert hall.organiser.post("/meeting/calendar-feeds", {"rooms": 1}).error == "app.invalid"


# --- after real changes -----------------------------------------------------------------------------------


def changed(hall, booking_id, **body):
    answer = hall.organiser.put(f"/meeting/bookings/{booking_id}", body)
    assert answer.status == 200, answer.envelope
    return answer.data


def one(row, hours):
    """The times of a meeting, so many hours later."""
    by = timedelta(hours=hours)
    return {"start": (row.start_at + by).isoformat(), "end": (row.end_at + by).isoformat()}


def told_exactly(hall, *booking_ids):
    """Each booking's file and the person's feed tell what takes place, and nothing else."""
    for booking_id in booking_ids:
        assert times(exported(hall.organiser, booking_id)) == live(hall, booking_id)
    feed = fetched(hall, published(hall.organiser)).body
    assert times(feed) == live(hall, *booking_ids)


def test_whatever_is_done_to_a_series_its_calendar_tells_it(hall):
    booked = weekly(hall, 8)["id"]
    rows = hall.occurrences(booked)
    before = events_in(exported(hall.organiser, booked))[0]["SEQUENCE"]
    changed(hall, booked, scope="this", occurrence_id=rows[1].id, **one(rows[1], 2))
    assert events_in(exported(hall.organiser, booked))[0]["SEQUENCE"] > before
    changed(hall, booked, scope="following", occurrence_id=rows[4].id, **one(rows[4], 1))
    told_exactly(hall, booked)
    cancelled = {"scope": "this", "occurrence_id": rows[2].id, "reason": "出差"}
    assert hall.do(hall.organiser, booked, "cancel", **cancelled).status == 200
    told_exactly(hall, booked)
    assert len(live(hall, booked)) == 7
    extra = at(9, day=MONDAY + timedelta(days=2))
    added = {"start": extra.isoformat(), "end": (extra + timedelta(hours=1)).isoformat()}
    assert hall.do(hall.organiser, booked, "occurrences", **added).status == 201
    restored = hall.do(hall.organiser, booked, f"occurrences/{rows[2].id}/restore")
    assert restored.status == 200, restored.envelope
    told_exactly(hall, booked)
    assert len(live(hall, booked)) == 9


def test_a_series_that_is_split_or_laid_anew_is_told_as_it_is_then(hall):
    booked = weekly(hall, 6)["id"]
    rows = hall.occurrences(booked)
    split = changed(
        hall, booked, scope="following", occurrence_id=rows[3].id, recurrence="FREQ=WEEKLY;INTERVAL=2;COUNT=3"
    )
    assert split["id"] != booked
    told_exactly(hall, booked, split["id"])
    assert len(live(hall, booked, split["id"])) == 6
    changed(hall, split["id"], scope="all", recurrence="FREQ=DAILY;COUNT=4")
    told_exactly(hall, booked, split["id"])
    changed(hall, booked, scope="all", **one(rows[0], 1))
    told_exactly(hall, booked, split["id"])
    assert hall.do(hall.organiser, booked, "cancel", scope="all", reason="不开了").status == 200
    told_exactly(hall, booked, split["id"])
    assert {str(event["STATUS"]) for event in events_in(exported(hall.organiser, booked))} == {"CANCELLED"}

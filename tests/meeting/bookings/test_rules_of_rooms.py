"""What a room allows, checked by the server for each meeting: hours, windows, limits, approval, access."""

from datetime import date, time, timedelta

import pytest

from backend import clock
from meeting.bookings.rules import PENDING_HOURS
from meeting.rooms.models import Approval, Closure, ClosureException, ClosureKind, Level, Quota, Right
from tests.meeting.hall import at

TUESDAY = date(2026, 11, 24)


def code_of(answer):
    """Why the one meeting that was asked for was refused, or "" """
    if answer.status == 201:
        return ""
    assert answer.status in (409, 422), answer.envelope
    [meeting] = answer.envelope["data"]["occurrences"]
    assert meeting["reason"] in answer.envelope["msg"] or answer.status == 409
    return meeting["code"]


def test_hours_by_weekday_case_34(hall):
    """11–12 daily, 12–14 on Tuesday and Wednesday: touching stretches are one."""
    daily = {weekday: [(time(11), time(12))] for weekday in range(1, 8)}
    daily[2] = daily[3] = [(time(11), time(12)), (time(12), time(14))]
    room = hall.room("开放时间", hours=daily)
    start = at(11, day=TUESDAY)
    whole = hall.book(room, start, start + timedelta(hours=3), recurrence="FREQ=DAILY;COUNT=2")
    assert [each["state"] for each in whole["occurrences"]] == ["booked", "booked"]
    noon = at(12, day=TUESDAY + timedelta(days=6))
    refused = hall.ask(
        room, noon, noon + timedelta(hours=2), recurrence="FREQ=DAILY;COUNT=3", all_or_nothing=True
    )
    assert refused.error == "meeting.not_bookable"
    assert [each["code"] for each in refused.envelope["data"]["occurrences"]] == ["hours", "", ""]


def test_a_worked_saturday_follows_mondays_hours_and_a_holiday_sundays(hall):
    room = hall.room(
        "调休", hours={1: [(time(9), time(18))], 6: [(time(9), time(10))], 7: [(time(14), time(15))]}
    )
    with clock.at(clock.at_local(date(2026, 9, 1), time(8))):
        hall.log_in("organiser")
        worked, holiday = date(2026, 9, 20), date(2026, 10, 1)  # A Sunday that is worked, National Day.
        assert code_of(hall.ask(room, at(9, day=worked))) == ""
        assert code_of(hall.ask(room, at(9, day=holiday))) == "hours"
        assert code_of(hall.ask(room, at(14, day=holiday))) == ""


def test_turnaround_is_held_after_each_meeting_case_35(hall):
    room = hall.room("翻台", turnaround_minutes=60)
    hall.book(room, at(10), at(11))
    assert code_of(hall.ask(room, at(11), at(12))) == "taken"
    assert code_of(hall.ask(room, at(12), at(13))) == ""
    assert code_of(hall.ask(room, at(9, 30), at(10))) == "taken"
    assert [hold.hold_to for hold in hall.holds(room)] == [at(12), at(14)]


def test_the_window_of_booking_ends_before_its_last_day_case_36(hall):
    room = hall.room("提前期", advance_days=10, lead_minutes=120)
    assert code_of(hall.ask(room, at(9) + timedelta(days=10))) == "beyond"
    assert code_of(hall.ask(room, at(23) + timedelta(days=9))) == ""
    assert code_of(hall.ask(room, at(10, 59))) == "lead"
    assert code_of(hall.ask(room, at(11))) == ""


def test_the_past_begins_five_minutes_ago(hall):
    assert hall.ask(hall.small, at(8, 50), at(10)).error == "meeting.start_past"
    assert hall.ask(hall.small, at(8, 55), at(10)).status == 201


def test_length_seats_and_layout(hall):
    room = hall.room("时长", min_minutes=30, max_minutes=120)
    assert code_of(hall.ask(room, at(10), at(10, 29))) == "length"
    assert code_of(hall.ask(room, at(10), at(12, 1))) == "length"
    assert code_of(hall.ask(room, at(10), at(12))) == ""
    full = hall.ask(hall.large, headcount=41, layout="classroom")
    assert (full.error, full.envelope["data"]) == (
        "meeting.too_many_heads",
        {"headcount": 41, "capacity": 40},
    )
    assert hall.ask(hall.large, headcount=60, layout="theatre").status == 201
    assert hall.ask(hall.large, layout="hollow").error == "meeting.layout_not_offered"


def test_a_closed_room_is_nobodys_and_a_blocked_one_its_exceptions(hall):
    span = {"from_at": at(10), "until_at": at(12), "made_by": 0, "made_at": at(8), "reason": "检修"}
    hall.furnish(Closure(room_id=hall.small.id, kind=ClosureKind.CLOSED.value, **span))
    assert code_of(hall.ask(hall.small, at(11), at(13), by=hall.approver)) == "closed"
    assert code_of(hall.ask(hall.small, at(12), at(13))) == ""
    blocked = Closure(room_id=hall.large.id, kind=ClosureKind.BLOCKED.value, **span)
    hall.furnish(blocked)
    hall.furnish(
        ClosureException(closure_id=blocked.id, subject_kind="staff", subject_id=hall.people["stranger"].id)
    )
    assert code_of(hall.ask(hall.large, at(11), at(13))) == "blocked"
    assert code_of(hall.ask(hall.large, at(11), at(13), by=hall.stranger)) == ""


def test_a_hall_excludes_its_parts_and_they_it(hall):
    hall.book(hall.part_a, at(10), at(11))
    assert code_of(hall.ask(hall.hall, at(10, 30), at(12))) == "taken"
    assert code_of(hall.ask(hall.part_b, at(10), at(11))) == ""
    hall.book(hall.hall, at(14), at(15))
    assert {hold.room_id for hold in hall.holds() if hold.hold_from == at(14)} == {
        hall.part_a.id,
        hall.part_b.id,
    }
    assert code_of(hall.ask(hall.part_b, at(14, 30), at(16))) == "taken"


@pytest.mark.parametrize(
    ("approval", "columns", "hour", "level", "state"),
    [
        (Approval.NONE, {}, 10, Level.ORDINARY, "booked"),
        (Approval.ALWAYS, {}, 10, Level.LEADER, "pending"),
        (Approval.OUTSIDE_HOURS, {}, 10, Level.ORDINARY, "booked"),
        (Approval.OUTSIDE_HOURS, {}, 19, Level.ORDINARY, "pending"),
        (Approval.BELOW_LEVEL, {"approval_level": Level.BUREAU}, 10, Level.DIVISION, "pending"),
        (Approval.BELOW_LEVEL, {"approval_level": Level.BUREAU}, 10, Level.BUREAU, "booked"),
        (Approval.FROM_LEVEL, {"approval_level": Level.BUREAU}, 10, Level.BUREAU, "pending"),
        (Approval.FROM_LEVEL, {"approval_level": Level.BUREAU}, 10, Level.DIVISION, "booked"),
    ],
)
def test_the_rooms_rule_says_which_bookings_wait(hall, approval, columns, hour, level, state):
    hours = {weekday: [(time(8), time(18))] for weekday in range(1, 8)}
    room = hall.room("审批", approval=approval.value, hours=hours, **columns)
    answer = hall.book(room, at(hour), level=int(level))
    assert answer["state"] == state
    manager = hall.book(room, at(hour) + timedelta(days=1), by=hall.approver, level=int(level))
    assert manager["state"] == "booked"


def test_what_waits_holds_the_room_until_it_lapses(hall):
    hall.compound.rule(PENDING_HOURS, 2)
    room = hall.room("待审", approval=Approval.ALWAYS.value)
    first = hall.book(room, at(14), at(15))
    assert code_of(hall.ask(room, at(14), at(15), by=hall.stranger)) == "taken"
    with clock.at(at(11)):
        second = hall.book(room, at(14), at(15), by=hall.stranger)
    assert second["state"] == "pending"
    [row] = hall.occurrences(first["id"])
    assert (row.state, row.lapses_at) == ("expired", None)
    assert hall.steps(first["id"]) == ["ask", "expire"]
    assert [message["title"] for message in hall.organiser.get("/inbox").data["messages"]] == ["预订逾期失效"]
    assert [message["title"] for message in hall.approver.get("/inbox").data["messages"]] == [
        "会议室待审批"
    ] * 2
    soon = hall.book(room, at(10), at(11))
    assert hall.occurrences(soon["id"])[0].lapses_at == at(10), "not beyond its beginning"


def test_no_sign_in_gives_the_room_to_who_wants_it_case_39(hall):
    room = hall.room("签到", is_checkin_required=True, grace_minutes=10, exempt_minutes=480)
    first = hall.book(room, at(10), at(12))
    long = hall.book(room, at(13), at(21))
    assert hall.occurrences(long["id"])[0].lapses_at is None, "eight hours and more are exempt"
    with clock.at(at(10, 9)):
        assert code_of(hall.ask(room, at(10, 10), at(11), by=hall.stranger)) == "taken"
    with clock.at(at(10, 10)):
        assert code_of(hall.ask(room, at(10, 10), at(11), by=hall.stranger)) == ""
    [row] = hall.occurrences(first["id"])
    assert row.state == "released"
    assert hall.steps(first["id"]) == ["book", "release"]
    # Who did not come is no affair of others.
    for by, name in ((hall.reader, ""), (hall.organiser, hall.people["organiser"].name)):
        found = by.get("/meeting/occurrences", scope="all", state="released").data["list"]
        assert [each["organiser"]["name"] for each in found] == [name]


def test_who_may_book_see_or_only_ask(hall):
    closed, asking, hidden = (hall.room(name) for name in ("专用", "须审", "内部"))
    hall.allow(closed, Right.BOOK, staff=hall.people["stranger"])
    hall.allow(asking, Right.PREBOOK)
    hall.allow(hidden, Right.SEE, department=hall.department)
    assert hall.ask(closed).error == "meeting.booking_refused"
    assert hall.ask(closed, by=hall.stranger).status == 201
    assert hall.ask(asking).data["state"] == "pending"
    assert hall.ask(hidden, by=hall.stranger).error == "meeting.room_not_found"
    assert hall.ask(hidden).status == 201
    hall.change_room(hidden, is_active=False)
    assert hall.ask(hidden, at(16)).status == 404
    assert code_of(hall.ask(hidden, at(16), by=hall.approver)) == "inactive"


def quota(hall, room, period, amount, *, subject="person", measure="count", **columns):
    hall.furnish(
        Quota(
            room_id=room and room.id,
            subject=subject,
            period=period,
            measure=measure,
            amount=amount,
            **columns,
        )
    )


@pytest.mark.parametrize(
    ("week_starts_on", "codes"), [(1, ["", "", "quota", ""]), (7, ["", "", "", "quota"])]
)
def test_a_weekly_quota_honours_the_weeks_start_case_40(hall, week_starts_on, codes):
    """Two a week; booked are Friday, Saturday, Sunday and Monday. Which week is Sunday's?"""
    quota(hall, hall.small, "week", 2, week_starts_on=week_starts_on)
    days = [at(10, day=date(2026, 11, 27) + timedelta(days=offset)) for offset in range(4)]
    if week_starts_on == 7:  # One more in the week of that Sunday.
        hall.book(hall.small, at(10, day=date(2026, 12, 2)))
    assert [code_of(hall.ask(hall.small, day)) for day in days] == codes


def test_an_overnight_meeting_counts_once_on_the_day_it_begins_case_40(hall):
    quota(hall, hall.small, "day", 1)
    hall.book(hall.small, at(22), at(22) + timedelta(hours=4))
    assert code_of(hall.ask(hall.small, at(10))) == "quota"
    assert code_of(hall.ask(hall.small, at(10, day=TUESDAY))) == ""


def test_quotas_count_minutes_departments_and_what_is_to_come(hall):
    minutes, future, both, department = (hall.room(name) for name in ("分钟", "未来", "同时", "部门"))
    quota(hall, minutes, "month", 90, measure="minutes")
    hall.book(minutes, at(10), at(11))
    assert code_of(hall.ask(minutes, at(12), at(12, 31))) == "quota"
    assert code_of(hall.ask(minutes, at(12), at(12, 30))) == ""
    quota(hall, future, "future", 2)
    series = hall.book(future, at(10), recurrence="FREQ=DAILY;COUNT=4")
    assert [each["code"] for each in series["occurrences"]] == ["", "", "quota", "quota"]
    quota(hall, department, "year", 1, subject="department")
    hall.book(department, at(10))
    assert code_of(hall.ask(department, at(12), by=hall.colleague)) == "quota"
    assert code_of(hall.ask(department, at(12), by=hall.stranger)) == ""
    assert code_of(hall.ask(department, at(14), by=hall.approver)) == ""
    quota(hall, None, "simultaneous", 1)
    assert code_of(hall.ask(both, at(10, 30))) == "quota"
    assert code_of(hall.ask(both, at(14))) == ""


def test_what_lapsed_or_was_given_up_does_not_count(hall):
    room = hall.room("限额", approval=Approval.ALWAYS.value)
    quota(hall, room, "day", 1)
    hall.book(room, at(10), at(11))
    assert code_of(hall.ask(room, at(15), at(16))) == "quota"
    with clock.at(at(10, 30)):
        assert code_of(hall.ask(room, at(15), at(16))) == ""

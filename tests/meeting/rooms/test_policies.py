"""When, to whom and how a room may be booked: pure rules (domain/meeting.md cases 34 to 36)."""

from datetime import date, datetime, time, timedelta

import pytest

from backend import clock
from backend.actor import Actor, Grant, Permission, ScopeKind
from backend.workdays.policies import USUAL_SEGMENTS, Calendar
from meeting.bookings.occupied import Kept, Occupied
from meeting.rooms import policies
from meeting.rooms.errors import HoursInvalid, LayoutsInvalid, LevelNeeded, MinutesInvalid
from meeting.rooms.models import Approval, ClosureKind, Layout, Level, Right, SubjectKind
from meeting.rooms.policies import Claim, ClosureView, RoomView, Subject, Wants, merged
from meeting.rooms.sheet import Hours, Sheet, ensure_hours, ensure_sheet

CALENDAR = Calendar()
EVERYBODY = Claim(SubjectKind.EVERYBODY, 0)
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
MONDAY = date(2026, 11, 23)


def room(**fields):
    usual = {
        "id": 1, "name": "小会议室", "place_id": 1, "place_path": "", "campus_id": 1, "campus": "",
        "building_id": 2, "position": 0, "capacity": 10, "description": "", "layouts": {}, "equipment": {},
        "approval": Approval.NONE, "approval_level": None, "turnaround_minutes": 0, "min_minutes": 15,
        "max_minutes": 1440, "lead_minutes": 0, "advance_days": 180, "is_checkin_required": False,
        "grace_minutes": 10, "exempt_minutes": 480, "is_active": True, "is_enabled": True, "revision": 0,
        "stamp": 0, "part_ids": (), "atom_ids": (1,), "excluded_ids": frozenset(), "hours": {},
        "managers": frozenset(), "access": {},
    }  # fmt: skip # As a table.
    return RoomView(**{**usual, **fields})


def at(day, hour, minute=0):
    return clock.at_local(day, time(hour, minute))


def open_at(**by_weekday):
    """Hours by the names of weekdays, in hours of the day."""
    names = ("mo", "tu", "we", "th", "fr", "sa", "su")
    return {
        names.index(name) + 1: merged((begins * 60, ends * 60) for begins, ends in stretches)
        for name, stretches in by_weekday.items()
    }


# Case 34: open 11–12 every day, and 12–14 on Tuesdays and Wednesdays.
CASE_34 = room(
    hours=open_at(
        **{name: [(11, 12)] for name in ("mo", "th", "fr", "sa", "su")},
        tu=[(11, 12), (12, 14)],
        we=[(11, 12), (12, 14)],
    )
)


@pytest.mark.parametrize(
    ("days", "begins", "ends", "is_open"),
    [
        ((TUESDAY, WEDNESDAY), 11, 14, True),
        ((MONDAY,), 12, 14, False),
        ((TUESDAY,), 12, 14, True),
        ((WEDNESDAY,), 12, 14, True),
        ((MONDAY,), 11, 12, True),
        ((TUESDAY,), 10, 12, False),
        ((TUESDAY,), 13, 15, False),
    ],
)
def test_a_meeting_lies_within_hours_that_touch(days, begins, ends, is_open):
    found = [policies.is_within_hours(CASE_34, at(day, begins), at(day, ends), CALENDAR) for day in days]
    assert found == [is_open] * len(days)


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [
        (at(MONDAY, 20), at(TUESDAY, 2), True),
        (at(MONDAY, 20), at(TUESDAY, 7), False),
        (at(MONDAY, 17), at(TUESDAY, 2), False),
        (at(MONDAY, 22), at(TUESDAY, 0), True),
    ],
)
def test_a_meeting_across_midnight_needs_both_days(start, end, is_open):
    late = room(hours=open_at(mo=[(18, 24)], tu=[(0, 6)]))
    assert policies.is_within_hours(late, start, end, CALENDAR) is is_open


def test_a_room_without_hours_is_open_always_and_needs_no_calendar():
    assert policies.is_within_hours(room(), at(MONDAY, 0), at(WEDNESDAY, 23), None)
    with pytest.raises(ValueError, match="calendar"):
        policies.is_within_hours(CASE_34, at(MONDAY, 11), at(MONDAY, 12), None)


# 调休 of 2026 and 2027 as the State Council's notices have it; a day is followed by whose hours it takes.
@pytest.mark.parametrize(
    ("on_date", "weekday"),
    [
        (date(2026, 1, 1), 7),  # New Year's Day, a Thursday
        (date(2026, 1, 4), 1),  # a Sunday that is worked
        (date(2026, 2, 14), 1),  # a Saturday that is worked before the Spring Festival
        (date(2026, 2, 17), 7),  # the Spring Festival
        (date(2026, 2, 28), 1),
        (date(2026, 5, 9), 1),
        (date(2026, 9, 20), 1),  # a Sunday that is worked for the National Day
        (date(2026, 10, 1), 7),
        (date(2026, 10, 3), 7),  # a Saturday within a holiday follows Sunday's hours, too
        (date(2026, 10, 10), 1),
        (date(2026, 11, 23), 1),
        (date(2026, 11, 28), 6),  # an ordinary Saturday
        (date(2026, 11, 29), 7),
    ],
)
def test_a_makeup_workday_follows_monday_and_a_holiday_sunday(on_date, weekday):
    assert policies.weekday_of(on_date, CALENDAR) == weekday


@pytest.mark.parametrize(
    ("on_date", "segments", "weekday"),
    [
        (date(2027, 2, 27), USUAL_SEGMENTS, 1),  # a Saturday that the compound works
        (date(2027, 2, 28), USUAL_SEGMENTS, 1),
        (date(2027, 3, 3), (), 7),  # a Wednesday on which it is closed
        (date(2027, 3, 6), (), 6),  # a Saturday stays one
        (date(2027, 3, 2), USUAL_SEGMENTS, 2),  # a workday stays one
    ],
)
def test_a_day_of_the_compound_itself_is_followed_in_a_year_without_a_notice(on_date, segments, weekday):
    calendar = Calendar(overrides={on_date: segments})
    assert policies.weekday_of(on_date, calendar) == weekday


def test_hours_of_a_makeup_saturday_are_those_of_monday():
    weekdays_only = room(hours=open_at(mo=[(9, 18)]))
    makeup, ordinary = date(2026, 10, 10), date(2026, 10, 17)
    assert policies.is_within_hours(weekdays_only, at(makeup, 9), at(makeup, 10), CALENDAR)
    assert not policies.is_within_hours(weekdays_only, at(ordinary, 9), at(ordinary, 10), CALENDAR)
    spans = policies.open_spans(weekdays_only, makeup, makeup + timedelta(days=8), CALENDAR)
    assert [clock.local(start).date() for start, _ in spans] == [makeup, date(2026, 10, 12)]


# Case 35: a turnaround of 60 minutes; a gap of 60 minutes will do, none will not.
@pytest.mark.parametrize(
    ("start", "end", "is_free"),
    [
        (at(MONDAY, 12), at(MONDAY, 13), True),
        (at(MONDAY, 11), at(MONDAY, 12), False),
        (at(MONDAY, 11, 30), at(MONDAY, 12), False),
        (at(MONDAY, 8), at(MONDAY, 9), True),
        (at(MONDAY, 9), at(MONDAY, 10), False),
        (at(MONDAY, 8), at(MONDAY, 9, 1), False),
    ],
)
def test_a_turnaround_of_an_hour_wants_a_gap_of_an_hour(start, end, is_free):
    existing = Kept(1, at(MONDAY, 10), at(MONDAY, 12), 7, None)  # 10–11 and the hour after it
    wanted = room(turnaround_minutes=60)
    assert (Occupied({1: [existing]}).in_the_way(wanted, start, end) is None) is is_free


def test_a_hall_is_in_the_way_of_its_parts_and_they_of_it():
    kept = Occupied({2: [Kept(2, at(MONDAY, 10), at(MONDAY, 11), 7, None)]})
    hall, part, other = (room(id=1, atom_ids=(2, 3)), room(id=2, atom_ids=(2,)), room(id=3, atom_ids=(3,)))
    found = [kept.in_the_way(each, at(MONDAY, 10), at(MONDAY, 11)) for each in (hall, part, other)]
    assert [one is not None for one in found] == [True, True, False]


# Case 36: ten days ahead is a strict bound.
@pytest.mark.parametrize(("days", "is_refused"), [(0, False), (9, False), (10, True), (11, True)])
def test_the_advance_window_excludes_its_last_day(days, is_refused):
    start = at(MONDAY + timedelta(days=days), 0)
    assert policies.is_too_far(room(advance_days=10), start, MONDAY) is is_refused


@pytest.mark.parametrize(("minutes", "is_refused"), [(119, True), (120, False)])
def test_the_lead_time_is_kept(minutes, is_refused):
    now = at(MONDAY, 9)
    wanted = room(lead_minutes=120)
    assert policies.is_too_late(wanted, now + timedelta(minutes=minutes), now) is is_refused


@pytest.mark.parametrize(("minutes", "is_allowed"), [(29, False), (30, True), (60, True), (61, False)])
def test_a_meeting_is_neither_shorter_nor_longer_than_the_room_allows(minutes, is_allowed):
    start = at(MONDAY, 9)
    wanted = room(min_minutes=30, max_minutes=60)
    assert policies.is_length_allowed(wanted, start, start + timedelta(minutes=minutes)) is is_allowed


@pytest.mark.parametrize(
    ("approval", "of_level", "level", "is_open", "needed"),
    [
        (Approval.NONE, None, Level.LEADER, False, False),
        (Approval.ALWAYS, None, Level.LEADER, True, True),
        (Approval.OUTSIDE_HOURS, None, Level.ORDINARY, True, False),
        (Approval.OUTSIDE_HOURS, None, Level.ORDINARY, False, True),
        (Approval.BELOW_LEVEL, Level.BUREAU, Level.DIVISION, True, True),
        (Approval.BELOW_LEVEL, Level.BUREAU, Level.BUREAU, True, False),
        (Approval.FROM_LEVEL, Level.BUREAU, Level.DIVISION, True, False),
        (Approval.FROM_LEVEL, Level.BUREAU, Level.BUREAU, True, True),
    ],
)
def test_approval_goes_by_the_rooms_rule(approval, of_level, level, is_open, needed):
    wanted = room(approval=approval, approval_level=of_level)
    assert policies.needs_approval(wanted, level=level, is_within_hours=is_open) is needed


def dept(number):
    return Claim(SubjectKind.DEPARTMENT, number)


# The person 5 of the department 12, which is below 10.
INSIDER, OUTSIDER = Subject(5, frozenset({12, 10})), Subject(6, frozenset({20}))


@pytest.mark.parametrize(
    ("access", "of_insider", "of_outsider"),
    [
        ({}, "see book prebook", "see book prebook"),
        ({Right.SEE: (dept(10),)}, "see book prebook", ""),
        ({Right.BOOK: (dept(10),)}, "see book prebook", "see"),
        ({Right.PREBOOK: (dept(12),)}, "see prebook", "see"),
        ({Right.BOOK: (dept(12),), Right.PREBOOK: (EVERYBODY,)}, "see book prebook", "see prebook"),
        ({Right.SEE: (dept(10),), Right.BOOK: (Claim(SubjectKind.STAFF, 6),)}, "see", "see book prebook"),
        ({Right.OVERRIDE: (Claim(SubjectKind.STAFF, 5),)}, "see book prebook override", "see book prebook"),
        ({Right.SEE: (dept(99),)}, "", ""),
    ],
)
def test_rights_go_to_people_and_to_departments_with_all_below_them(access, of_insider, of_outsider):
    for subject, expected in ((INSIDER, of_insider), (OUTSIDER, of_outsider)):
        found = {right for right in Right if policies.may(subject, room(access=access), right)}
        assert found == set(expected.split())


def actor(staff_id=5, permission=None, kind=ScopeKind.CAMPUS, scope_id=1):
    grants = (Grant(frozenset({permission}), kind, scope_id),) if permission else ()
    return Actor(staff_id, "", "", 12, 1, grants)


@pytest.mark.parametrize(
    ("who", "manages", "approves", "edits"),
    [
        (actor(), False, False, False),
        (actor(staff_id=8), True, True, False),
        (actor(permission=Permission.ROOMS_MANAGE), True, False, True),
        (actor(permission=Permission.ROOMS_MANAGE, scope_id=2), False, False, False),
        (actor(permission=Permission.ROOMS_MANAGE, kind=ScopeKind.BUILDING, scope_id=2), True, False, True),
        (actor(permission=Permission.MEETINGS_APPROVE), False, True, False),
    ],
)
def test_who_keeps_a_room_goes_by_name_or_by_reach(who, manages, approves, edits):
    kept = room(managers=frozenset({8}))
    assert (policies.manages(who, kept), policies.approves(who, kept), policies.edits(who, kept)) == (
        manages,
        approves,
        edits,
    )


def test_a_room_that_is_switched_off_shows_itself_to_its_keepers_alone():
    off = room(is_active=False, managers=frozenset({8}))
    assert not policies.sees(actor(), INSIDER, off)
    assert policies.sees(actor(staff_id=8), Subject(8, frozenset()), off)


def closure(kind=ClosureKind.CLOSED, exceptions=(), **fields):
    usual = {
        "id": 1, "room_id": 1, "kind": kind, "from_at": at(MONDAY, 12), "until_at": at(MONDAY, 14),
        "reason": "检修", "exceptions": exceptions, "made_by": 1, "made_at": at(MONDAY, 8), "lifted_at": None,
    }  # fmt: skip # As a table.
    return ClosureView(**{**usual, **fields})


@pytest.mark.parametrize(
    ("closed", "begins", "ends", "is_kept_out"),
    [
        (closure(), 11, 12, False),
        (closure(), 11, 13, True),
        (closure(), 13, 15, True),
        (closure(), 14, 15, False),
        (closure(), 11, 15, True),
        (closure(lifted_at=datetime(2026, 11, 23, tzinfo=clock.BUSINESS_ZONE)), 12, 13, False),
        (closure(ClosureKind.BLOCKED, (dept(10),)), 12, 13, False),
        (closure(ClosureKind.BLOCKED, (dept(20),)), 12, 13, True),
    ],
)
def test_a_closure_keeps_out_whom_it_is_not_kept_for(closed, begins, ends, is_kept_out):
    found = policies.closure_against(INSIDER, [closed], at(MONDAY, begins), at(MONDAY, ends))
    assert (found is not None) is is_kept_out


@pytest.mark.parametrize(
    ("wants", "is_offered"),
    [
        (Wants(), True),
        (Wants(capacity=10), True),
        (Wants(capacity=11), False),
        (Wants(capacity=6, layout=Layout.HOLLOW), True),
        (Wants(capacity=7, layout=Layout.HOLLOW), False),
        (Wants(layout=Layout.THEATRE), False),
        (Wants(equipment=frozenset({"projector"})), True),
        (Wants(equipment=frozenset({"projector", "sound"})), False),
        (Wants(campus_id=1), True),
        (Wants(campus_id=2), False),
    ],
)
def test_a_room_offers_seats_equipment_and_campus(wants, is_offered):
    offered = room(layouts={Layout.HOLLOW: 6}, equipment={"projector": 1})
    assert policies.offers(offered, wants) is is_offered


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"min_minutes": 61, "max_minutes": 60}, MinutesInvalid),
        ({"approval": Approval.FROM_LEVEL}, LevelNeeded),
        ({"layouts": ((Layout.HOLLOW, 6), (Layout.HOLLOW, 7))}, LayoutsInvalid),
        ({"layouts": ((Layout.HOLLOW, 11),)}, LayoutsInvalid),
        ({"hours": (Hours(1, (600, 600)),)}, HoursInvalid),
        ({"hours": (Hours(1, (540, 720)), Hours(1, (700, 800)))}, HoursInvalid),
    ],
)
def test_what_makes_no_sense_is_refused(fields, refusal):
    with pytest.raises(refusal):
        ensure_sheet(Sheet(name="小会议室", place_id=1, capacity=10, **fields))


def test_hours_that_touch_or_are_of_other_days_are_taken():
    ensure_hours([Hours(1, (540, 720)), Hours(1, (720, 1440)), Hours(2, (540, 720))])

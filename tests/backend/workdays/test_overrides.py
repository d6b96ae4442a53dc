"""Overrides by administrators: what they do to a day, and how they are kept."""

import threading
from datetime import date, time, timedelta

import pytest
from flask import Flask
from hypothesis import given
from sqlalchemy import select

from backend import clock, revisions
from backend.actor import SYSTEM, Actor, Grant, Permission, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from backend.errors import Invalid, NotFound
from backend.flows import calendar_changes
from backend.wire import ValidationError
from backend.workdays import queries
from backend.workdays.errors import BeyondCalendar, InvalidSegments, OverrideNotFound
from backend.workdays.models import CalendarOverride
from backend.workdays.operations import TOPIC
from backend.workdays.policies import (
    USUAL_SEGMENTS,
    Calendar,
    DayKind,
    OfficeHours,
    Segment,
    ensure_segments,
    pairs_of_segments,
    segments_of_pairs,
)
from backend.workdays.schemas import DayOut, OverrideIn, OverrideOut, OverridesQuery
from tests.backend.workdays.calendars import at, segment_lists
from tests.statements import counted_statements

HOLIDAY = date(2026, 10, 3)
MONDAY = date(2026, 11, 23)
UNPUBLISHED = date(2027, 3, 8)
MORNING = (Segment(time(9), time(12)),)
ADMINISTRATOR = Actor(
    staff_id=9001,
    staff_no="9001",
    name="管理员",
    department_id=1,
    session_id=1,
    grants=(Grant(frozenset({Permission.WORKDAYS_MANAGE}), ScopeKind.COMPOUND, 0),),
)


def trail() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


# --- What an override does to a day -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_date", "name"),
    [
        (HOLIDAY, "国庆节"),
        (MONDAY, ""),
        (date(2026, 10, 10), "国庆节"),
        (UNPUBLISHED, ""),
        (date(2026, 11, 22), ""),
    ],
)
@pytest.mark.parametrize("segments", [MORNING, ()])
def test_an_override_wins_over_the_notice_and_over_the_fallback(on_date, name, segments):
    day = Calendar(overrides={on_date: segments}).day(on_date)

    assert (day.kind, day.segments, day.name) == (DayKind.OVERRIDE, segments, name)
    assert day.is_workday is bool(segments)
    assert not day.is_provisional


def test_an_override_leaves_its_neighbours_alone():
    calendar = Calendar(overrides={MONDAY: ()})

    assert calendar.is_workday(MONDAY - timedelta(days=3))
    assert calendar.is_workday(MONDAY + timedelta(days=1))
    assert calendar.add_workdays(MONDAY - timedelta(days=3), 1) == date(2026, 11, 24)


def test_an_override_has_its_own_hours_not_those_of_the_weekday():
    calendar = Calendar(OfficeHours(by_weekday={0: MORNING}), {MONDAY: USUAL_SEGMENTS})

    assert calendar.day(MONDAY).segments == USUAL_SEGMENTS


# --- Segments -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [["08:30", "12:00"]],
        [["08:30", "12:00"], ["12:00", "17:30"]],
        [["00:00", "00:00"]],
        [["22:00", "00:00"]],
        [["00:00", "00:01"], ["23:59", "00:00"]],
    ],
)
def test_ordered_segments_are_accepted(pairs):
    ensure_segments(segments_of_pairs(pairs))


@pytest.mark.parametrize(
    ("pairs", "index"),
    [
        ([["12:00", "08:30"]], 0),
        ([["09:00", "09:00"]], 0),
        ([["08:30", "12:00"], ["11:59", "17:30"]], 1),
        ([["14:00", "17:30"], ["08:30", "12:00"]], 1),
        ([["08:30", "12:00"], ["08:30", "12:00"]], 1),
        ([["22:00", "00:00"], ["23:00", "00:00"]], 1),
        ([["00:00", "00:00"], ["00:00", "01:00"]], 1),
        ([["08:30:30", "12:00"]], 0),
        ([["08:30", "12:00:00.5"]], 0),
    ],
)
def test_reversed_overlapping_disordered_or_fractional_segments_are_refused(pairs, index):
    with pytest.raises(InvalidSegments) as refusal:
        ensure_segments(segments_of_pairs(pairs))

    assert isinstance(refusal.value, Invalid)
    assert refusal.value.data == {"index": index}
    assert refusal.value.msg.startswith("时段有误")


@given(segment_lists)
def test_segments_come_back_from_how_they_are_kept(segments):
    ensure_segments(segments)
    assert segments_of_pairs(pairs_of_segments(segments)) == segments


# --- How overrides are kept ---------------------------------------------------------------------------------


def test_an_override_is_kept_and_decides_the_day(app: Flask):
    with clock.at(at("2026-11-01 10:00")):
        override = calendar_changes.set_override(
            ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason="防汛值守"
        )

    assert queries.find_override(HOLIDAY) == override
    assert queries.list_overrides(2026) == [override]
    assert (override.set_by, override.set_at) == (9001, at("2026-11-01 10:00"))
    assert queries.calendar_for(HOLIDAY, HOLIDAY).day(HOLIDAY).segments == MORNING
    (entry,) = trail()
    assert (entry.action, entry.object_kind, entry.object_id) == (
        "workdays.override_set",
        "calendar_override",
        "2026-10-03",
    )
    assert (entry.actor_id, entry.result) == (9001, "done")
    assert entry.details == {"segments": [["09:00", "12:00"]], "reason": "防汛值守", "replaced": None}


def test_an_override_may_close_a_day(app: Flask):
    calendar_changes.set_override(ADMINISTRATOR, on_date=MONDAY, segments=[], reason="停电检修")

    assert not queries.calendar_for(MONDAY, MONDAY).is_workday(MONDAY)
    assert queries.list_overrides(2026)[0].segments == ()


def test_setting_again_replaces_and_records_what_stood_there(app: Flask):
    calendar_changes.set_override(ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason="值守")

    calendar_changes.set_override(SYSTEM, on_date=HOLIDAY, segments=USUAL_SEGMENTS, reason="全天值守")

    (standing,) = queries.list_overrides(2026)
    assert (standing.segments, standing.reason, standing.set_by) == (USUAL_SEGMENTS, "全天值守", 0)
    assert trail()[-1].details["replaced"] == [["09:00", "12:00"]]


def test_repeating_what_stands_changes_and_records_nothing(app: Flask):
    first = calendar_changes.set_override(ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason="值守")

    with clock.at(clock.now() + timedelta(hours=1)):
        again = calendar_changes.set_override(SYSTEM, on_date=HOLIDAY, segments=list(MORNING), reason="值守")

    assert again == first == queries.find_override(HOLIDAY)
    assert len(trail()) == 1


def test_segments_that_make_no_sense_are_refused_and_nothing_is_kept(app: Flask):
    calendar_changes.set_override(ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason="值守")

    with pytest.raises(InvalidSegments):
        calendar_changes.set_override(
            ADMINISTRATOR, on_date=HOLIDAY, segments=[Segment(time(12), time(9))], reason="值守"
        )

    assert [one.segments for one in queries.list_overrides(2026)] == [MORNING]
    assert len(trail()) == 1


def test_a_removed_override_gives_the_day_back_to_the_notice(app: Flask):
    calendar_changes.set_override(ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason="值守")

    calendar_changes.remove_override(ADMINISTRATOR, on_date=HOLIDAY)

    assert queries.find_override(HOLIDAY) is None
    assert queries.calendar_for(HOLIDAY, HOLIDAY).day(HOLIDAY).kind is DayKind.HOLIDAY
    entry = trail()[-1]
    assert (entry.action, entry.object_id, entry.details) == (
        "workdays.override_removed",
        "2026-10-03",
        {"replaced": [["09:00", "12:00"]]},
    )


def test_an_override_that_is_not_there_cannot_be_removed(app: Flask):
    with pytest.raises(OverrideNotFound) as refusal:
        calendar_changes.remove_override(ADMINISTRATOR, on_date=HOLIDAY)

    assert isinstance(refusal.value, NotFound)
    assert "2026-10-03" in refusal.value.msg
    assert trail() == []


def test_a_change_is_announced_once_it_is_committed(app: Flask):
    before = revisions.current(TOPIC)
    calendar_changes.set_override(ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason="值守")
    after_set = revisions.current(TOPIC)
    calendar_changes.remove_override(ADMINISTRATOR, on_date=HOLIDAY)
    after_removal = revisions.current(TOPIC)

    with pytest.raises(OverrideNotFound):
        calendar_changes.remove_override(ADMINISTRATOR, on_date=HOLIDAY)

    assert (after_set, after_removal, revisions.current(TOPIC)) == (before + 1, before + 2, before + 2)


def test_overrides_are_listed_by_date_for_one_year(app: Flask):
    for on_date in (date(2026, 12, 31), date(2026, 1, 1), date(2025, 12, 31), date(2027, 1, 1)):
        calendar_changes.set_override(ADMINISTRATOR, on_date=on_date, segments=MORNING, reason="值守")

    assert [one.on_date for one in queries.list_overrides(2026)] == [date(2026, 1, 1), date(2026, 12, 31)]


def test_a_calendar_is_loaded_in_one_query_with_its_margin(app: Flask):
    last_on = MONDAY + queries.MARGIN - timedelta(days=1)
    for on_date in (MONDAY - queries.MARGIN, MONDAY, last_on):
        calendar_changes.set_override(ADMINISTRATOR, on_date=on_date, segments=MORNING, reason="值守")

    with counted_statements() as statements:
        calendar = queries.calendar_for(MONDAY, MONDAY)

    assert set(calendar.overrides) == {MONDAY - queries.MARGIN, MONDAY, last_on}
    assert len([text for text in statements if text.startswith("SELECT")]) == 1
    assert calendar.day(last_on).segments == MORNING
    with pytest.raises(BeyondCalendar):
        calendar.day(last_on + timedelta(days=1))


def test_a_calendar_takes_other_office_hours(app: Flask):
    calendar = queries.calendar_for(MONDAY, MONDAY, OfficeHours(usual=MORNING))

    assert calendar.day(MONDAY).segments == MORNING


def test_administrators_who_set_one_day_at_once_all_succeed_and_one_stands(app: Flask):
    barrier = threading.Barrier(4)
    failures: list[BaseException] = []

    def set_one(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                calendar_changes.set_override(
                    ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason=f"第{number}人"
                )
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=set_one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(db.session.scalars(select(CalendarOverride)).all()) == 1
    assert len(trail()) == 4


# --- On the wire --------------------------------------------------------------------------------------------


def test_an_override_comes_in_as_segments():
    loaded = OverrideIn().load(
        {"segments": [{"from_time": "09:00", "until_time": "12:00"}], "reason": " 防汛值守 "}
    )

    assert loaded == {"segments": list(MORNING), "reason": "防汛值守"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "值守"}, "segments"),
        ({"segments": []}, "reason"),
        ({"segments": [], "reason": ""}, "reason"),
        ({"segments": [], "reason": "长" * 201}, "reason"),
        ({"segments": [{"from_time": "9:00", "until_time": "12:00"}], "reason": "值守"}, "segments"),
        ({"segments": [{"from_time": "09:00", "until_time": "24:00"}], "reason": "值守"}, "segments"),
        ({"segments": [{"from_time": "09:00"}], "reason": "值守"}, "segments"),
        ({"segments": [{"from_time": "09:00", "until_time": "12:00"}] * 11, "reason": "值守"}, "segments"),
        ({"segments": "09:00", "reason": "值守"}, "segments"),
        ({"segments": [], "reason": "值守", "on_date": "2026-10-03"}, "on_date"),
    ],
)
def test_a_malformed_override_is_refused(body, field):
    with pytest.raises(ValidationError) as refusal:
        OverrideIn().load(body)

    assert set(refusal.value.messages) == {field}


def test_days_and_overrides_go_out(app: Flask):
    with clock.at(at("2026-11-01 10:00")):
        override = calendar_changes.set_override(
            ADMINISTRATOR, on_date=HOLIDAY, segments=MORNING, reason="值守"
        )
    segments = [{"from_time": "09:00", "until_time": "12:00"}]

    assert OverrideOut().dump(override) == {
        "on_date": "2026-10-03",
        "segments": segments,
        "reason": "值守",
        "set_by": 9001,
        "set_at": "2026-11-01T10:00:00+08:00",
    }
    assert DayOut().dump(queries.calendar_for(HOLIDAY, HOLIDAY).day(HOLIDAY)) == {
        "on_date": "2026-10-03",
        "kind": "override",
        "name": "国庆节",
        "is_workday": True,
        "is_provisional": False,
        "segments": segments,
    }


def test_the_year_of_a_list_is_bounded():
    assert OverridesQuery().load({"year": "2026"}) == {"year": 2026}
    for year in ("1999", "3000", "二", "", "1e3"):
        with pytest.raises(ValidationError):
            OverridesQuery().load({"year": year})

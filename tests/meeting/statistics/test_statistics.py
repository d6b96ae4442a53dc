"""The figures, against a month that was planted and SQL that was written apart."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from time import perf_counter
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, text

from backend import clock
from backend.actor import ScopeKind
from backend.db import atomic, db, unit
from backend.places.models import Building, Floor
from meeting.rooms.models import Closure, ClosureKind
from meeting.statistics import recounting
from meeting.statistics.models import MeetingDay, MeetingHour
from meeting.statistics.policies import By
from tests.factories import MONDAY, NINE
from tests.meeting.hall import Hall, add, at
from tests.meeting.statistics.planting import COUNTS, Planted, numbers, plant
from tests.statements import counted_statements

DAY = timedelta(days=1)
NOVEMBER = [date(2026, 11, 1) + DAY * number for number in range(30)]
WORKDAYS = 21
SPAN = {"from": "2026-11-01", "until": "2026-11-30"}
DECEMBER = clock.at_local(date(2026, 12, 1), time(9))

# The minutes of workdays by physical room: a hall's are those of each of its parts.
OCCUPIED = text(
    """
    SELECT a.id, sum(d.booked_minutes) AS booked, sum(d.used_minutes) AS used
    FROM meeting_rooms a
    LEFT JOIN meeting_room_parts p ON p.part_id = a.id
    JOIN meeting_days d ON d.room_id = a.id OR d.room_id = p.hall_id
    WHERE d.on_date NOT IN (
      '2026-11-01', '2026-11-07', '2026-11-08', '2026-11-14', '2026-11-15', '2026-11-21', '2026-11-22',
      '2026-11-28', '2026-11-29'
    )
    AND a.id NOT IN (SELECT hall_id FROM meeting_room_parts)
    GROUP BY a.id ORDER BY a.id
    """
)


class Month:
    """November with so many meetings, in rooms of all kinds, of two departments and a small one."""

    def __init__(self, hall: Hall, number: int = 300) -> None:
        self.hall = hall
        self.rooms = [hall.small, hall.large, hall.part_a, hall.part_b, hall.hall]
        self.departments = [hall.department.id, *(self.department(size) for size in (6, 5, 2))]
        for _ in range(5):
            hall.compound.staff(department=hall.department)
        organiser = hall.people["organiser"].id
        self.planted: Planted = plant(self.rooms, self.departments, organiser, NOVEMBER, number)

    def department(self, size: int) -> int:
        department = self.hall.compound.department()
        for _ in range(size):
            self.hall.compound.staff(department=department)
        return department.id

    def get(self, client: Any = None, **query: Any) -> Any:
        """The figures of November."""
        answer = (client or self.hall.reader).get("/meeting/statistics", **{**SPAN, **query})
        assert answer.status == 200, answer.envelope
        return answer.data


@pytest.fixture
def month(hall: Hall) -> Iterator[Month]:
    found = Month(hall)
    with clock.at(DECEMBER):
        hall.log_in("reader")
        yield found


def of(planted: Any, *key: int) -> dict[str, int]:
    """What was planted, as `numbers` tells it: in all, or of a room or department."""
    return {name: planted[(*key, name)] if key else planted[name] for name in COUNTS}


def test_a_month_of_two_thousand_meetings_is_told_as_it_was_planted(hall):
    month = Month(hall, 2000)
    with clock.at(DECEMBER):
        hall.log_in("reader")
        found = month.get(by="room")
        assert numbers(found["total"]) == of(month.planted.total)
        for row in found["rows"]:
            assert numbers(row["figures"]) == of(month.planted.rooms, int(row["key"])), row["name"]
        assert len(found["rows"]) == 5
        days = month.get(by="day")
        assert numbers(days["total"]) == of(month.planted.total)
        assert len(days["rows"]) == 30
        heat = month.get(by="hour")["heat"]
        expected = Counter()  # The last night's hours after midnight are December's.
        for (room_id, day, hour), minutes in month.planted.hours.items():
            parts = 2 if room_id == hall.hall.id else 1
            expected[day.isoweekday(), hour] += parts * minutes * (day in NOVEMBER)
        assert {(cell["weekday"], cell["hour"]): cell["minutes"] for cell in heat} == +expected
        db.session.rollback()
        assert recounting.check() == []


def test_occupancy_is_of_physical_rooms_on_workdays(month):
    db.session.rollback()
    expected = {row.id: (int(row.booked), int(row.used)) for row in db.session.execute(OCCUPIED)}
    found = month.get(by="room")
    rooms = {row["key"]: row["figures"] for row in found["rows"]}
    bookable = WORKDAYS * 420  # Always open: the office's hours.
    for room_id, (booked, used) in expected.items():
        rates = rooms[str(room_id)]
        assert (rates["occupancy_booked"]["numerator"], rates["occupancy_booked"]["denominator"]) == (
            booked,
            bookable,
        )
        assert (rates["occupancy_used"]["numerator"], rates["occupancy_used"]["denominator"]) == (
            used,
            bookable,
        )
    parts = [expected[month.hall.part_a.id], expected[month.hall.part_b.id]]
    whole = rooms[str(month.hall.hall.id)]["occupancy_booked"]
    assert (whole["numerator"], whole["denominator"]) == (sum(each[0] for each in parts), 2 * bookable)
    total = sum(booked for booked, _ in expected.values()), sum(used for _, used in expected.values())
    for by in ("campus", "room", "day", "week", "month", "hour"):
        told = month.get(by=by)["total"]
        assert (told["occupancy_booked"]["numerator"], told["occupancy_used"]["numerator"]) == total, by
        assert told["occupancy_booked"]["denominator"] == 4 * bookable
        assert (told["occupancy_booked"]["covered"], told["occupancy_booked"]["whole"]) == (4, 4)
    ranks = [row["figures"]["occupancy_used"]["percent"] for row in found["rows"]]
    assert ranks == sorted(ranks, reverse=True)
    # One part alone: its own meetings are counted, its occupancy is with the hall's.
    alone = month.get(by="month", room_id=month.hall.part_a.id)
    assert numbers(alone["total"]) == of(month.planted.rooms, month.hall.part_a.id)
    assert alone["total"]["occupancy_booked"]["numerator"] == parts[0][0]
    assert [row["name"] for row in alone["rows"]] == ["2026年11月"]


def test_rates_tell_how_much_they_speak_of(month):
    total, planted = month.get()["total"], month.planted.total
    due, signed = planted["held"] + planted["no_shows"], planted["signed_in"] + planted["no_shows"]
    no_show, used, seats = total["no_show"], total["occupancy_used"], total["seats"]
    assert (no_show["numerator"], no_show["denominator"]) == (planted["no_shows"], signed)
    assert (no_show["covered"], no_show["whole"]) == (signed, due)
    assert 0 < used["covered"] < used["whole"] == used["numerator"]
    capacity = {room.id: room.capacity for room in month.rooms}
    expected = sum(
        capacity[room_id] * number
        for (room_id, name), number in month.planted.rooms.items()
        if name == "headed_minutes"
    )
    assert (seats["numerator"], seats["denominator"]) == (planted["head_minutes"], expected)
    assert (seats["covered"], seats["whole"]) == (planted["headed"], planted["held"])
    assert total["used_length"] == pytest.approx(planted["used_minutes"] / planted["held"], abs=0.051)


def test_departments_are_ranked_and_small_ones_stand_together(month):
    rows = month.get(by="department")["rows"]
    planted, small = month.planted, month.departments[3]
    *told, others = rows
    # Two people alone would follow by subtraction: the next smallest, of five, is with them.
    assert (others["key"], others["name"]) == ("", "其他部门（不足 5 人）")
    merged = [small, month.departments[2]]
    assert others["figures"]["booked"] == sum(planted.departments[each, "booked"] for each in merged)
    assert {row["key"] for row in told} == {str(each) for each in month.departments[:2]}
    assert numbers(told[0]["figures"]) == of(planted.departments, int(told[0]["key"]))
    minutes = [row["figures"]["used_minutes"] for row in told]
    assert minutes == sorted(minutes, reverse=True)
    assert all(row["figures"]["occupancy_used"] is None for row in rows)

    first = month.get(by="month", department_id=month.departments[1])["total"]
    assert numbers(first) == of(planted.departments, month.departments[1])
    refused = month.hall.reader.get("/meeting/statistics", **SPAN, department_id=small)
    assert (refused.status, refused.error) == (422, "meeting.department_too_small")
    refused = month.hall.reader.get(
        "/meeting/statistics", **SPAN, by="hour", department_id=month.departments[0]
    )
    assert (refused.status, refused.error) == (422, "meeting.hours_of_department")


def test_weeks_months_and_days_are_all_there_and_add_up(month):
    weeks = month.get(by="week")
    assert [row["key"] for row in weeks["rows"]] == [f"2026-W{number}" for number in range(44, 50)]
    assert weeks["rows"][0]["name"] == "2026年第44周（10月26日起）"
    assert sum(row["figures"]["booked"] for row in weeks["rows"]) == weeks["total"]["booked"]
    bookable = [row["figures"]["occupancy_booked"]["denominator"] for row in weeks["rows"]]
    assert bookable == [0, *([5 * 4 * 420] * 4), 4 * 420]
    assert weeks["rows"][0]["figures"]["occupancy_booked"]["percent"] is None
    days = month.get(by="day", until="2026-11-02")["rows"]
    assert [(row["key"], row["name"]) for row in days] == [
        ("2026-11-01", "11月1日"),
        ("2026-11-02", "11月2日"),
    ]


def test_use_is_measured_against_the_days_until_today(hall):
    with clock.at(at(18)):
        told = Month(hall, 20).get(by="month")["total"]
    assert told["occupancy_booked"]["denominator"] == 4 * WORKDAYS * 420
    assert told["occupancy_used"]["denominator"] == 4 * 16 * 420


def test_closed_times_and_rooms_out_of_use_cannot_be_booked(month):
    hall = month.hall
    add(
        Closure(
            room_id=hall.hall.id, kind=ClosureKind.CLOSED.value, from_at=at(0), until_at=at(0) + 2 * DAY,
            reason="检修", made_by=1, made_at=at(0),
        )
    )  # fmt: skip
    hall.change_room(hall.small, is_active=False)
    told = month.get(by="month")["total"]["occupancy_booked"]
    assert told["denominator"] == (3 * WORKDAYS - 2 * 2) * 420
    assert (told["covered"], told["whole"]) == (3, 4)


def test_figures_stay_within_reach(month):
    hall = month.hall
    other = hall.compound.campus()
    building = add(Building(campus_id=other.id, name="别院"))
    floor = add(Floor(building_id=building.id, name="1层"))
    far = hall.room("别院会议室", floor=floor)
    hall.change_room(far, campus_id=other.id, building_id=building.id)
    plant([far], [month.departments[0]], hall.people["organiser"].id, NOVEMBER, 10, seed=1)
    scoped = hall.compound.client(
        hall.compound.staff(roles={"logistics_reviewer": (ScopeKind.CAMPUS, other.id)})
    )
    everything, elsewhere = month.get(), month.get(scoped)
    own = month.get(campus_id=other.id)
    assert elsewhere["total"] == own["total"]
    assert everything["total"]["booked"] == month.planted.total["booked"] + own["total"]["booked"]
    assert month.get(scoped, campus_id=hall.campus.id)["total"]["booked"] == 0
    campuses = {row["key"]: row["figures"] for row in month.get(by="campus")["rows"]}
    assert campuses[str(other.id)] == own["total"]
    assert campuses[str(hall.campus.id)] == month.get(campus_id=hall.campus.id)["total"]
    assert month.get(scoped, by="hour")["heat"] == month.get(by="hour", room_id=far.id)["heat"]
    hidden = scoped.get("/meeting/statistics", **SPAN, room_id=hall.small.id)
    assert (hidden.status, hidden.error) == (404, "meeting.room_not_found")
    hall.log_in("organiser")
    assert hall.organiser.get("/meeting/statistics", **SPAN).status == 403


@pytest.mark.parametrize(("first", "last"), [("2026-11-02", "2026-11-01"), ("2024-01-01", "2026-11-30")])
def test_a_span_of_no_days_or_too_many_is_refused(hall, first, last):
    answer = hall.reader.get("/meeting/statistics", **{"from": first, "until": last})
    assert (answer.status, answer.error) == (422, "meeting.statistics_span")


def test_the_hours_of_a_weekday_tell_how_many_rooms_were_in_use(month):
    for cell in month.get(by="hour")["heat"]:
        days = 5 if cell["weekday"] in (7, 1) else 4  # November 2026 has five Sundays and Mondays.
        assert cell["days"] == days
        assert cell["rooms_in_use"] == pytest.approx(cell["minutes"] / (60 * days), abs=0.0051)
        assert cell["occupancy"]["denominator"] == 60 * days * 4


def test_the_same_figures_as_a_workbook(month):
    answer = month.hall.reader.get("/meeting/statistics/workbook", **SPAN, by="room")
    book = load_workbook(BytesIO(answer.body))
    assert book.sheetnames == ["按会议室", "说明"]
    header, *rows = book["按会议室"].iter_rows(values_only=True)
    total = dict(zip(header, rows[-1], strict=True))
    assert (total["会议室"], total["预订"], total["未到"]) == (
        "合计",
        month.planted.total["booked"],
        month.planted.total["no_shows"],
    )
    told = month.get(by="room")["total"]["occupancy_used"]
    assert total["实际使用率（分子/分母）"] == f"{told['numerator']}/{told['denominator']}"
    hours = month.hall.reader.get("/meeting/statistics/workbook", **SPAN, by="hour")
    cells = list(load_workbook(BytesIO(hours.body))["高峰时段"].iter_rows(values_only=True))
    assert len(cells) == 1 + len(month.get(by="hour")["heat"])


def test_a_year_takes_a_handful_of_statements(month):
    month.get(by="month")
    with counted_statements() as sent:
        month.get(by="month", until="2027-10-31")
    reading = [one for one in sent if "meeting_" in one]
    assert len(reading) <= 4, reading


def test_what_is_wrong_is_found_and_made_anew(month, app):
    run = app.test_cli_runner()
    assert "相符" in run.invoke(args=["meeting", "check"]).output

    @atomic
    def spoil() -> None:
        db.session.query(MeetingDay).filter(MeetingDay.held > 0).update(
            {"used_minutes": MeetingDay.used_minutes + 5}
        )
        db.session.query(MeetingHour).filter_by(hour=9).delete()
        db.session.add(MeetingDay(on_date=MONDAY + 9 * DAY, room_id=1, department_id=99, booked=1))

    spoil()
    checked = run.invoke(args=["meeting", "check"])
    assert checked.exit_code == 1
    assert "会议日统计 2026-12-02 1 99：booked 明细 0，统计 1" in checked.output
    assert "会议分时统计" in checked.output
    assert "更正" in run.invoke(args=["meeting", "rebuild"]).output
    assert recounting.check() == []
    assert numbers(month.get()["total"]) == of(month.planted.total)


def test_midnight_is_the_compounds(hall):
    assert isinstance(NINE, datetime)
    plant([hall.small], [1], hall.people["organiser"].id, [MONDAY], 40)
    db.session.rollback()
    assert {row.on_date for row in db.session.query(MeetingDay)} == {MONDAY}
    assert recounting.check() == []


def test_a_year_of_a_large_house_is_told_in_no_time(hall, soak):
    """With `--soak`: sixty rooms, two years, two departments a day and room; else a small one, untimed."""
    chance, rooms = random.Random(3), range(60 if soak else 2)
    ids = [hall.room(f"会议室{number}", capacity=20).id for number in rooms]

    @atomic
    def fill() -> None:
        days = [date(2025, 1, 1) + number * DAY for number in range(730 if soak else 5)]
        sums = [
            {"on_date": day, "room_id": room_id, "department_id": department_id, "booked_minutes": 90}
            for day in days
            for room_id in ids
            for department_id in chance.sample(range(1, 60), 2)
        ]
        unit().execute(insert(MeetingDay), sums)
        hours = [
            {"on_date": day, "room_id": room_id, "hour": hour, "minutes": 45}
            for day in days
            for room_id in ids
            for hour in chance.sample(range(8, 18), 4)
        ]
        unit().execute(insert(MeetingHour), hours)

    fill()
    for by in By:
        query = {"from": "2025-01-01", "until": "2025-12-31", "by": by.value}
        taken = []
        for _ in range(3):
            began = perf_counter()
            assert hall.reader.get("/meeting/statistics", **query).status == 200
            taken.append(perf_counter() - began)
        assert not soak or min(taken) < 0.15, (by, taken)

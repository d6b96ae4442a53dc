"""Races for stewards and equipment."""

from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from backend.db import atomic, unit
from meeting.hospitality import duties, policies
from meeting.hospitality.models import Duty
from tests.meeting.hall import Hall, at
from tests.meeting.hospitality.service import Service, hospitality
from tests.threads import at_once

__all__ = ["hospitality"]


def test_the_last_projector_goes_to_one_of_those_who_want_it_at_once(
    hall: Hall, hospitality: Service, soak: bool
) -> None:
    hospitality.stock("projector", 2)
    rooms = [hall.room(f"第{number}会议室") for number in range(6)]
    for round_ in range(10 if soak else 2):
        hour = 12 + round_ % 2 * 3
        bodies = [
            hall.body(room, at(hour, minute), services=[{"code": "projector"}])
            for minute, room in enumerate(rooms)
        ]
        answers = at_once([partial(hall.organiser.post, "/meeting/bookings", body) for body in bodies])
        assert sorted(answer.status for answer in answers) == [201, 201, 409, 409, 409, 409]
        refused = {answer.error for answer in answers if answer.status == 409}
        assert refused == {"meeting.stock_short"}
        for answer in answers:
            if answer.status == 201:
                hall.do(hall.organiser, answer.data["id"], "cancel", reason="下一轮")


def test_a_steward_who_takes_two_meetings_at_once_gets_one(hall: Hall, hospitality: Service) -> None:
    for room in (hall.small, hall.large, hall.part_a, hall.part_b):
        hall.book(room, at(14), services=[{"code": "photo"}])
    tasks = [each for each in hospitality.tasks(scope="free") if each["title"] == "会中摄影"]
    assert len(tasks) == 4
    answers = at_once([partial(hospitality.do, hall.steward, task, "take") for task in tasks])
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.error for answer in answers if answer.status == 409} == {"meeting.steward_busy"}


def test_one_of_two_stewards_takes_a_task(hall: Hall, hospitality: Service) -> None:
    others = [hospitality.steward(f"会务{number}") for number in range(3)]
    hall.book(start=at(14), services=[{"code": "photo"}])
    task = hospitality.task("会中摄影")
    answers = at_once([partial(hospitality.do, each, task, "take") for each in (hall.steward, *others)])
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]


def test_the_database_itself_keeps_a_steward_from_two_places(hall: Hall, hospitality: Service) -> None:
    first, second = (
        hall.book(room, at(14), services=[{"code": "photo"}])["occurrences"][0]["id"]
        for room in (hall.small, hall.large)
    )
    steward_id = hall.people["steward"].id

    @atomic
    def be_there(occurrence_id: int, hour: int) -> None:
        row = {"steward_id": steward_id, "occurrence_id": occurrence_id}
        unit().execute(insert(Duty), [{**row, "from_at": at(hour), "until_at": at(hour + 2)}])

    be_there(first, 14)
    be_there(second, 16)
    with pytest.raises(IntegrityError, match=duties.GUARD):
        be_there(second, 15)


@pytest.mark.parametrize(
    ("loans", "most"),
    [
        ([], 0),
        ([(9, 10, 2), (10, 11, 3)], 3),
        ([(9, 11, 2), (10, 12, 3)], 5),
        ([(8, 9, 7), (12, 13, 7)], 0),
        ([(8, 13, 1), (10, 11, 1), (11, 12, 1)], 2),
    ],
)
def test_the_peak_of_loans_counts_what_is_away_at_one_instant(
    loans: list[tuple[int, int, int]], most: int
) -> None:
    given = [(at(begin), at(end), count) for begin, end, count in loans]
    assert policies.peak(given, (at(9), at(12))) == most

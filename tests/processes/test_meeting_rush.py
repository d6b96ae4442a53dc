"""The rush for meeting rooms against real server processes: no room is booked twice, nobody sees a 5xx."""

import json
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from itertools import pairwise

import pytest

from backend import clock
from tests.databases import ENVIRONMENT
from tests.meeting.hall import Hall
from tests.servers import server

pytestmark = pytest.mark.processes
CLIENTS = 8
# Rounds of all for one slot; the short run's are enough to see a room that is booked twice without its lock.
ROUNDS, LONG_RUN = 12, 40


@pytest.fixture
def environment(settings):
    """The environment in which a server process finds this test's database."""
    return {**ENVIRONMENT, "HOUQIN_DATA": str(settings.data_dir), "DATABASE_URL": settings.database_url}


def post(port, client, body, key):
    """The status and the error of one booking over real HTTP."""
    request = urllib.request.Request(  # A fixed loopback address.
        f"http://127.0.0.1:{port}/api/v1/meeting/bookings",
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {client.token}",
            "Idempotency-Key": key,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 # The same.
            return answer.status, ""
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())["error"]


def test_a_room_is_booked_once_however_many_processes_serve_the_rush(compound, environment, soak):
    """Case 11 eight clients for the same slot, case 12 staggered, case 14 series that meet halfway."""
    hall, rounds = Hall(compound), LONG_RUN if soak else ROUNDS
    clients = [compound.client(compound.staff()) for _ in range(CLIENTS)]
    day = clock.at_local(clock.today() + timedelta(days=1), time.min)
    with (
        server(environment, workers=2, threads=4) as port,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):

        def rush(name, bodies):
            return list(
                pool.map(
                    lambda each: post(port, each[1][0], each[1][1], f"{name}-{each[0]}"),
                    enumerate(zip(clients, bodies, strict=True)),
                )
            )

        accepted = 0
        for number in range(rounds):
            start = day + timedelta(minutes=30 * number)
            body = hall.body(hall.small, start, start + timedelta(minutes=30))
            answers = Counter(rush(f"same-{number}", [body] * CLIENTS))
            assert set(answers) == {(201, ""), (409, "meeting.room_taken")}, answers
            accepted += answers[201, ""]
        assert accepted == rounds

        for number in range(4):
            starts = [day + timedelta(days=number, minutes=20 * index) for index in range(CLIENTS)]
            staggered = [hall.body(hall.large, start, start + timedelta(hours=1)) for start in starts]
            assert {status for status, _ in rush(f"staggered-{number}", staggered)} == {201, 409}

        # Every other one wants the hall's parts together, the others one after the other within a series.
        rooms = [hall.hall, hall.part_a, hall.hall, hall.part_b] * (CLIENTS // 4)
        rule = {"recurrence": "FREQ=DAILY;COUNT=10", "all_or_nothing": True}
        series = [hall.body(room, day, day + timedelta(hours=1), **rule) for room in rooms]
        assert {status for status, _ in rush("series", series)} == {201, 409}

    for room in (hall.small, hall.large, hall.part_a, hall.part_b):
        holds = hall.holds(room)
        assert all(earlier.hold_to <= later.hold_from for earlier, later in pairwise(holds))
    assert len(hall.holds(hall.small)) == rounds
    assert len(hall.holds(hall.part_a)) == len(hall.holds(hall.part_b)) == 10

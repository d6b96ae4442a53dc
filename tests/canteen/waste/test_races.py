"""Batches that meet: of one device, and of several devices that share trays."""

from random import Random

import pytest

from backend.db import db
from canteen.waste import services
from tests.canteen.waste.kitchen import Kitchen, db_rows, event, results, rounds, totals
from tests.canteen.waste.recount import recount
from tests.threads import at_once

THREADS = 8


@pytest.fixture
def crowd(kitchen, compound):
    """A canteen with four scales, and the clock of `kitchen`."""
    return Kitchen(compound, devices=4, trays=6)


def _meal(crowd, scale, size):
    """What a scale of the line or of the return saw of one lunch on the shared trays."""
    random = Random(scale)
    events = []
    for seq in range(1, size + 1):
        wall = f"{11 + (30 + seq) // 60}:{(30 + seq) % 60:02}"
        tray = f"T{random.randrange(6)}"
        dish = random.choice(crowd.dishes).id
        if scale % 2:
            events.append(event(seq, "tray_return", wall, tray=tray, gross_g=480 + random.randrange(40)))
        else:
            events.append(event(seq, "serve_delta", wall, tray=tray, dish_id=dish, gross_g=seq * 7))
    return events


def _check(crowd, stored):
    db.session.rollback()
    assert db_rows("SELECT count(*) AS n FROM weighings")[0]["n"] == stored
    assert totals() == recount()
    assert list(services.check()) == []
    before = totals(), rounds()
    assert [found for *_, found in services.rebuild() if found] == []
    assert (totals(), rounds()) == before


def test_overlapping_batches_of_one_device_count_each_event_once(crowd, soak):
    size = 200 if soak else 40
    events = _meal(crowd, 0, size)
    random = Random(5)

    def batch():
        start = random.randrange(size // 2)
        some = events[start : start + size // 2]
        random.shuffle(some)
        return lambda: crowd.send(*some)

    answers = at_once([batch() for _ in range(THREADS - 1)] + [lambda: crowd.send(*events)])
    counted = [result for answer in answers for result in results(answer)]
    assert set(counted) <= {"accepted", "duplicate"}
    assert counted.count("accepted") == size
    _check(crowd, size)


def test_devices_that_share_trays_lose_nothing_of_one_another(crowd, soak):
    size = 150 if soak else 24
    batches = []
    for scale in range(4):
        events = _meal(crowd, scale, size)
        for start in range(0, size, 6):
            batches.append((scale, events[start : start + 6]))
    Random(7).shuffle(batches)
    while batches:
        some, batches = batches[:THREADS], batches[THREADS:]
        answers = at_once(
            [lambda scale=scale, events=events: crowd.send(*events, scale=scale) for scale, events in some]
        )
        assert {result for answer in answers for result in results(answer)} == {"accepted"}
    _check(crowd, 4 * size)


def test_a_weighing_is_taken_back_once(crowd):
    crowd.send(event(1, "tray_return", tray="T0", gross_g=600))
    manager = crowd.manager()
    (row,) = db_rows("SELECT id FROM weighings")
    path = f"/canteen/waste/weighings/{row['id']}"
    correction = {"reason": "称错了", "net_g": 20}
    answers = at_once(
        [lambda: manager.post(f"{path}/void", {"reason": "称错了"})] * 3
        + [lambda: manager.post(f"{path}/correct", correction)] * 3
    )
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert {answer.error for answer in answers if answer.status == 409} == {"waste.weighing_not_standing"}
    db.session.rollback()
    assert totals() == recount()

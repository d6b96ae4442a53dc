"""A clock that jumps ahead and is put right, or goes back: what was begun meanwhile comes to its end, once.

The clock of the process is moved, in all its threads, while the database's (where it has one) stays.
"""

import os
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from backend import clock, idempotency, jobs, scheduler
from backend.config import settings as running_settings
from backend.db import atomic, db, unit
from backend.flows import invariants
from backend.jobs import FiringState, Job, JobFiring
from backend.notifications.delivery.services import deliver_due, lease_batch
from backend.notifications.models import OutboxRow
from backend.scheduler import DatabaseClock, Runner
from canteen.ordering.models import Order
from tests.backend.notifications.world import NEWS, World, live_with, states, tell
from tests.canteen.lunch import Lunch
from tests.factories import NINE, Compound
from tests.simulator import run_simulator

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMIT_S = 60


@pytest.fixture
def lunch(compound, worlds):
    with clock.at(NINE):
        yield worlds.one(Lunch, compound)


def counted(cron="0 * * * *"):
    """A job and the instants at which it was run."""
    ran = []
    return Job("tests.counted", "测试", cron=cron, run=lambda: ran.append(clock.now())), ran


def firings():
    db.session.rollback()
    found = select(JobFiring.due_at, JobFiring.state).order_by(JobFiring.due_at)
    return [tuple(row) for row in db.session.execute(found)]


# Jobs


def test_jobs_go_on_after_the_clock_was_two_days_ahead_and_their_own_time_comes_again(app):
    hourly, ran = counted()
    with clock.at(NINE - MINUTE):
        runner = Runner(app, [hourly])
    for now in (NINE, NINE + 2 * DAY, NINE + HOUR, NINE + HOUR + MINUTE):
        with clock.at(now):
            runner.settle(hourly)
    assert ran == [NINE, NINE + 2 * DAY, NINE + HOUR]
    assert firings() == [(NINE, FiringState.FINISHED), (NINE + HOUR, FiringState.FINISHED)]
    with clock.at(NINE + 2 * DAY):
        runner.settle(hourly)
    assert ran[-1] == NINE + 2 * DAY, "what a wrong clock did at that hour does not count"
    assert firings()[-1] == (NINE + 2 * DAY, FiringState.FINISHED)


def test_a_small_difference_between_two_nodes_repeats_nothing(app):
    each_minute, ran = counted("* * * * *")
    with clock.at(NINE - MINUTE):
        ahead, behind = Runner(app, [each_minute], "ahead"), Runner(app, [each_minute], "behind")
    for minute in range(5):
        with clock.at(NINE + minute * MINUTE + 2 * MINUTE):
            ahead.settle(each_minute)
        with clock.at(NINE + minute * MINUTE):
            behind.settle(each_minute)
    assert len(ran) == 5
    assert len({due_at for due_at, state in firings() if state == FiringState.FINISHED}) == 5


def test_a_lease_that_a_wrong_clock_gave_is_taken_over(app):
    hourly, ran = counted()
    with clock.at(NINE + DAY):
        assert jobs.claim(hourly, NINE, "dead")
    with clock.at(NINE + 10 * MINUTE):
        assert invariants.violations(["firings"]) != []
        Runner(app, [hourly]).take_over()
        assert ran == [NINE + 10 * MINUTE]
        assert invariants.violations(["firings"]) == []


def test_a_lease_of_now_is_not_taken_over(app):
    hourly, ran = counted()
    with clock.at(NINE):
        assert jobs.claim(hourly, NINE, "alive")
    with clock.at(NINE + MINUTE):
        Runner(app, [hourly]).take_over()
    assert ran == []


def test_nothing_is_run_while_the_clock_differs_from_the_databases(app):
    each_minute, ran = counted("* * * * *")
    start = clock.now()
    with clock.at(start - 3 * MINUTE):
        runner = Runner(app, [each_minute], trusts_clock=DatabaseClock(app))
    if db.engine.dialect.name == "sqlite":
        with clock.at(start + DAY):
            runner.settle(each_minute)
        assert len(ran) == 1, "there is no other clock to ask"
        return
    for wrong_by in (-HOUR, 2 * MINUTE, 2 * DAY):
        with clock.at(start + wrong_by):
            runner.settle(each_minute)
            runner.take_over()
    assert ran == []
    assert firings() == []
    runner.settle(each_minute)
    assert len(ran) == 1, "the clock is right again"


def test_a_scheduler_whose_clock_is_put_back_begins_anew(app, monkeypatch):
    """APScheduler alone would sleep until the moment that it took for the next one."""
    monkeypatch.setattr(scheduler, "_LOOK_EVERY_S", 0.05)
    # About APScheduler alone, which goes by the machine's clock: ahead is that, and right is before it.
    monkeypatch.setattr(scheduler, "DatabaseClock", lambda _app: lambda: True)
    right, ahead = clock.now() - 3 * DAY, clock.now() - DAY
    ran = threading.Event()
    hourly = Job("tests.hourly", "测试", cron="0 * * * *", run=ran.set)
    told, tell_it = os.pipe()
    with clock.at(right - DAY):
        jobs.record_missed(hourly, [right - DAY], "before")
    arguments = (app, running_settings(), [hourly], told)
    thread = threading.Thread(target=scheduler.keep_running, args=arguments, daemon=True)
    try:
        with clock.at(ahead):
            thread.start()
            assert ran.wait(LIMIT_S)
            _until(lambda: firings()[-1][1] == FiringState.FINISHED)
        assert firings()[-1][0] > right
        ran.clear()
        with clock.at(right):
            assert ran.wait(LIMIT_S), "nothing was run after the clock was put back"
            _until(lambda: firings()[-1][1] == FiringState.FINISHED)
            assert right - HOUR < firings()[-1][0] <= right
            os.write(tell_it, b".")
            thread.join(LIMIT_S)
    finally:
        os.write(tell_it, b".")
        thread.join(LIMIT_S)
        for descriptor in (told, tell_it):
            os.close(descriptor)
    assert not thread.is_alive()


def _until(condition):
    give_up_at = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


# Messages


@pytest.fixture
def world(settings, app_with, tmp_path):
    with run_simulator(tmp_path) as simulator:
        live = live_with(settings, simulator, tmp_path)
        app = app_with(**{name: getattr(live, name) for name in (*simulator.settings(), "wechat_templates")})
        with app.app_context(), clock.at(NINE):
            yield World(app, Compound(app), simulator)


def test_messages_of_a_clock_that_was_ahead_go_out_once_when_it_is_right(world):
    one, another = world.person(on="wecom"), world.person(on="wecom")
    with clock.at(NINE + 3 * DAY):
        tell(NEWS, one)
        assert lease_batch(), "and the dispatcher died with its lease"
        tell(NEWS, another)
    assert invariants.violations(["outbox"]) != []
    assert deliver_due() == 2
    assert states() == [("wecom", "sent")] * 2
    assert sorted(number for number, _, _ in world.arrived()) == sorted((one.staff_no, another.staff_no))
    assert invariants.violations() == []


def test_what_waits_for_good_reason_is_not_sent_early(world):
    """Quiet hours and the wait before another attempt are shorter than what a wrong clock does."""
    person = world.person(on="wecom")
    tell(NEWS, person)

    @atomic
    def put_off(until):
        unit().execute(update(OutboxRow).values(next_at=until))

    for apart in (timedelta(hours=23), timedelta(hours=1)):
        put_off(NINE + apart)
        assert deliver_due() == 0
    assert states() == [("wecom", "waiting")]


# Requests


def test_an_order_is_made_once_whatever_the_clock_does_between_the_attempts(lunch):
    body = lunch.order(1, 0)
    first = lunch.official.post("/canteen/orders", body, key="k")
    assert first.status == 201
    for step in (-HOUR, 30 * MINUTE, -3 * DAY):
        with clock.at(NINE + step):
            again = lunch.official.post("/canteen/orders", body, key="k")
            assert (again.status, again.data["id"]) == (201, first.data["id"])
    with clock.at(NINE + 3 * DAY):
        assert idempotency.forget_old() == 1, "a clock that was ahead has thrown the answers away"
    late = lunch.official.post("/canteen/orders", body, key="k")
    assert (late.status, late.error) == (409, "canteen.already_ordered")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1
    assert lunch.taken() == [100, 0]
    assert invariants.violations() == []


def test_codes_and_cutoffs_follow_the_clock_and_nothing_breaks(lunch):
    order = lunch.place(1, 1).data
    shown = f"/canteen/orders/{order['id']}/pickup-code"
    at_noon = NINE + 3 * HOUR
    with clock.at(at_noon):
        code = lunch.official.get(shown).data["token"]
    for wrong in (at_noon + HOUR, at_noon + 2 * DAY):
        with clock.at(wrong):
            refused = lunch.counter.post("/canteen/pickups", {"token": code})
            assert refused.status in (401, 409, 410), refused.envelope
            assert lunch.place(1, 0, by=lunch.official).status in (401, 409)
    with clock.at(at_noon):
        assert lunch.counter.post("/canteen/pickups", {"token": code}).status == 200
    assert invariants.violations() == []


def test_who_was_logged_in_is_so_still_when_the_clock_is_right(lunch):
    """A session ends by the clock; one that looked ended to a wrong clock has not."""
    assert lunch.official.get("/canteen/account").status == 200
    with clock.at(NINE + 100 * DAY):
        assert lunch.official.get("/canteen/account").error == "app.unauthenticated"
    with clock.at(NINE - DAY):
        assert lunch.official.get("/canteen/account").status == 200
    assert lunch.official.get("/canteen/account").status == 200

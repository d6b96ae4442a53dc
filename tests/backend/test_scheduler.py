"""Who runs a firing, and what becomes of those that nobody ran."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend import clock, jobs, scheduler
from backend.config import settings as running_settings
from backend.db import atomic, db, unit
from backend.errors import Conflict
from backend.flows import schedule
from backend.identity.models import Department
from backend.jobs import FiringState, Job, JobFiring
from backend.scheduler import MOST_MISSED, Runner, due_between
from tests.factories import NINE

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Counter:
    """Counts how often it was run."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self) -> None:
        self.runs += 1


def job(run: Callable[[], object], cron: str = "0 * * * *", **options: Any) -> Job:
    return Job("test.job", "测试", cron=cron, run=run, **options)


def firings() -> list[JobFiring]:
    db.session.rollback()
    statement = select(JobFiring).order_by(JobFiring.due_at).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def states() -> list[tuple[datetime, str]]:
    return [(firing.due_at, firing.state) for firing in firings()]


def ran_until(app: Flask, known: Job, last: datetime, runner: str = "before") -> None:
    """The job's history: it was run at `last`."""
    jobs.claim(known, last, runner)
    jobs.finish(known, last, runner)


def left_running(known: Job, due_at: datetime) -> None:
    """A runner claimed the firing and died."""
    with clock.at(due_at):
        assert jobs.claim(known, due_at, "dead")


# A new job


def test_a_job_that_never_fired_has_missed_nothing_and_fires_at_its_next_time(app: Flask) -> None:
    count = Counter()
    hourly = job(count)
    with clock.at(NINE - MINUTE):
        runner = Runner(app, [hourly])
        runner.settle(hourly)
        assert states() == []
    with clock.at(NINE):
        runner.settle(hourly)
    assert count.runs == 1
    assert states() == [(NINE, FiringState.FINISHED)]
    assert firings()[0].runner == runner.name
    assert firings()[0].finished_at == NINE


def test_a_firing_is_run_once_however_often_the_scheduler_wakes(app: Flask) -> None:
    count = Counter()
    hourly = job(count)
    ran_until(app, hourly, NINE - HOUR)
    runner = Runner(app, [hourly])
    with clock.at(NINE):
        for _ in range(3):
            runner.settle(hourly)
    assert count.runs == 1


# Several schedulers


def test_two_schedulers_run_each_firing_once(app: Flask) -> None:
    count = Counter()
    each_minute = job(count, "* * * * *")
    ran_until(app, each_minute, NINE - MINUTE)
    runners = [Runner(app, [each_minute], name) for name in ("one", "two")]
    for minutes in range(5):
        with clock.at(NINE + minutes * MINUTE):
            together([lambda runner=runner: runner.settle(each_minute) for runner in runners])
    assert count.runs == 5
    assert [state for _, state in states()] == [FiringState.FINISHED] * 6


def test_two_schedulers_that_start_after_an_outage_catch_up_once(app: Flask) -> None:
    count = Counter()
    hourly = job(count)
    ran_until(app, hourly, NINE - 3 * HOUR)
    runners = [Runner(app, [hourly], name) for name in ("one", "two")]
    with clock.at(NINE + MINUTE):
        together([lambda runner=runner: runner.settle(hourly) for runner in runners])
    assert count.runs == 1
    assert states() == [
        (NINE - 3 * HOUR, FiringState.FINISHED),
        (NINE - 2 * HOUR, FiringState.MISSED),
        (NINE - HOUR, FiringState.MISSED),
        (NINE, FiringState.FINISHED),
    ]


# What was missed


def test_a_job_that_catches_up_runs_its_latest_missed_firing_late(app: Flask) -> None:
    count = Counter()
    hourly = job(count)
    ran_until(app, hourly, NINE - 2 * HOUR)
    with clock.at(NINE + 40 * MINUTE):
        Runner(app, [hourly]).settle(hourly)
    assert count.runs == 1
    assert states()[1:] == [(NINE - HOUR, FiringState.MISSED), (NINE, FiringState.FINISHED)]


def test_a_job_that_does_not_catch_up_only_records_what_was_missed(app: Flask) -> None:
    count = Counter()
    hourly = job(count, catches_up=False)
    ran_until(app, hourly, NINE - 2 * HOUR)
    with clock.at(NINE + 40 * MINUTE):
        Runner(app, [hourly]).settle(hourly)
    assert count.runs == 0
    assert states()[1:] == [(NINE - HOUR, FiringState.MISSED), (NINE, FiringState.MISSED)]


def test_a_job_that_does_not_catch_up_is_run_when_it_is_a_little_late(app: Flask) -> None:
    count = Counter()
    hourly = job(count, catches_up=False)
    ran_until(app, hourly, NINE - HOUR)
    with clock.at(NINE + 2 * MINUTE):
        Runner(app, [hourly]).settle(hourly)
    assert count.runs == 1


def test_of_a_long_outage_only_the_latest_firings_are_recorded(app: Flask) -> None:
    count = Counter()
    each_minute = job(count, "* * * * *")
    ran_until(app, each_minute, NINE - 300 * DAY)
    with clock.at(NINE):
        Runner(app, [each_minute]).settle(each_minute)
    assert count.runs == 1
    found = states()
    assert len(found) == 1 + MOST_MISSED
    assert found[1] == (NINE - (MOST_MISSED - 1) * MINUTE, FiringState.MISSED)
    assert found[-1] == (NINE, FiringState.FINISHED)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("0 * * * *", NINE - HOUR, [NINE]),
        ("0 * * * *", NINE, []),
        ("30 9 * * *", NINE - 2 * DAY, [NINE - 2 * DAY + 30 * MINUTE, NINE - DAY + 30 * MINUTE]),
        (
            "0 9 1 * *",
            NINE - 60 * DAY,
            [datetime(2026, 10, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, 1, tzinfo=UTC)],
        ),
        ("0 9 * * mon-fri", NINE - 3 * DAY, [NINE]),
    ],
)
def test_due_times_are_those_of_the_compounds_clocks(
    cron: str, after: datetime, expected: list[datetime]
) -> None:
    assert due_between(job(Counter(), cron), after, NINE) == expected


# Runners that die


def test_a_firing_whose_runner_died_is_taken_over_when_its_lease_has_run_out(app: Flask) -> None:
    count = Counter()
    hourly = job(count)
    left_running(hourly, NINE)
    runner = Runner(app, [hourly])
    with clock.at(NINE + hourly.lease - timedelta(seconds=1)):
        runner.take_over()
    assert count.runs == 0
    with clock.at(NINE + hourly.lease):
        together([runner.take_over, Runner(app, [hourly]).take_over])
    assert count.runs == 1
    assert states() == [(NINE, FiringState.FINISHED)]


def test_a_dead_firing_that_does_not_catch_up_fails_once_it_is_too_late(app: Flask) -> None:
    count = Counter()
    hourly = job(count, catches_up=False)
    left_running(hourly, NINE)
    with clock.at(NINE + DAY):
        Runner(app, [hourly]).take_over()
    assert count.runs == 0
    assert states() == [(NINE, FiringState.FAILED)]
    assert "执行进程中断" in str(firings()[0].error)


def test_a_job_that_runs_longer_than_its_lease_keeps_it(app: Flask) -> None:
    other = Runner(app, [], "other")

    def outlast() -> None:
        with clock.at(NINE + slow.lease - MINUTE):
            runner.renew_leases()
        with clock.at(NINE + slow.lease + MINUTE):
            other.take_over()
            assert not jobs.claim(slow, NINE, "other")

    slow = job(outlast)
    other = Runner(app, [slow], "other")
    ran_until(app, slow, NINE - HOUR)
    runner = Runner(app, [slow], "slow")
    with clock.at(NINE):
        runner.settle(slow)
    assert states()[-1] == (NINE, FiringState.FINISHED)
    assert firings()[-1].runner == "slow"


def test_a_runner_that_lost_its_lease_cannot_write_the_outcome(app: Flask) -> None:
    hourly = job(Counter())
    left_running(hourly, NINE)
    with clock.at(NINE + hourly.lease):
        assert jobs.claim(hourly, NINE, "heir")
        assert not jobs.renew(hourly, NINE, "dead")
        assert not jobs.finish(hourly, NINE, "dead", error="too late")
        assert jobs.finish(hourly, NINE, "heir")
    assert firings()[0].runner == "heir"
    assert firings()[0].error is None


def test_a_finished_firing_cannot_be_claimed_again(app: Flask) -> None:
    hourly = job(Counter())
    ran_until(app, hourly, NINE)
    with clock.at(NINE + DAY):
        assert not jobs.claim(hourly, NINE, "other")


# Jobs that fail


def test_a_failing_job_is_recorded_and_the_others_run(app: Flask) -> None:
    def fail() -> None:
        raise RuntimeError("no more paper")

    count = Counter()
    failing, working = job(fail), Job("test.other", "测试", cron="0 * * * *", run=count)
    runner = Runner(app, [failing, working])
    for known in (failing, working):
        ran_until(app, known, NINE - HOUR)
    with clock.at(NINE):
        runner.settle(failing)
        runner.settle(working)
    found = {firing.job: firing for firing in firings() if firing.due_at == NINE}
    assert found["test.job"].state == FiringState.FAILED
    assert found["test.job"].error == "RuntimeError: no more paper"
    assert found["test.other"].state == FiringState.FINISHED
    with clock.at(NINE + HOUR):
        runner.settle(failing)
    assert states()[-1] == (NINE + HOUR, FiringState.FAILED)


def test_the_record_of_a_database_error_holds_no_values(app: Flask) -> None:
    @atomic
    def collide() -> None:
        unit().execute(
            Department.__table__.insert(), [{"id": 1, "name": "secret"}, {"id": 1, "name": "secret"}]
        )

    with pytest.raises(IntegrityError) as caught:
        collide()
    text = scheduler.describe(caught.value)
    assert "secret" not in text
    assert "unique" in text.lower()
    assert scheduler.describe(Conflict()) == "app.conflict: 当前状态不允许此操作"


def test_a_database_that_is_away_leaves_the_firing_to_the_next_waking(app: Flask) -> None:
    count = Counter()
    hourly = job(count)
    ran_until(app, hourly, NINE - HOUR)
    broken = Flask("broken")
    runner = Runner(broken, [hourly])
    with clock.at(NINE):
        runner.settle(hourly)
        runner.take_over()
        assert count.runs == 0
        runner._app = app
        runner.settle(hourly)
    assert count.runs == 1


# Housekeeping


def test_old_firings_are_forgotten_but_the_last_of_a_job_is_kept(app: Flask) -> None:
    hourly, monthly = job(Counter()), Job("test.monthly", "测试", cron="0 9 1 * *", run=Counter())
    ran_until(app, hourly, NINE - 40 * DAY)
    ran_until(app, hourly, NINE)
    ran_until(app, monthly, NINE - 40 * DAY)
    with clock.at(NINE):
        assert jobs.forget_old() == 1
    assert [(firing.job, firing.due_at) for firing in firings()] == [
        ("test.monthly", NINE - 40 * DAY),
        ("test.job", NINE),
    ]


def test_the_tally_counts_firings_by_job_and_state(app: Flask) -> None:
    hourly = job(Counter())
    with clock.at(NINE):
        ran_until(app, hourly, NINE - HOUR)
        ran_until(app, hourly, NINE)
        jobs.record_missed(hourly, [NINE - 2 * HOUR, NINE - 3 * DAY], "x")
    assert jobs.tally(NINE - DAY) == [
        jobs.Tally("test.job", FiringState.FINISHED, 2, NINE, NINE),
        jobs.Tally("test.job", FiringState.MISSED, 1, NINE, NINE - 2 * HOUR),
    ]


# What is declared


def test_every_declared_job_can_be_scheduled(app: Flask) -> None:
    known = schedule.all_jobs()
    assert {"canteen.freeze_meals", "backend.forget_answers", "backend.forget_firings"} <= {
        j.name for j in known
    }
    built = scheduler.build(app, running_settings(), known)
    for declared in known:
        trigger = scheduler.trigger_of(declared)
        assert isinstance(trigger, CronTrigger)
        assert trigger.get_next_fire_time(None, NINE)
    assert {waiting.id for waiting in built.get_jobs()} >= {declared.name for declared in known}


def test_a_lease_that_cannot_be_renewed_in_time_is_refused(app: Flask) -> None:
    hasty = job(Counter(), lease=timedelta(minutes=1))
    with pytest.raises(ValueError, match="lease is too short"):
        scheduler.build(app, running_settings(), [hasty])


def test_the_latest_firing_of_each_job_is_found_and_no_other(app: Flask) -> None:
    hourly, other = job(Counter()), Job("test.other", "其他", cron="0 * * * *", run=Counter())
    with clock.at(NINE):
        for due_at in (NINE - HOUR, NINE, NINE - 2 * HOUR):
            ran_until(app, hourly, due_at)
        ran_until(app, other, NINE - DAY)
    found = jobs.latest_firings(["test.job", "test.other", "test.never"])
    assert sorted((firing.job, firing.due_at) for firing in found) == [
        ("test.job", NINE),
        ("test.other", NINE - DAY),
    ]
    assert [firing.job for firing in jobs.latest_firings(["test.other"])] == ["test.other"]
    assert jobs.latest_firings([]) == []


def test_firings_are_paged_by_state_and_job_the_latest_first(app: Flask) -> None:
    hourly, other = job(Counter()), Job("test.other", "其他", cron="0 * * * *", run=Counter())
    with clock.at(NINE):
        ran_until(app, hourly, NINE)
        jobs.record_missed(hourly, [NINE - HOUR, NINE - 2 * HOUR, NINE - 3 * DAY], "x")
        jobs.record_missed(other, [NINE - HOUR], "x")
    missed = jobs.page_firings([FiringState.MISSED], NINE - DAY, page=1, page_size=2)
    assert missed.total == 3
    assert [(firing.job, firing.due_at) for firing in missed.rows] == [
        ("test.job", NINE - HOUR),
        ("test.other", NINE - HOUR),
    ]
    of_other = jobs.page_firings(list(FiringState), NINE - DAY, job="test.other", page=1, page_size=9)
    assert [firing.job for firing in of_other.rows] == ["test.other"]


def test_a_weekday_by_number_is_refused() -> None:
    with pytest.raises(ValueError, match="name the weekdays"):
        scheduler.trigger_of(job(Counter(), "0 9 * * 1-5"))


def together(calls: list[Callable[[], object]]) -> None:
    """Make the calls at the same time; raise what any of them raised."""
    barrier, failures = threading.Barrier(len(calls)), []

    def start(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            call()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=start, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]

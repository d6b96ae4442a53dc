"""The process that runs every module's JOBS: `flask scheduler`.

Any number of these may run: APScheduler only wakes them, the rows of `backend.jobs` decide who runs a
firing. `Runner` holds what happens at such a moment and knows nothing of APScheduler; it asks the clock
and the database, never how long it slept, so that a start after an outage, a suspended machine and an
ordinary minute are the same case.

A clock may be wrong, and be put right. While it differs from the database's, nothing is run: jobs act by the
date. SQLite has no other clock to ask. When it was put back, all is scheduled anew: APScheduler would sleep
until the moment that it had taken for the next.
"""

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend import clock, jobs
from backend.config import Settings
from backend.db import db
from backend.errors import AppError
from backend.flows import schedule
from backend.jobs import Job

log = structlog.get_logger(__name__)

RENEW_EVERY = timedelta(seconds=30)
# A firing of a job that does not catch up is worth running for so long after it was due.
ON_TIME = timedelta(minutes=15)
MOST_MISSED = 100
_LOOK_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=32), timedelta(days=400))
_ERROR_LENGTH = 500
# How far this machine's clock may be from the database's, and may be put back without more ado.
CLOCK_MAY_DIFFER = timedelta(minutes=1)
_LOOK_EVERY_S = 5.0


def ensure_sound(known: Sequence[Job]) -> None:
    """Raise ValueError if one of these jobs could not work as declared."""
    for job in known:
        trigger_of(job)
        if job.lease < 3 * RENEW_EVERY:
            raise ValueError(f"{job.name}: the lease is too short to be renewed in time")
        if job.lease > jobs.LONGEST_LEASE:
            raise ValueError(f"{job.name}: the lease is too long to be told from a wrong clock's")


def trigger_of(job: Job) -> CronTrigger:
    """When the job fires, on the compound's clocks."""
    if any(char.isdigit() for char in job.cron.split()[-1]):
        # APScheduler counts weekdays from Monday, crontab from Sunday: only names are safe.
        raise ValueError(f"{job.name}: name the weekdays, e.g. mon-fri")
    return CronTrigger.from_crontab(job.cron, timezone=clock.BUSINESS_ZONE)


def due_between(job: Job, after: datetime, until: datetime, most: int = MOST_MISSED) -> list[datetime]:
    """When the job was due in (after, until]: the latest `most` instants, in order."""
    found: list[datetime] = []
    for span in _LOOK_BACK:  # Widening, so that a long outage of a frequent job costs little.
        start = max(after, until - span)
        found = list(_fire_times(trigger_of(job), start, until))
        if len(found) >= most or start == after:
            break
    return found[-most:]


def _fire_times(trigger: CronTrigger, after: datetime, until: datetime) -> Iterator[datetime]:
    due = trigger.get_next_fire_time(after, after)
    while due is not None and due <= until:
        yield due
        due = trigger.get_next_fire_time(due, due)


class Runner:
    """One scheduler's hands: settles what is due, renews its leases, takes over from the dead."""

    def __init__(
        self,
        app: Flask,
        known: Sequence[Job],
        name: str = "",
        *,
        trusts_clock: Callable[[], bool] = lambda: True,
    ) -> None:
        self.name = name or f"{socket.gethostname()[:48]}:{os.getpid()}:{token_hex(4)}"
        self._app = app
        self._known = {job.name: job for job in known}
        self._started_at = clock.now()
        self._running: dict[tuple[str, datetime], Job] = {}
        self._guard = threading.Lock()
        self._trusts_clock = trusts_clock

    def settle(self, job: Job) -> None:
        """Deal with every firing that came due since the last one that is known.

        The latest is run unless another runner has it; the earlier ones are recorded as missed. So is the
        latest, if the job does not catch up and it is no longer on time.
        """
        try:
            if not self._trusts_clock():
                return
            due_at = self._claim_latest(job)
            if due_at is not None:
                self._run(job, due_at)
        except Exception:  # The database may be away: the next wake-up settles what this one could not.
            log.exception("job not settled", job=job.name)

    def take_over(self) -> None:
        """Run again what a dead runner left unfinished."""
        try:
            if not self._trusts_clock():
                return
            with self._app.app_context():
                left = jobs.abandoned()
            for firing in left:
                job = self._known.get(firing.job)
                if job is not None:
                    self._take_over(job, firing.due_at)
        except Exception:  # The database may be away; this comes round again.
            log.exception("abandoned firings not taken over")

    def renew_leases(self) -> None:
        """Tell the others that what runs here is alive."""
        with self._guard:
            running = list(self._running.items())
        for (name, due_at), job in running:
            try:
                with self._app.app_context():
                    renewed = jobs.renew(job, due_at, self.name)
                if not renewed and (name, due_at) in self._running:
                    log.warning("lease lost", job=name, due_at=due_at.isoformat())
            except Exception:  # One more attempt comes before the lease runs out.
                log.exception("lease not renewed", job=name, due_at=due_at.isoformat())

    def _claim_latest(self, job: Job) -> datetime | None:
        """Record what was missed; when the firing was due that is now ours to run, or None."""
        now = clock.now()
        with self._app.app_context():
            known_until = jobs.latest_due(job)
            if known_until is not None and known_until > now + jobs.CLOCKS_MAY_DIFFER:
                log.warning("firings of the future forgotten", job=job.name, count=jobs.forget_future(job))
                known_until = jobs.latest_due(job)
            due = due_between(job, known_until or min(self._started_at, now), now)
            latest = due.pop() if due and _is_worth_running(job, due[-1], now) else None
            missed = jobs.record_missed(job, due, self.name) if due else 0
            is_ours = latest is not None and jobs.claim(job, latest, self.name)
        if missed:
            log.warning("firings missed", job=job.name, count=missed)
        return latest if is_ours else None

    def _take_over(self, job: Job, due_at: datetime) -> None:
        with self._app.app_context():
            if not jobs.claim(job, due_at, self.name):
                return
            if not _is_worth_running(job, due_at, clock.now()):
                jobs.finish(job, due_at, self.name, error="执行进程中断，已过补运行的时限")
                return
        log.warning("firing taken over", job=job.name, due_at=due_at.isoformat())
        self._run(job, due_at)

    def _run(self, job: Job, due_at: datetime) -> None:
        """Run a claimed firing and record how it ended; a failing job is a fact, not an accident."""
        error, started = None, time.monotonic()
        with self._guard:
            self._running[job.name, due_at] = job
        try:
            with self._app.app_context():
                job.run()
        except Exception as failure:  # Whatever a job raises is its result.
            error = describe(failure)
            log.exception("job failed", job=job.name, due_at=due_at.isoformat())
        finally:
            with self._guard:
                del self._running[job.name, due_at]
        with self._app.app_context():
            is_ours = jobs.finish(job, due_at, self.name, error=error)
        facts = {
            "job": job.name,
            "due_at": due_at.isoformat(),
            "seconds": round(time.monotonic() - started, 3),
        }
        if not is_ours:
            log.warning("the firing was taken over meanwhile", **facts)
        elif error is None:
            log.info("job finished", **facts)


def _is_worth_running(job: Job, due_at: datetime, now: datetime) -> bool:
    return job.catches_up or now - due_at <= ON_TIME


def describe(failure: Exception) -> str:
    """What the record says of a failure: its type and text, without the values of a statement."""
    if isinstance(failure, DBAPIError):
        # The driver's first line names the constraint; what follows, and SQLAlchemy's own text, hold data.
        name, text = type(failure.orig).__name__, str(failure.orig).partition("\n")[0]
    elif isinstance(failure, AppError):
        name, text = failure.code, failure.msg
    else:
        name, text = type(failure).__name__, str(failure)
    return f"{name}: {text}"[:_ERROR_LENGTH]


class DatabaseClock:
    """Asks whether this machine's clock and the database's agree, and logs when that changes."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._agreed = True

    def __call__(self) -> bool:
        """Whether they do. SQLite has no clock of its own, and agrees."""
        with self._app.app_context():
            if db.engine.dialect.name == "sqlite":
                return True
            apart: timedelta = clock.now() - db.session.execute(text("SELECT clock_timestamp()")).scalar_one()
        agrees = abs(apart) <= CLOCK_MAY_DIFFER
        if agrees != self._agreed:
            tell = log.info if agrees else log.error
            tell(
                "clock agrees with the database's" if agrees else "clock is wrong, no job is run",
                apart=str(apart),
            )
        self._agreed = agrees
        return agrees


class ClockWatch:
    """Notices that the clock was put back, by one that only goes forward."""

    def __init__(self) -> None:
        self._apart = self._measure()

    def was_put_back(self) -> bool:
        """Whether it was since the last question."""
        before, self._apart = self._apart, self._measure()
        return before - self._apart > CLOCK_MAY_DIFFER.total_seconds()

    def _measure(self) -> float:
        return clock.now().timestamp() - time.monotonic()


def build(app: Flask, settings: Settings, known: Sequence[Job]) -> BackgroundScheduler:
    """A scheduler that wakes a runner; not started yet. Raises ValueError for a job that could not work."""
    ensure_sound(known)
    runner = Runner(app, known, trusts_clock=DatabaseClock(app))
    # The leases have a thread of their own, so that jobs which fill all others do not lose theirs; and a
    # database connection, which is why one fewer of the pool is left to the jobs.
    scheduler = BackgroundScheduler(
        timezone=clock.BUSINESS_ZONE,
        executors={
            "default": ThreadPoolExecutor(max(2, settings.database_pool - 1)),
            "leases": ThreadPoolExecutor(1),
        },
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in known:
        # Once at the start, for what was missed; then as the trigger says.
        scheduler.add_job(
            runner.settle, trigger_of(job), [job], id=job.name, name=job.name, next_run_time=clock.now()
        )
    every = RENEW_EVERY.total_seconds()
    scheduler.add_job(runner.renew_leases, "interval", seconds=every, executor="leases")
    scheduler.add_job(runner.take_over, "interval", seconds=every, next_run_time=clock.now())
    return scheduler


def run(app: Flask) -> None:
    """Run every job until the process is told to end; what is running then is waited for."""
    reader, writer = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(writer, b"."))
    keep_running(app, app.config["HOUQIN"], schedule.all_jobs(), reader)


def keep_running(app: Flask, settings: Settings, known: Sequence[Job], told: int) -> None:
    """Run these jobs until there is something to read from the file descriptor `told`."""
    is_told = False
    while not is_told:
        scheduler = build(app, settings, known)
        watch = ClockWatch()
        scheduler.start()
        log.info("scheduler started", jobs=len(known))
        while not is_told and not watch.was_put_back():
            is_told = bool(select.select([told], [], [], _LOOK_EVERY_S)[0])
        if not is_told:
            log.warning("the clock was put back: everything is scheduled anew")
        scheduler.shutdown(wait=True)
    log.info("scheduler stopped")

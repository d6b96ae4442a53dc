"""What runs by itself. Modules declare `JOBS`; `backend.scheduler` runs them in a process of its own.

A firing is a row `(job, due_at)`, so that any number of schedulers runs it once: whoever inserts the row,
or takes over one whose lease has run out, runs it. A firing that was missed while no scheduler was alive
is caught up or recorded as missed, as the job declares.

A runner renews the lease of what it runs, so that a lease says how soon a *dead* runner is replaced, not
how long a job may take. A runner that lost its lease can no longer write the outcome.

A clock that was ahead and is put right leaves firings that are not due yet and leases that never end. The
former are forgotten (`forget_future`), the latter taken for ended.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import structlog
from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    and_,
    delete,
    false,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, aliased, mapped_column

from backend import clock
from backend.db import Base, UTCDateTime, atomic, db, table, unit
from backend.paging import Page, paginate

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=30)
# No lease is longer (`backend.scheduler.ensure_sound`): what ends later was taken by a clock that was ahead.
LONGEST_LEASE = timedelta(hours=1)
# A firing is recorded when it is due, by clocks that agree but for seconds.
CLOCKS_MAY_DIFFER = timedelta(minutes=15)


class FiringState(StrEnum):
    """How a firing stands."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled use case.

    `title` says in Chinese what it does. `cron` has the five fields of crontab, in the compound's time.
    `run` must be harmless when repeated. With `catches_up`, the latest firing missed while no scheduler was
    alive is run late; otherwise every missed firing is only recorded.
    """

    name: str
    title: str
    cron: str
    run: Callable[[], object]
    catches_up: bool = True
    lease: timedelta = timedelta(minutes=5)


def one_by_one(ids: Iterable[int], run: Callable[[int], int]) -> int:
    """The sum of what `run`, a use case with a unit of work of its own, returns for each of these.

    One that fails keeps no other from its turn; the first failure is raised at the end.
    """
    total = 0
    failures: list[Exception] = []
    for each in ids:
        try:
            total += run(each)
        except Exception as failure:
            log.exception("left for the next time", what=f"{run.__module__}.{run.__name__}", id=each)
            failures.append(failure)
    if failures:
        raise failures[0]
    return total


# The index and the statement must say it alike.
_RUNNING: Final = "state = 'running'"


class JobFiring(Base):
    """One firing of one job."""

    __tablename__ = "job_firings"
    __table_args__ = (
        Index(None, "due_at"),
        Index(
            "ix_job_firings_running",
            "leased_until",
            sqlite_where=text(_RUNNING),
            postgresql_where=text(_RUNNING),
        ),
    )

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    runner: Mapped[str] = mapped_column(String(80))
    leased_until: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A firing whose runner let the lease run out."""

    job: str
    due_at: datetime
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many firings of a job stand in a state; when the last of them was due and came to an end."""

    job: str
    state: FiringState
    count: int
    last_finished_at: datetime | None
    last_due_at: datetime


_TABLE = table(JobFiring)
_INSERT_NEW = {
    name: dialect.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.job)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@atomic
def claim(job: Job, due_at: datetime, runner: str) -> bool:
    """Make the firing the runner's own; False if another one has it, or had it.

    A firing whose runner let the lease run out is taken over, and one whose lease no clock of now gave.
    """
    now = clock.now()
    row = _row(job.name, due_at, FiringState.RUNNING, runner, now, now + job.lease)
    connection = unit()
    if connection.execute(_INSERT_NEW[connection.dialect.name], row).first() is not None:
        return True
    take_over = (
        update(JobFiring)
        .where(
            JobFiring.job == job.name,
            JobFiring.due_at == due_at,
            JobFiring.state == FiringState.RUNNING,
            _has_run_out(now),
        )
        .values(runner=runner, started_at=now, leased_until=now + job.lease)
    )
    return connection.execute(take_over).rowcount == 1


@atomic
def renew(job: Job, due_at: datetime, runner: str) -> bool:
    """Hold the firing for another lease; False if it is no longer the runner's."""
    return _change_own(job.name, due_at, runner, leased_until=clock.now() + job.lease)


@atomic
def finish(job: Job, due_at: datetime, runner: str, *, error: str | None = None) -> bool:
    """Write how the firing ended; False if it is no longer the runner's."""
    state = FiringState.FINISHED if error is None else FiringState.FAILED
    return _change_own(job.name, due_at, runner, state=state.value, finished_at=clock.now(), error=error)


@atomic
def record_missed(job: Job, due_ats: Sequence[datetime], runner: str) -> int:
    """Write that nobody ran these firings; what somebody did run stays as it is. Returns how many."""
    now, connection = clock.now(), unit()
    insert = _INSERT_NEW[connection.dialect.name]
    rows = [
        {**_row(job.name, due_at, FiringState.MISSED, runner, now, now), "finished_at": now}
        for due_at in due_ats
    ]
    return sum(connection.execute(insert, row).first() is not None for row in rows)


def latest_due(job: Job) -> datetime | None:
    """When the last recorded firing of the job was due; None if it never fired."""
    found: datetime | None = db.session.scalar(_latest_due(job.name))
    return found


def _latest_due(name: str) -> Select[Any]:
    firing = aliased(JobFiring)
    return select(func.max(firing.due_at)).where(firing.job == name)


def latest_firings(names: Iterable[str]) -> list[JobFiring]:
    """The last recorded firing of each of these jobs, as far as they ever fired."""
    return list(db.session.scalars(_latest_of(tuple(names))))


@lru_cache(maxsize=8)
def _latest_of(names: tuple[str, ...]) -> Select[JobFiring]:
    """The statement of `latest_firings`. Kept: of 80 jobs its making takes a hundred times its running."""
    # One look into the key for each, because grouping would read all firings there are.
    last = [
        and_(JobFiring.job == name, JobFiring.due_at == _latest_due(name).scalar_subquery()) for name in names
    ]
    return select(JobFiring).where(or_(false(), *last))


def abandoned() -> list[Abandoned]:
    """The firings whose runner let the lease run out, or took one that never ends; the earliest first."""
    rows = db.session().execute(
        select(JobFiring.job, JobFiring.due_at, JobFiring.leased_until).where(
            text(f"job_firings.{_RUNNING}"), _has_run_out(clock.now())
        )
    )
    # Sorted here: for an order of its own SQLite would rather read all firings in it.
    return sorted((Abandoned(*row) for row in rows), key=lambda firing: firing.due_at)


def tally(since: datetime) -> list[Tally]:
    """What became of the firings that were due from `since` on."""
    # Under another name, so that SQLite does not rather read all firings there are in the order of the key.
    name = func.coalesce(JobFiring.job, JobFiring.job)
    rows = db.session().execute(
        select(
            *(name, JobFiring.state, func.count()),
            *(func.max(JobFiring.finished_at), func.max(JobFiring.due_at)),
        )
        .where(JobFiring.due_at >= since)
        .group_by(name, JobFiring.state)
    )
    found = [Tally(job, FiringState(state), count, end, due) for job, state, count, end, due in rows]
    return sorted(found, key=lambda tally: (tally.job, tally.state))


def page_firings(
    states: Collection[FiringState], since: datetime, *, job: str = "", page: int, page_size: int
) -> Page:
    """The firings in these states that were due from `since` on, of one job or of all, the latest first."""
    statement = select(JobFiring).where(
        JobFiring.due_at >= since, JobFiring.state.in_([state.value for state in states])
    )
    if job:
        statement = statement.where(JobFiring.job == job)
    return paginate(
        statement.order_by(JobFiring.due_at.desc(), JobFiring.job), page=page, page_size=page_size
    )


@atomic
def forget_old() -> int:
    """Drop firings older than `KEPT_FOR`, but not the last of a job: it tells what was missed since."""
    later = aliased(JobFiring)
    has_later = select(later.job).where(later.job == JobFiring.job, later.due_at > JobFiring.due_at).exists()
    statement = delete(JobFiring).where(JobFiring.due_at < clock.now() - KEPT_FOR, has_later)
    return unit().execute(statement).rowcount


@atomic
def forget_future(job: Job) -> int:
    """Drop the firings of a job that were recorded by a clock that was ahead, so that they are run when due.

    Returns how many.
    """
    ahead = clock.now() + CLOCKS_MAY_DIFFER
    return (
        unit()
        .execute(delete(JobFiring).where(JobFiring.job == job.name, JobFiring.started_at > ahead))
        .rowcount
    )


def _has_run_out(now: datetime) -> ColumnElement[bool]:
    return or_(
        JobFiring.leased_until <= now, JobFiring.leased_until > now + LONGEST_LEASE + CLOCKS_MAY_DIFFER
    )


def _row(
    job: str, due_at: datetime, state: FiringState, runner: str, started_at: datetime, leased_until: datetime
) -> dict[str, object]:
    return {
        "job": job,
        "due_at": due_at,
        "state": state.value,
        "runner": runner,
        "leased_until": leased_until,
        "started_at": started_at,
    }


def _change_own(job: str, due_at: datetime, runner: str, **values: object) -> bool:
    own = (
        JobFiring.job == job,
        JobFiring.due_at == due_at,
        JobFiring.runner == runner,
        JobFiring.state == FiringState.RUNNING,
    )
    return unit().execute(update(JobFiring).where(*own).values(**values)).rowcount == 1

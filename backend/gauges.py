"""What Prometheus is told of how things stand: jobs, messages, devices, connections, sessions, backups.

Asked of the database at each scrape, by a dozen indexed statements; whatever answers, answers for all nodes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from apscheduler.triggers.cron import CronTrigger
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend import clock, jobs
from backend.audit import queries as audit_queries
from backend.backups import services as backup_services
from backend.db import db
from backend.devices import queries as device_queries
from backend.flows import schedule
from backend.identity import queries as identity_queries
from backend.jobs import FiringState, Tally
from backend.media import jobs as media_jobs
from backend.notifications import queries as notification_queries

_JOBS_OF = timedelta(days=1)
_CONNECTIONS: Final = text(
    "SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'houqin' GROUP BY 1"
)


class Standing(Collector):
    """Every gauge that is asked of the database; of a database that is away, that it is."""

    def collect(self) -> Iterator[Any]:
        """The metric families of one scrape."""
        try:
            families = [*_jobs(), *_outbox(), *_devices(), *_connections(), *_sessions(), *_trail()]
        except SQLAlchemyError:
            families = []
        yield _gauge("houqin_database_up", "Whether the database answers.", [((), bool(families))])
        yield from families
        yield from _backups()


def _gauge(
    name: str, text: str, values: Iterable[tuple[Sequence[str], float]], labels: Sequence[str] = ()
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for of, value in values:
        family.add_metric(of, float(value))
    return family


def _jobs() -> Iterator[GaugeMetricFamily]:
    now = clock.now()
    found = jobs.tally(now - _JOBS_OF)
    labels = ("job", "state")
    yield _gauge(
        "houqin_job_firings_last_day",
        "Firings due within a day, by outcome.",
        [((one.job, one.state.value), one.count) for one in found],
        labels,
    )
    yield _gauge(
        "houqin_job_last_end_timestamp_seconds",
        "When the last firing came to this outcome.",
        [
            ((one.job, one.state.value), one.last_finished_at.timestamp())
            for one in found
            if one.last_finished_at is not None
        ],
        labels,
    )
    last = _latest(found)
    yield _gauge(
        "houqin_job_lag_seconds",
        "How long after it was due the last firing ended, or how long it has been due if it runs still.",
        [((one.job,), _lag(one, now)) for one in last if one.state is not FiringState.MISSED],
        ("job",),
    )
    crons = {job.name: job.cron for job in schedule.all_jobs()}
    yield _gauge(
        "houqin_job_overdue_seconds",
        "For how long a firing has been due that no scheduler has taken.",
        [((one.job,), _overdue(crons[one.job], one.last_due_at, now)) for one in last if one.job in crons],
        ("job",),
    )
    yield _gauge(
        "houqin_store_up", "Whether photos could be written and read when last tried.", _store(found)
    )


def _latest(found: Sequence[Tally]) -> list[Tally]:
    """Of each job that was due within a day, the state that its last firing came to."""
    latest: dict[str, Tally] = {}
    for one in sorted(found, key=lambda tally: tally.last_due_at):
        latest[one.job] = one
    return list(latest.values())


def _lag(last: Tally, now: datetime) -> float:
    ended_at = None if last.state is FiringState.RUNNING else last.last_finished_at
    return max(0.0, ((ended_at or now) - last.last_due_at).total_seconds())


def _overdue(cron: str, due_at: datetime, now: datetime) -> float:
    following = _next_due(cron, due_at)
    return max(0.0, (now - following).total_seconds()) if following is not None else 0.0


@lru_cache(maxsize=2048)
def _next_due(cron: str, due_at: datetime) -> datetime | None:
    """When a job is due after it was due then; kept, because a scrape asks again what the last one asked."""
    trigger = CronTrigger.from_crontab(cron, timezone=clock.BUSINESS_ZONE)
    found: datetime | None = trigger.get_next_fire_time(due_at, due_at + timedelta(seconds=1))
    return found


def _store(found: Sequence[Tally]) -> list[tuple[tuple[str, ...], float]]:
    """As the job that tries it found it; nothing before it first ran."""
    ended = {
        one.state: one.last_finished_at.timestamp()
        for one in found
        if one.job == media_jobs.PROBE and one.last_finished_at is not None
    }
    good, bad = ended.get(FiringState.FINISHED), ended.get(FiringState.FAILED)
    if good is None and bad is None:
        return []
    return [((), float((good or 0) > (bad or 0)))]


def _outbox() -> Iterator[GaugeMetricFamily]:
    found, now = notification_queries.pending_sends(), clock.now()
    yield _gauge(
        "houqin_outbox_rows",
        "Messages on their way, by channel and state.",
        [((one.channel, one.state), one.count) for one in found],
        ("channel", "state"),
    )
    yield _gauge(
        "houqin_outbox_lag_seconds",
        "For how long the message that is due the longest has been due.",
        [((one.channel, one.state), max(0.0, (now - one.next_at).total_seconds())) for one in found],
        ("channel", "state"),
    )
    yield _gauge(
        "houqin_outbox_failed_last_week",
        "Messages of the last seven days that were given up.",
        [((), notification_queries.counts().failed)],
    )


def _devices() -> Iterator[GaugeMetricFamily]:
    views, now = device_queries.all_of_canteens(), clock.now()
    counted: dict[tuple[str, str], int] = {}
    silent: dict[tuple[str], float] = {}
    for view in views:
        kind = view.kind.value
        counted[kind, view.state.value] = counted.get((kind, view.state.value), 0) + 1
        if view.is_enabled:
            silent[kind,] = max(silent.get((kind,), 0.0), (now - view.heard_at).total_seconds())
    labels = ("kind", "state")
    yield _gauge("houqin_devices", "Devices of canteens, by kind and state.", counted.items(), labels)
    yield _gauge(
        "houqin_device_silence_seconds",
        "How long ago the enabled device that is silent the longest was heard.",
        silent.items(),
        ("kind",),
    )


def _connections() -> Iterator[GaugeMetricFamily]:
    if db.engine.dialect.name == "postgresql":
        found = [((state,), count) for state, count in db.session().execute(_CONNECTIONS)]
        yield _gauge("houqin_database_connections", "Connections of all nodes, by state.", found, ("state",))


def _sessions() -> Iterator[GaugeMetricFamily]:
    found = [((kind,), count) for kind, count in identity_queries.count_open_sessions().items()]
    yield _gauge("houqin_sessions", "Logins that have not ended, by kind.", found, ("kind",))


def _trail() -> Iterator[GaugeMetricFamily]:
    sealed_at = audit_queries.last_sealed_at()
    found = [((), sealed_at.timestamp())] if sealed_at is not None else []
    yield _gauge("houqin_audit_last_seal_timestamp_seconds", "When the trail was last sealed.", found)


def _backups() -> Iterator[GaugeMetricFamily]:
    taken_at = backup_services.last_taken_at()
    found = [((), taken_at.timestamp())] if taken_at is not None else []
    yield _gauge(
        "houqin_backup_last_timestamp_seconds",
        "When this machine last began a backup that came to be.",
        found,
    )

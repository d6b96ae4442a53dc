"""What runs by itself: when, how it went the last time and in the last days, and whether anybody runs it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backend import clock, jobs
from backend.actor import Actor, Permission
from backend.flows import schedule
from backend.jobs import FiringState, Job, JobFiring
from backend.wire import Choice, PageQuery, Str
from console.pages import page, pages, render

blueprint = pages("console_jobs", __name__)

STATE_TITLES = {
    FiringState.RUNNING: "正在运行",
    FiringState.FINISHED: "成功",
    FiringState.FAILED: "失败",
    FiringState.MISSED: "错过",
}
STATE_TONES = {
    FiringState.RUNNING: "blue",
    FiringState.FINISHED: "green",
    FiringState.FAILED: "red",
    FiringState.MISSED: "yellow",
}
# What an administrator should look into.
_TROUBLES = (FiringState.FAILED, FiringState.MISSED)
_PAST = timedelta(days=7)
# Some jobs run every minute: whoever sees none for so long sees no scheduler.
_ALIVE_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job with its last firing, and how many of the last days' firings came to what."""

    job: Job
    schedule: str
    last: JobFiring | None
    counts: dict[FiringState, int]

    @property
    def seconds(self) -> float | None:
        """How long the last firing took; None unless it ran to its end."""
        if self.last is None or self.last.finished_at is None or self.last.state == FiringState.MISSED:
            return None
        return (self.last.finished_at - self.last.started_at).total_seconds()


class JobsQuery(PageQuery):
    """Which of the firings that came to nothing."""

    job = Str(max_length=60, load_default="")
    state = Choice(FiringState)


@page(blueprint, "/jobs", permission=Permission.JOBS_READ, query=JobsQuery, is_compound_wide=True)
def show(actor: Actor, query: dict[str, Any]) -> str:
    """Every job, and what went wrong in the last days."""
    now = clock.now()
    rows = _rows(schedule.all_jobs())
    wanted = (query["state"],) if query.get("state") in _TROUBLES else _TROUBLES
    firings = [row.last for row in rows if row.last is not None]
    return render(
        "jobs/list.html",
        rows=rows,
        last_due_at=max((firing.due_at for firing in firings), default=None),
        is_alive=any(now - firing.due_at <= _ALIVE_WITHIN for firing in firings),
        abandoned=jobs.abandoned(),
        troubles=jobs.page_firings(
            wanted, now - _PAST, job=query["job"], page=query["page"], page_size=query["page_size"]
        ),
        titles={row.job.name: row.job.title for row in rows},
        query=query,
        trouble_states=_TROUBLES,
        states=STATE_TITLES,
        tones=STATE_TONES,
        State=FiringState,
    )


def _rows(known: Sequence[Job]) -> list[JobRow]:
    names: Collection[str] = [job.name for job in known]
    last = {firing.job: firing for firing in jobs.latest_firings(names)}
    counts: dict[str, dict[FiringState, int]] = defaultdict(dict)
    for tally in jobs.tally(clock.now() - _PAST):
        counts[tally.job][tally.state] = tally.count
    return [JobRow(job, schedule.in_words(job.cron), last.get(job.name), counts[job.name]) for job in known]

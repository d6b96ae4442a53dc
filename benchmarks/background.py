"""What orders feel of the scheduler: their latency while a job works beside them, and while it rests.

The job proves the whole ledger once a second, in the process that runs all the product's jobs. The load
comes at a steady rate, twice the rush of 2,000 officials in a minute, and then as fast as it is answered.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path

from benchmarks import compound, figures, load
from benchmarks.compound import Furnished
from benchmarks.load import Result
from benchmarks.rush import ORDER, orders, spread
from benchmarks.servers import database, server

PER_SECOND = 67
GOAL = 1.3
IDLE, WORKING = "the scheduler's job rests", "the job works"


def bench_background(kind: str, rounds: int, officials: int) -> None:
    """Print the latencies of one kind of database, and how the job's work changes them."""
    workers = 1 if kind == "sqlite" else 2
    with database(kind) as (folder, url):
        environment = compound.environment_of(folder, url)
        with (
            compound.furnished(compound.settings_of(folder, url)) as furnished,
            server("benchmarks.served:create_app", environment, workers=workers, threads=1) as port,
        ):
            load.run(port, orders(furnished, ORDER, spread, officials))  # A ledger to prove.
            with _scheduler(folder, environment):
                where = f"{kind}, {workers} workers × 1 thread"
                for name, send in _loads(port, furnished, officials).items():
                    _report(f"{name} ({where})", _compared(folder, send, rounds))


def _loads(port: int, furnished: Furnished, officials: int) -> dict[str, Callable[[], Result]]:
    def messages(many: int) -> list[bytes]:
        return orders(furnished, ORDER, spread, many)

    return {
        f"{PER_SECOND} orders a second": lambda: load.steady(
            port, messages(min(officials, 8 * PER_SECOND)), PER_SECOND
        ),
        "orders of 8 connections": lambda: load.run(port, messages(officials), connections=8),
    }


def _compared(folder: Path, send: Callable[[], Result], rounds: int) -> dict[str, list[Result]]:
    """Rounds with the job at rest and at work, by turns."""
    found: dict[str, list[Result]] = {IDLE: [], WORKING: []}
    send()
    for _ in range(rounds):
        for name, runs in found.items():
            with _working(folder) if name == WORKING else _resting():
                runs.append(send())
    return found


def _report(title: str, results: dict[str, list[Result]]) -> None:
    figures.report(f"The scheduler's influence, {title}", results, IDLE)
    # So few are above the 99th in one round that all rounds are counted together.
    together = {
        name: Result(
            sum(run.seconds for run in runs),
            [each for run in runs for each in run.latencies_ms],
            sum((run.statuses for run in runs), start=type(runs[0].statuses)()),
            sum(run.cpu_s for run in runs),
        )
        for name, runs in results.items()
    }
    for share in (0.50, 0.99):
        idle, working = (together[name].below(share) for name in (IDLE, WORKING))
        print(f"  p{100 * share:.0f} of all rounds: {idle:.1f} ms, {working:.1f} ms, × {working / idle:.2f}")
    slower = together[WORKING].p99_ms / together[IDLE].p99_ms
    figures.note(
        f"scheduler's influence, {title}",
        f"p99 × {slower:.2f} ({together[IDLE].p99_ms:.1f} → {together[WORKING].p99_ms:.1f} ms),"
        f" p50 × {together[WORKING].p50_ms / together[IDLE].p50_ms:.2f}",
        f"p99 ≤ {GOAL} ×" if "a second" in title else "",
    )


@contextmanager
def _scheduler(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    given = {**environ, **environment, "BENCH_FOLDER": str(folder)}
    with (folder / "scheduler.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.scheduled"], env=given, stdout=log, stderr=log
        )
    try:
        _await((folder / "proofs").exists, process)  # It begins with the next minute.
        yield
    finally:
        (folder / "stop").touch()
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _working(folder: Path) -> Iterator[None]:
    proofs = int((folder / "proofs").read_text() or 0)
    (folder / "work").touch()
    try:
        yield
    finally:
        (folder / "work").unlink()
    if int((folder / "proofs").read_text() or 0) == proofs:
        print("  (the job did not finish a proof in this round)")


@contextmanager
def _resting() -> Iterator[None]:
    time.sleep(1)  # What the job is at ends first.
    yield


def _await(is_there: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 150
    while not is_there():
        if time.monotonic() > until or process.poll() is not None:
            raise RuntimeError("the scheduler did not start its job")
        time.sleep(0.2)

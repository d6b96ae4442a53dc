"""A read replica for real: what the orders lose by it, how far it is behind, and what a node on it does."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from benchmarks import compound, load
from benchmarks.clusters import Cluster, clusters
from benchmarks.compound import Furnished, token_of
from benchmarks.figures import interleaved, report
from benchmarks.load import Result
from benchmarks.rush import orders, prove, spread
from benchmarks.servers import server

_ORDER = "/api/v1/canteen/orders"
# A year's sums over a million weighings by hand: what a replica is asked instead of the primary.
_REPORT = """
    SELECT date_trunc('month', served_on), kind, sum(net_g), count(DISTINCT dish_id), sum(cost_fen)
    FROM generated GROUP BY 1, 2 ORDER BY 1, 2"""
_GENERATED = """
    CREATE TABLE generated AS
    SELECT date '2026-01-01' + (n % 365)::int AS served_on, 'kind' || n % 7 AS kind, n % 180 AS net_g,
        n % 500 AS dish_id, n % 300 AS cost_fen
    FROM generate_series(1, 1000000) AS n"""
_SAMPLE_EVERY_S = 0.02


def bench_replica(rounds: int, officials: int) -> None:
    """Print the rush with and without a replica, beside a report on either, and the replica's lag."""
    with clusters() as made:
        primary = made.primary(shared_buffers="256MB")
        folder = made.subfolder("app")
        folder.chmod(0o755)
        url = primary.url().replace("postgresql://", "postgresql+psycopg://")
        with (
            compound.furnished(compound.settings_of(folder, url)) as furnished,
            server(
                "benchmarks.served:create_app", compound.environment_of(folder, url), workers=2, threads=1
            ) as ours,
        ):
            primary.execute(_GENERATED)
            began = time.perf_counter()
            standby = made.copy_of(primary, "standby", "--write-recovery-conf", hot_standby_feedback="on")
            standby.start()
            _await_streaming(primary)
            took = time.perf_counter() - began
            print(f"\nA replica of {_size(primary)} MB, copied and caught up in {took:.1f} s")
            _compare(primary, standby, ours, furnished, rounds, officials)
            _serve_from(standby, folder, furnished)
            prove("postgresql")


def _compare(
    primary: Cluster, standby: Cluster, ours: int, furnished: Furnished, rounds: int, officials: int
) -> None:
    lags: dict[str, list[float]] = {}

    def rush(name: str, asked: Cluster | None, confirmed: str) -> Callable[[], Result]:
        def run() -> Result:
            primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{confirmed}'")
            primary.execute("SELECT pg_reload_conf()")
            with _asking(asked), _sampled(primary, standby, lags.setdefault(name, [])):
                return load.run(ours, orders(furnished, _ORDER, spread, officials))

        return run

    report(
        "Orders with a replica (postgresql, fsync on, 2 workers × 1 thread, 32 connections)",
        interleaved(
            {
                name: rush(name, asked, confirmed)
                for name, asked, confirmed in (
                    ("replica follows", None, ""),
                    ("replica confirms each commit", None, "*"),
                    ("reports on the primary", primary, ""),
                    ("reports on the replica", standby, ""),
                )
            },
            rounds,
        ),
        "replica follows",
    )
    primary.execute("ALTER SYSTEM RESET synchronous_standby_names")
    primary.execute("SELECT pg_reload_conf()")
    print(f"\n{'How far the replica is behind, ms':36}{'median':>9}{'p99':>9}{'most':>9}{'samples':>9}")
    for name, found in lags.items():
        found.sort()
        last = found[min(len(found) - 1, int(len(found) * 0.99))]
        print(f"  {name:34}{median(found):9.1f}{last:9.1f}{found[-1]:9.1f}{len(found):9}")


@contextmanager
def _asking(asked: Cluster | None) -> Iterator[None]:
    """Two connections that ask for the report again and again, meanwhile."""
    stop = threading.Event()

    def ask(cluster: Cluster) -> None:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            while not stop.is_set():
                connection.execute(_REPORT.encode()).fetchall()

    threads = [threading.Thread(target=ask, args=[asked]) for _ in range(2) if asked is not None]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def _sampled(primary: Cluster, standby: Cluster, found: list[float]) -> Iterator[None]:
    """Meanwhile: how long after the primary had written its log up to there the replica shows it, ms."""
    stop = threading.Event()

    def sample() -> None:
        with (
            psycopg.connect(primary.url(), autocommit=True) as here,
            psycopg.connect(standby.url(), autocommit=True) as there,
        ):
            while not stop.is_set():
                position = _one(here, "SELECT pg_current_wal_flush_lsn()")
                began = time.perf_counter()
                # Bounded, should the replica die.
                while time.perf_counter() - began < 30:
                    if _one(there, f"SELECT pg_last_wal_replay_lsn() >= '{position}'"):
                        break
                    time.sleep(0.0005)
                found.append((time.perf_counter() - began) * 1000)
                stop.wait(_SAMPLE_EVERY_S)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _serve_from(standby: Cluster, folder: Path, furnished: Furnished) -> None:
    """What a node whose DATABASE_URL names the replica answers."""
    url = standby.url().replace("postgresql://", "postgresql+psycopg://")
    environment = compound.environment_of(folder, url)
    day = furnished.first_day.isoformat()
    with server("benchmarks.served:create_app", environment, workers=1, threads=1) as port:
        asked = {
            "readyz": load.request("GET", "/readyz"),
            "menu": load.request(
                "GET",
                f"/api/v1/canteen/menus?canteen_id={furnished.canteen_id}&date={day}",
                token_of(0),
            ),
            "own orders": load.request("GET", _ORDER, token_of(0)),
            "an order": orders(furnished, _ORDER, spread, 1)[0],
        }
        told = {name: dict(load.run(port, [message], 1).statuses) for name, message in asked.items()}
    print(f"\nA node on the replica answers {told}")


def _await_streaming(primary: Cluster) -> None:
    until = time.monotonic() + 60
    caught_up = (
        "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        " AND replay_lsn >= pg_current_wal_flush_lsn()"
    )
    while not primary.execute(caught_up):
        if time.monotonic() > until:
            raise RuntimeError("the replica does not follow")
        time.sleep(0.05)


def _size(cluster: Cluster) -> int:
    return int(cluster.execute("SELECT pg_database_size('houqin')")) // 2**20


def _one(connection: "psycopg.Connection[tuple[Any, ...]]", statement: str) -> Any:
    row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None

"""Weighings by the month: a partitioned copy of the table beside a plain one, at a million rows and more."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import psycopg
from flask_migrate import upgrade

from backend.app import create_app
from backend.config import Settings
from backend.db import db
from benchmarks.compound import environment_of
from benchmarks.servers import database

_MONTHS = 24
# The indexes and keys of `weighings`; where the table is cut by day, a unique one must hold the day.
_KEYS = {
    "plain": ("PRIMARY KEY (id)", "UNIQUE (device_id, seq)"),
    "monthly": ("PRIMARY KEY (id, served_on)", "UNIQUE (device_id, seq, served_on)"),
}
_FILL = """
    INSERT INTO {table} (id, device_id, seq, captured_at, received_at, clock_skew_s, canteen_id, served_on,
        period, kind, stage, source, edible, dish_id, gross_g, tare_g, net_g, counted_g, is_stable, raw_frame,
        reason, cost_fen_per_kg, cost_fen, disposition, status)
    SELECT n, 1 + n % 12, n, day + time '12:00', day + time '12:00', 0, 1 + n % 4, day,
        CASE WHEN n % 2 = 0 THEN 'lunch' ELSE 'dinner' END, 'bin_delta', 'plate', 'bulk', 'mixed', NULL,
        20 + n % 180, 0, 20 + n % 180, 20 + n % 180, true, '', '', 1500, 30, 'discard', 'ok'
    FROM (
        SELECT n, date '2025-01-01' + (n::bigint * 730 / {many})::int AS day
        FROM generate_series({first}, {last}) AS n
    ) AS made"""
_CHUNK = 1000
_SIZE = (
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE '{table}%' AND relkind = 'r'"
)
_ASKED = {
    "one day of a canteen": (
        "SELECT count(*), sum(net_g) FROM {table} WHERE canteen_id = 2 AND served_on = '2026-06-15'"
    ),
    "a month of all": (
        "SELECT kind, sum(net_g) FROM {table} WHERE served_on >= '2026-06-01' AND served_on < '2026-07-01'"
        " GROUP BY kind"
    ),
    "two years of all": "SELECT served_on, sum(net_g) FROM {table} GROUP BY served_on",
    "one by its id alone": "SELECT net_g FROM {table} WHERE id = {some}",
    "one by id and day": "SELECT net_g FROM {table} WHERE id = {some} AND served_on = '2026-01-01'",
    "a repeated batch, by device and seq": (
        "SELECT count(*) FROM {table} WHERE device_id = 1 AND seq BETWEEN {some} AND {some} + 1000"
    ),
}


def bench_partitions(counts: list[int]) -> None:
    """Print what inserting, asking and forgetting a month cost in either table; PostgreSQL."""
    for many in counts:
        with database("postgresql") as (folder, url):
            app = create_app(Settings.from_env(environment_of(folder, url)))
            with app.app_context():
                upgrade()
                db.session.remove()
                db.engine.dispose()
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                _measure(connection, many)


def _measure(connection: "psycopg.Connection[tuple[Any, ...]]", many: int) -> None:
    def run(statement: str) -> list[tuple[Any, ...]]:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    def seconds(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    _make(run)
    found: dict[str, dict[str, float]] = {}
    for name in _KEYS:
        table = f"w_{name}"
        took = seconds(lambda table=table: run(_FILL.format(table=table, many=many, first=1, last=many)))
        found.setdefault("filled, thousand rows a second", {})[name] = many / took / 1000
        run(f"VACUUM ANALYZE {table}")
        found.setdefault(f"batches of {_CHUNK} at the end, batches a second", {})[name] = _batches(
            run, table, many
        )
        found.setdefault("size with indexes, MB", {})[name] = (
            int(run(_SIZE.format(table=table))[0][0]) / 2**20
        )
        for title, asked in _ASKED.items():
            statement = asked.format(table=table, some=many // 2)
            times = [seconds(lambda statement=statement: run(statement)) * 1000 for _ in range(5)]
            found.setdefault(f"{title}, ms", {})[name] = median(times)
    found["forgetting the first month, ms"] = {
        "plain": 1000 * seconds(lambda: run("DELETE FROM w_plain WHERE served_on < '2025-02-01'")),
        "monthly": 1000 * seconds(lambda: run("DROP TABLE w_monthly_00")),
    }
    found["… and the VACUUM after it, ms"] = {
        "plain": 1000 * seconds(lambda: run("VACUUM w_plain")),
        "monthly": 0.0,
    }
    print(f"\n{many:,} weighings of two years, plain and in {_MONTHS} monthly partitions (postgresql)")
    print(f"  {'':46}{'plain':>12}{'monthly':>12}{'ratio':>8}")
    for title, pair in found.items():
        share = pair["monthly"] / pair["plain"] if pair["plain"] else 0
        print(f"  {title:46}{pair['plain']:12.1f}{pair['monthly']:12.1f}{share:8.2f}")


def _make(run: Callable[[str], object]) -> None:
    for name, keys in _KEYS.items():
        table = f"w_{name}"
        cut = " PARTITION BY RANGE (served_on)" if name == "monthly" else ""
        constraints = ", ".join(keys)
        like = "LIKE weighings INCLUDING DEFAULTS INCLUDING CONSTRAINTS"
        run(f"CREATE TABLE {table} ({like}, {constraints}){cut}")
        run(f"CREATE INDEX {table}_meal ON {table} (canteen_id, served_on, period)")
        run(f"CREATE INDEX {table}_box ON {table} (container_id, served_on) WHERE container_id IS NOT NULL")
    for month in range(_MONTHS + 1):
        first, following = (f"{2025 + number // 12}-{number % 12 + 1:02}-01" for number in (month, month + 1))
        run(
            f"CREATE TABLE w_monthly_{month:02} PARTITION OF w_monthly"
            f" FOR VALUES FROM ('{first}') TO ('{following}')"
        )


def _batches(run: Callable[[str], object], table: str, many: int) -> float:
    """Batches of a gateway as they come: each a transaction, all of the last days."""
    began, count = time.perf_counter(), 100
    for number in range(count):
        first = many + 1 + number * _CHUNK
        run(_FILL.format(table=table, many=many + count * _CHUNK, first=first, last=first + _CHUNK - 1))
    return count / (time.perf_counter() - began)

"""Weighings a second, beside a bare COPY of the same rows.

The *service* is measured over HTTP, as it is deployed: signed requests of four gateways to real workers,
from the request's bytes to the answer's: signature, JSON, check, lookups, dedupe, tray rounds, rollups,
commit. The *bare* way has the very rows that the service has stored as Python tuples and writes them, batch
by batch, with a commit each, into a twin of the table with the same indexes and constraints: COPY on
PostgreSQL, by one connection and by as many as there are workers, executemany on SQLite. Rounds alternate.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from statistics import median
from typing import Any

import orjson
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from backend import clock
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db, table, unit
from backend.devices.signing import signed_headers
from backend.statements import BulkInsert
from benchmarks import figures, load
from benchmarks.compound import environment_of
from benchmarks.scales import BATCH, LUNCHES, Line, furnish, meal, workdays_back
from benchmarks.servers import database, held, server
from canteen.waste import services
from canteen.waste.facts import Fact
from canteen.waste.models import Weighing

TARGET = "/api/v1/devices/weighings"
GATEWAYS = 4
GOAL = 0.60


def signed(line: Line, events: list[dict[str, Any]]) -> bytes:
    """A batch, signed now, as the bytes of a request."""
    now = clock.now()
    body = orjson.dumps({"sent_at": clock.local(now).isoformat(), "events": events})
    headers = signed_headers(line.code, line.secret, "POST", TARGET, body, timestamp=int(now.timestamp()))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return (
        f"POST {TARGET} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{head}"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def twin(kind: str, name: str, *, with_keys: bool = True) -> BulkInsert:
    """A table like the weighings', with the same indexes and constraints, and how rows get into it."""

    @atomic
    def make() -> None:
        if kind == "postgresql":
            unit().execute(text(f"CREATE TABLE {name} (LIKE weighings INCLUDING ALL)"))
            keys = unit().execute(
                text(
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                    " WHERE conrelid = 'weighings'::regclass AND contype = 'f'"
                )
            )
            for (definition,) in keys.all() if with_keys else []:
                unit().execute(text(f"ALTER TABLE {name} ADD {definition}"))
            return
        made = unit().execute(
            text("SELECT sql FROM sqlite_master WHERE tbl_name = 'weighings' AND type <> 'trigger'")
        )
        for (statement,) in made.all():
            if statement:
                again = re.sub(r"\bweighings\b", name, statement, count=2)
                unit().execute(text(re.sub(r"INDEX (\w+)", rf"INDEX {name}_\1", again)))

    make()
    copied = table(Weighing).to_metadata(type(db.metadata)(), name=name)
    return BulkInsert(copied, Fact._fields)


def bench_ingest(kind: str, rounds: int, batches: int = 24) -> None:
    """Print events a second by the service and by the bare way, for large and for small batches."""
    workers = 1 if kind == "sqlite" else 2
    with database(kind) as (folder, url):
        environment = environment_of(folder, url)
        app = create_app(Settings.from_env(environment))
        with app.app_context():
            upgrade()
            lines = [furnish(f"食堂{number}") for number in range(GATEWAYS)]
            insert = twin(kind, "bare_weighings")
            print(
                f"\nWeighings: {batches * BATCH} events a round, {rounds} rounds, {GATEWAYS} gateways,"
                f" {workers} workers ({kind}); goal {GOAL:.2f} of one COPY"
            )
            days = iter(workdays_back(LUNCHES))
            with server("benchmarks.served:create_app", environment, workers=workers, threads=1) as port:
                for size in (BATCH, 100):
                    results: dict[str, list[float]] = {}
                    for number in range(rounds + 1):
                        some = [next(days) for _ in range(batches // GATEWAYS)]
                        took = _round(port, lines, some, insert, size, workers)
                        if number:  # The first one warms up.
                            for name, seconds in took.items():
                                results.setdefault(name, []).append(batches * BATCH / seconds)
                    _report(f"{size} events a batch", kind, port, results)
            differences = list(services.check())
            print(f"  rollups: {'equal to the facts' if not differences else 'DIFFER FROM THE FACTS'}")
            db.session.remove()
            db.engine.dispose()
    if differences:
        raise SystemExit("the rollups are not what the facts come to")


_seqs = count(1, BATCH)


def _round(
    port: int, lines: list[Line], days: list[date], insert: BulkInsert, size: int, workers: int
) -> dict[str, float]:
    before = _newest()
    messages = []
    for day in days:
        meals = [(line, meal(line, day, next(_seqs))) for line in lines]
        # The gateways take turns: batches of one of them wait for one another.
        for start in range(0, BATCH, size):
            messages += [signed(line, events[start : start + size]) for line, events in meals]
    result = load.run(port, messages, connections=2 * workers)
    if dict(result.statuses) != {200: len(messages)}:
        raise SystemExit(f"batches were refused: {dict(result.statuses)}")
    rows = _stored(before)
    if len(rows) != len(messages) * size:
        raise SystemExit(f"{len(rows)} of {len(messages) * size} events were stored")
    took = {"service": len(messages) / result.rate}
    name = "executemany" if db.engine.dialect.name == "sqlite" else "COPY"
    chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
    took[name] = _bare(insert, chunks, 1)
    if workers > 1:
        took[f"{name}, {workers} connections"] = _bare(insert, chunks, workers)
    return took


def _bare(insert: BulkInsert, chunks: list[list[tuple[Any, ...]]], connections: int) -> float:
    """Seconds of writing the chunks by so many connections at once, with numbers of their own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # A proxy, as Flask types it.
    number = next(_twins)
    renumbered = [[(row[0], row[1] + number * 10**9, *row[2:]) for row in chunk] for chunk in chunks]

    def work(mine: list[list[tuple[Any, ...]]]) -> None:
        with app.app_context():
            for chunk in mine:
                _write(insert, chunk)

    shares = [renumbered[share::connections] for share in range(connections)]
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(work, shares))
    return time.perf_counter() - began


@atomic
def _write(insert: BulkInsert, rows: list[tuple[Any, ...]]) -> None:
    insert.rows(unit(), rows)


_twins = count(1)


def _newest() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.max(Weighing.id))) or 0


def _stored(after: int) -> list[tuple[Any, ...]]:
    """The very rows that the service has stored since."""
    weighing = table(Weighing)
    db.session.rollback()
    statement = (
        select(*(weighing.c[name] for name in Fact._fields))
        .where(weighing.c.id > after)
        .order_by(weighing.c.id)
    )
    rows = [tuple(row) for row in db.session.execute(statement)]
    db.session.rollback()
    return rows


def _report(title: str, kind: str, port: int, results: dict[str, list[float]]) -> None:
    print(f"  {title:24}{'events/s':>10}{'service /':>12}")
    for name, rates in results.items():
        ratio = median(ours / other for ours, other in zip(results["service"], rates, strict=True))
        print(f"    {name:22}{median(rates):10.0f}{ratio:12.2f}")
        if name in ("COPY", "executemany"):
            figures.note(
                f"weighings, {title}, {kind}",
                f"{ratio:.2f} of one bare {name}; {median(results['service']):.0f} events/s; {held(port)}",
                f"≥ {GOAL:.2f}" if title.startswith(str(BATCH)) else "",
            )

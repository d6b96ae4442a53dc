"""What a year's statistics cost over few and many weighings: the same, because they read rollups."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event, text

from backend.actor import SYSTEM
from backend.app import create_app
from backend.config import Settings
from backend.db import atomic, db, unit
from benchmarks import figures
from benchmarks.compound import environment_of
from benchmarks.scales import DISHES, Line, furnish
from benchmarks.servers import database
from canteen.waste import services
from canteen.waste.statistics import queries as statistics
from canteen.waste.statistics.dashboard import dashboard
from canteen.waste.statistics.policies import Bucket, Span

GOAL_SQL_MS, GOAL_PAGE_MS = 10, 50
FIRST, LAST = date(2025, 11, 21), date(2026, 11, 20)


FILL = """
    INSERT INTO weighings (captured_at, received_at, clock_skew_s, canteen_id, served_on, period, kind, stage,
        source, edible, dish_id, gross_g, tare_g, net_g, counted_g, is_stable, raw_frame, reason,
        cost_fen_per_kg, cost_fen, disposition, status, entered_by)
    SELECT day + time '12:00', day + time '12:00', 0, :canteen_id, day, period, kind, stage, source, 'mixed',
        CASE WHEN source IN ('dish', 'pan') THEN :first_dish + n % :dishes END,
        20 + n % 180, 0, 20 + n % 180, 20 + n % 180, true, '', '', 1500, ((20 + n % 180) * 1500 + 500) / 1000,
        'discard', 'ok', 0
    FROM (
        SELECT n, date '2026-11-20' - (n / 7 % 365)::int AS day,
            CASE WHEN n % 2 = 0 THEN 'lunch' ELSE 'dinner' END AS period,
            (ARRAY['bin_delta', 'bin_delta', 'tray_return', 'tray_return', 'dish_leftover', 'serve_delta',
                   'pan_back'])[1 + n % 7] AS kind,
            (ARRAY['plate', 'preparation', 'plate', 'plate', 'plate', 'served', 'unserved'])[1 + n % 7]
                AS stage,
            (ARRAY['bulk', 'bulk', 'tray', 'tray', 'dish', 'pan', 'pan'])[1 + n % 7] AS source
        FROM generate_series((:first)::int, (:last)::int) AS n
    ) AS made
"""


def bench_year(counts: Sequence[int]) -> None:
    """Print what a year's statistics cost over so many weighings; PostgreSQL."""
    print(
        f"\nA year of statistics, ms of SQL / in all (postgresql); goal: SQL under {GOAL_SQL_MS},"
        f" a page under {GOAL_PAGE_MS}, the same at any number of weighings"
    )
    titles = "".join(f"{title:>18}" for title in ("summary", "by month", "dishes", "dashboard + base"))
    print(f"  {'weighings':>12}{'rebuilt in s':>14}{'check ok':>10}{titles}")
    for many in counts:
        with database("postgresql") as (folder, url):
            app = create_app(Settings.from_env(environment_of(folder, url)))
            with app.app_context():
                upgrade()
                line = furnish()
                _fill(line, many)
                _settle()
                began = time.perf_counter()
                for _ in services.rebuild(canteen_id=line.canteen_id):
                    pass
                rebuilt = time.perf_counter() - began
                _settle()
                _year(line, many, rebuilt)
                db.session.remove()
                db.engine.dispose()


def _fill(line: Line, many: int) -> None:
    given = {"canteen_id": line.canteen_id, "first_dish": line.dish_ids[0], "dishes": DISHES}

    @atomic
    def write(first: int) -> None:
        # The rows are right by construction; asking so of each foreign key would take minutes.
        unit().execute(text("SET LOCAL session_replication_role = replica"))
        unit().execute(text(FILL), {**given, "first": first, "last": min(first + 500_000, many) - 1})

    for first in range(0, many, 500_000):
        write(first)

    @atomic
    def diners() -> None:
        unit().execute(
            text(
                "INSERT INTO waste_meals SELECT :canteen_id, day, period, 300, NULL, 0, 0, 0, 0, 0, 0, 0"
                " FROM (SELECT DISTINCT served_on AS day, period FROM weighings) AS meals"
            ),
            {"canteen_id": line.canteen_id},
        )

    diners()


def _settle() -> None:
    """What autovacuum does in due course, so that it does not run while we measure."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def _year(line: Line, many: int, rebuilt: float) -> None:
    ids, span = [line.canteen_id], Span(FIRST, LAST)
    reads: list[Callable[[], Any]] = [
        lambda: statistics.summary_of(ids, span),
        lambda: statistics.series_of(ids, span, Bucket.MONTH),
        lambda: statistics.dishes_of(ids, span),
        lambda: dashboard(SYSTEM, canteen_id=line.canteen_id, from_on=FIRST, until_on=LAST, by=Bucket.MONTH),
    ]
    spans = []
    for read in reads:
        times = [timed(read) for _ in range(9)]
        spans.append(f"{min(spent for _, spent in times):7.1f} /{min(total for total, _ in times):6.1f}")
    is_right = not any(services.check(canteen_id=line.canteen_id, from_on=date(2026, 11, 10)))
    told = "".join(f"{figure:>18}" for figure in spans)
    print(f"  {many:12,}{rebuilt:14.1f}{'yes' if is_right else 'NO':>10}{told}")
    figures.note(
        f"a year's waste over {many:,} weighings, postgresql",
        f"SQL / in all, ms: summary {spans[0].strip()}, months {spans[1].strip()}, dishes"
        f" {spans[2].strip()}, dashboard {spans[3].strip()}",
        f"SQL ≤ {GOAL_SQL_MS} ms, page ≤ {GOAL_PAGE_MS} ms, flat",
    )


def timed(read: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds of a read, and of its statements alone."""
    spent: list[float] = []
    began: list[float] = []

    def before(*_: Any) -> None:
        began.append(time.perf_counter())

    def after(*_: Any) -> None:
        spent.append(time.perf_counter() - began[-1])

    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(db.engine, "after_cursor_execute", after)
    start = time.perf_counter()
    try:
        read()
    finally:
        total = time.perf_counter() - start
        event.remove(db.engine, "before_cursor_execute", before)
        event.remove(db.engine, "after_cursor_execute", after)
        db.session.rollback()
    return 1000 * total, 1000 * sum(spent)

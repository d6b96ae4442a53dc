"""The dashboards of the demo over HTTP, the console's and the phone's: one at a time and eight at once."""

from collections.abc import Mapping
from datetime import timedelta
from statistics import median

from flask import Flask
from sqlalchemy import select

from backend import clock
from backend.authentication import CONSOLE_COOKIE
from backend.db import atomic, db
from backend.identity.models import Staff
from benchmarks import counted, figures, load
from benchmarks.asked import log_in
from benchmarks.compound import token_of
from benchmarks.servers import held, server

GOAL_MS = 150
ALONE, TOGETHER = 15, 40
ADMINISTRATOR_TOKEN = 0


def bench_dashboards(
    app: Flask, environment: dict[str, str], kind: str, console_token: str, staff_no: str, rounds: int
) -> None:
    """Print what the dashboards of a seeded database take; the console's session is open already."""
    atomic(lambda: log_in(db.session.scalars(select(Staff).where(Staff.staff_no == staff_no)).one()))()
    messages = {
        "constant": load.request("GET", "/bench/constant", token_of(ADMINISTRATOR_TOKEN)),
        **{
            name: load.request("GET", path, token_of(ADMINISTRATOR_TOKEN))
            for name, path in _on_the_phone().items()
        },
        **{
            name: load.request("GET", path, cookie=f"{CONSOLE_COOKIE}={console_token}")
            for name, path in _in_the_console().items()
        },
    }
    queries = {
        name: [counted.of_request(app, message) for _ in range(2)][-1]
        for name, message in messages.items()
        if name != "constant"
    }
    workers = 1 if kind == "sqlite" else 2
    with server("benchmarks.served:create_app", environment, workers=workers, threads=1) as port:
        alone = _measured(port, messages, rounds, connections=1, many=ALONE)
        together = _measured(port, messages, rounds, connections=8, many=TOGETHER)
        print(f"\nDashboards, demo of 400 days ({kind}, {workers} workers × 1 thread); goal {GOAL_MS} ms")
        print(f"  {'':32}{'ms':>8}{'/ constant':>12}{'queries':>9}{'8 at once: p50':>16}{'p99':>9}{'r/s':>8}")
        for name in messages:
            p50 = median(run.p50_ms for run in alone[name])
            ratio = p50 / median(run.p50_ms for run in alone["constant"])
            print(
                f"  {name:32}{p50:8.1f}{ratio:12.1f}{queries.get(name, 0):9d}"
                f"{median(run.p50_ms for run in together[name]):16.1f}"
                f"{median(run.p99_ms for run in together[name]):9.1f}"
                f"{median(run.rate for run in together[name]):8.0f}"
            )
            if name != "constant":
                figures.note(
                    f"dashboard: {name}, {kind}",
                    f"{p50:.1f} ms ({ratio:.1f} × an authenticated constant), {queries[name]} statements;"
                    f" 8 at once: {figures.told(together[name])}",
                    f"≤ {GOAL_MS} ms",
                )
        print(f"  {held(port)}")


def _measured(
    port: int, messages: Mapping[str, bytes], rounds: int, *, connections: int, many: int
) -> dict[str, list[load.Result]]:
    found: dict[str, list[load.Result]] = {name: [] for name in messages}
    for turn in range(rounds + 1):
        for name, message in messages.items():
            result = load.run(port, [message] * many, connections=connections)
            if set(result.statuses) != {200}:
                raise SystemExit(f"{name}: {dict(result.statuses)}")
            if turn:
                found[name].append(result)
    return found


def _year() -> str:
    today = clock.today()
    return f"from_date={today - timedelta(days=364)}&to_date={today}"


def _on_the_phone() -> dict[str, str]:
    today = clock.today()
    span = f"from_date={today - timedelta(days=364)}&until_date={today}"
    api = "/api/v1"
    return {
        "phone, home": f"{api}/home",
        "phone, figures of the day": f"{api}/figures/today",
        "waste of a year": f"{api}/canteen/admin/waste/summary?{_year()}",
        "waste by months": f"{api}/canteen/admin/waste/trend?{_year()}&by=month",
        "waste by dishes": f"{api}/canteen/admin/waste/dishes?{_year()}",
        "property, a year by categories": f"{api}/property/statistics?{span}&by=category",
        "demands, a year by categories": f"{api}/feedback/reports/statistics?{span}&by=category",
    }


def _in_the_console() -> dict[str, str]:
    return {
        "console, first page": "/console/",
        "console, waste": "/console/canteen/waste",
        "console, property statistics": "/console/property/statistics",
        "console, demand statistics": "/console/feedback/statistics",
        "console, meeting statistics": "/console/meetings/statistics",
        "console, satisfaction": "/console/satisfaction",
        "console, dispatch board": "/console/property/board",
        "console, demand board": "/console/feedback/board",
    }

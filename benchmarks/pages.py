"""How long the console's pages take on the demo's 400 days: server time and queries, page by page.

A page's time is the least of some requests by WSGI, so that neither network nor browser counts. The goal
is 150 ms and 15 queries; a test holds the queries.
"""

import secrets
import statistics
import time
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from backend import clock
from backend.app import create_app
from backend.authentication import CONSOLE_COOKIE
from backend.config import Settings
from backend.dates import previous_month
from backend.db import atomic, db
from backend.flows import demo
from backend.identity import operations as identity_operations
from backend.identity import policies as identity_policies
from backend.identity.models import LoginSession, SessionKind, SessionStage, Staff
from benchmarks import counted, figures
from benchmarks.asked import settle
from benchmarks.compound import environment_of
from benchmarks.dashboards import bench_dashboards
from benchmarks.servers import database
from console import navigation

ADMINISTRATOR, MANAGER, WAITER = "9001", "9101", "9102"
REPEATS = 5
GOAL_MS = 150


def bench_pages(kind: str, rounds: int) -> None:
    """Print the dashboards and the pages of one kind of database, the slowest page last."""
    with database(kind) as (folder, url):
        environment = environment_of(folder, url)
        app = create_app(Settings.from_env(environment))
        with app.app_context():
            upgrade()
            demo.seed()
            settle(kind)
            token = open_session(ADMINISTRATOR)
            bench_dashboards(app, environment, kind, token, ADMINISTRATOR, rounds)
            measured = measure(app)
            db.session.remove()
            db.engine.dispose()
    print(f"\nPages of the console, demo of 400 days ({kind}); goal {GOAL_MS} ms")
    print(f"{'ms':>8} {'queries':>8}  page")
    for milliseconds, queries, path in sorted(measured):
        print(f"{milliseconds:8.1f} {queries:8d}  {path}")
    slowest, most = max(measured), max(measured, key=lambda each: each[1])
    figures.note(
        f"the console's {len(measured)} pages, {kind}",
        f"median {statistics.median(each[0] for each in measured):.1f} ms; slowest {slowest[0]:.1f} ms"
        f" (`{slowest[2]}`); most statements {most[1]} (`{most[2]}`)",
        f"≤ {GOAL_MS} ms",
    )


def measure(app: Flask) -> list[tuple[float, int, str]]:
    """(milliseconds, queries, path) of every page that one of the demo's accounts opens."""
    found: dict[str, tuple[float, int, str]] = {}
    today = clock.today()
    week_ago, last_month = today - timedelta(days=7), previous_month(today)
    more = [
        f"/console/canteen/orders?date={week_ago}&page_size=100",
        f"/console/canteen/attendance?from_date={today - timedelta(days=390)}",
        "/console/canteen/no-shows/figures",
        f"/console/canteen/no-shows/figures?from_date={today - timedelta(days=91)}",
        f"/console/canteen/receptions?month={last_month:%Y-%m}",
        "/console/canteen/receptions/1",
        f"/console/canteen/settlements?month={today:%Y-%m}",
        f"/console/canteen/settlements?month={previous_month(last_month):%Y-%m}",
        "/console/canteen/accounts/1",
        f"/console/canteen/accounts/1/statement?month={last_month:%Y-%m}",
        f"/console/canteen/accounts/months?month={last_month:%Y-%m}",
        "/console/canteen/accounts/grants",
        "/console/canteen/accounts/grants/1",
        "/console/canteen/accounts/payroll",
        "/console/canteen/accounts/payroll/1",
        "/console/absences?state=approved&page=5",
        "/console/privacy/policies",
        "/console/privacy/requests/1",
        "/console/search?q=王",
    ]
    paths = [item.path for section in navigation.SECTIONS for item in section.items] + more
    for number in (ADMINISTRATOR, MANAGER, WAITER):
        browser = logged_in(app, number)
        for path in paths:
            if path not in found and browser.get(path).status_code == 200:
                found[path] = (fastest(browser, path), count_queries(browser, path), path)
    return list(found.values())


def fastest(browser: FlaskClient, path: str) -> float:
    """The least time of some requests, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        browser.get(path)
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


def count_queries(browser: FlaskClient, path: str) -> int:
    """How many statements a page sends."""
    with counted.statements() as sent:
        browser.get(path)
    return len(sent)


def logged_in(app: Flask, staff_no: str) -> FlaskClient:
    """A browser with a complete console session."""
    browser = app.test_client()
    browser.set_cookie(CONSOLE_COOKIE, open_session(staff_no))
    return browser


def open_session(staff_no: str) -> str:
    """The token of a new and complete console session."""
    token = secrets.token_urlsafe(32)

    @atomic
    def write() -> None:
        staff = db.session.scalars(select(Staff).where(Staff.staff_no == staff_no)).one()
        now = clock.now()
        db.session.add(
            LoginSession(
                token_hash=identity_policies.hash_token(token),
                staff_id=staff.id,
                provider=identity_policies.PASSWORD,
                kind=SessionKind.CONSOLE.value,
                stage=SessionStage.COMPLETE.value,
                actor=identity_operations.snapshot(staff),
                opened_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=12),
            )
        )

    write()
    return token

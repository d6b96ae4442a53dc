"""How long the console's pages take on the demo's 400 days: server time and queries, page by page.

A page's time is the least of some requests by WSGI, so that neither network nor browser counts. The goal
is 150 ms and 15 queries; a test holds the queries.
"""

import secrets
import time
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event, select

from backend import clock
from backend.app import create_app
from backend.authentication import CONSOLE_COOKIE
from backend.config import Settings
from backend.db import atomic, db
from backend.flows import demo
from backend.identity import operations as identity_operations
from backend.identity import policies as identity_policies
from backend.identity.models import LoginSession, SessionKind, SessionStage, Staff
from benchmarks.servers import database
from canteen.settlement.policies import month_before
from console import navigation

ADMINISTRATOR, MANAGER, WAITER = "9001", "9101", "9102"
REPEATS = 5
GOAL_MS = 150


def bench_pages(kind: str) -> None:
    """Print the pages of one kind of database, the slowest last."""
    with database(kind) as (folder, url):
        environment = {
            "HOUQIN_DATA": str(folder),
            "DATABASE_URL": url,
            "HOUQIN_SECRET_KEY": secrets.token_hex(32),
        }
        app = create_app(Settings.from_env(environment))
        with app.app_context():
            upgrade()
            demo.seed()
            measured = measure(app)
            db.session.remove()
            db.engine.dispose()
    print(f"\nPages of the console, demo of 400 days ({kind}); goal {GOAL_MS} ms")
    print(f"{'ms':>8} {'queries':>8}  page")
    for milliseconds, queries, path in sorted(measured):
        print(f"{milliseconds:8.1f} {queries:8d}  {path}")


def measure(app: Flask) -> list[tuple[float, int, str]]:
    """(milliseconds, queries, path) of every page that one of the demo's accounts opens."""
    found: dict[str, tuple[float, int, str]] = {}
    today = clock.today()
    week_ago, last_month = today - timedelta(days=7), month_before(today)
    more = [
        f"/console/canteen/orders?date={week_ago}&page_size=100",
        f"/console/canteen/attendance?from_date={today - timedelta(days=390)}",
        "/console/canteen/no-shows/figures",
        f"/console/canteen/no-shows/figures?from_date={today - timedelta(days=91)}",
        f"/console/canteen/receptions?month={last_month:%Y-%m}",
        "/console/canteen/receptions/1",
        f"/console/canteen/settlements?month={today:%Y-%m}",
        f"/console/canteen/settlements?month={month_before(last_month):%Y-%m}",
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
    """How many statements a page sends, the session's own included, which goes past SQLAlchemy."""
    sent = [""]

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        browser.get(path)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def logged_in(app: Flask, staff_no: str) -> FlaskClient:
    """A browser with a complete console session."""
    token = secrets.token_urlsafe(32)

    @atomic
    def open_session() -> None:
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

    open_session()
    browser = app.test_client()
    browser.set_cookie(CONSOLE_COOKIE, token)
    return browser

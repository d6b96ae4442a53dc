"""A small demo for the tests of it: seeded once on each database, and SQL of the tests' own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import chinese_calendar
import pytest
from sqlalchemy import select, text

from backend import clock
from backend.app import create_app
from backend.config import settings as running_settings
from backend.db import atomic, db
from backend.flows.demo import DemoReport, seed
from backend.identity import operations as identity_operations
from backend.identity.models import Staff
from tests.databases import PostgresTemplate, SqliteTemplate, settings_for

# A Wednesday, in the middle of lunch. The National Day holiday and a makeup Saturday lie before it.
WEDNESDAY = date(2026, 11, 25)
NOON = clock.at_local(WEDNESDAY, time(12, 10))
DAYS, STAFF = 60, 60


class Seeded(NamedTuple):
    """Where a seeded demo lies, and what seeding it said."""

    folder: Path
    url: str
    report: DemoReport


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def seeded_demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """A small demo on each database, seeded once for all tests that only look at it."""
    template: SqliteTemplate | PostgresTemplate = request.getfixturevalue(
        "sqlite_template" if request.param == "sqlite" else "postgres_template"
    )
    folder = tmp_path_factory.mktemp("demo")
    with template.copy(folder) as url:
        with clock.at(NOON), create_app(settings_for(folder, url)).app_context():
            try:
                report = seed(days=DAYS, staff=STAFF)
            finally:
                _let_go()
        yield Seeded(folder, url, report)


@pytest.fixture(scope="module")
def demo(seeded_demo: Seeded) -> Iterator[DemoReport]:
    """The small demo, at noon, with a context open."""
    with clock.at(NOON):
        app = create_app(settings_for(seeded_demo.folder, seeded_demo.url))
        with app.app_context():
            try:
                yield seeded_demo.report
            finally:
                _let_go()


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a statement finds."""
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(text(statement), values)]


def one(statement: str, **values: Any) -> Any:
    """The single value that a statement finds."""
    [[value]] = rows(statement, **values)
    return value


def day_of(value: Any) -> date:
    """SQLite answers raw SQL in text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def instant_of(value: Any) -> datetime:
    """SQLite answers raw SQL in text, without a zone."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def is_rest_day(day: date) -> bool:
    """By the published calendar itself."""
    return chinese_calendar.is_holiday(day)


def appid() -> str:
    """The mini-program's id."""
    return running_settings().wechat_apps["default"].appid


def login(staff_no: str) -> str:
    """A session of somebody in the demo."""

    @atomic
    def open_session() -> str:
        staff = db.session.scalars(select(Staff).where(Staff.staff_no == staff_no)).one()
        return identity_operations.open_session(staff, provider="wechat_mp")

    return open_session()

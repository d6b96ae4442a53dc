"""A small demo for the tests of it: seeded once on each database, and SQL of the tests' own."""

import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import chinese_calendar
import pytest
from flask import Flask
from sqlalchemy import select, text

from backend import clock
from backend.app import create_app
from backend.config import Settings
from backend.config import settings as running_settings
from backend.db import atomic, db
from backend.flows.demo import DemoReport, seed
from backend.identity import operations as identity_operations
from backend.identity.models import Staff
from tests.applications import Applications
from tests.databases import PostgresTemplate, SqliteTemplate, settings_for
from tests.seeded import furnished_once

# A Wednesday, in the middle of lunch. The National Day holiday and a makeup Saturday lie before it.
WEDNESDAY = date(2026, 11, 25)
NOON = clock.at_local(WEDNESDAY, time(12, 10))
DAYS, STAFF = 60, 60
_REPORT = "report"


class Seeded(NamedTuple):
    """Where a seeded demo lies, what seeding it said, and how to lay another like it into a folder."""

    folder: Path
    url: str
    report: DemoReport
    another: Callable[[Path], AbstractContextManager[str]]


def small_demo(template: SqliteTemplate, folders: pytest.TempPathFactory) -> Path:
    """The folder of a small demo in a SQLite file, with its report, to be copied: one in a run."""

    def furnish(folder: Path) -> None:
        shutil.copy(template.path, folder / template.path.name)
        (folder / _REPORT).write_bytes(pickle.dumps(_seed(settings_for(folder))))

    return furnished_once(folders, "demo", furnish)


def _seed(settings: Settings) -> DemoReport:
    with clock.at(NOON), create_app(settings).app_context():
        try:
            return seed(days=DAYS, staff=STAFF)
        finally:
            _let_go()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def seeded_demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    """A small demo on each database, seeded once for all tests."""
    with ExitStack() as laid:
        if request.param == "sqlite":
            made = small_demo(request.getfixturevalue("sqlite_template"), tmp_path_factory)
            report = pickle.loads((made / _REPORT).read_bytes())  # noqa: S301 # We have written it.

            @contextmanager
            def another(folder: Path) -> Iterator[str]:
                shutil.copytree(made, folder, dirs_exist_ok=True)
                yield ""
        else:
            template: PostgresTemplate = request.getfixturevalue("postgres_template")
            folder = tmp_path_factory.mktemp("seeding")
            url = laid.enter_context(template.copy_of(template.url_of(template.name)))
            report = _seed(settings_for(folder, url))

            @contextmanager
            def another(there: Path) -> Iterator[str]:
                shutil.copytree(folder, there, dirs_exist_ok=True)
                with template.copy_of(url) as copied:
                    yield copied

        own = tmp_path_factory.mktemp("demo")
        yield Seeded(own, laid.enter_context(another(own)), report, another)


@pytest.fixture
def living_demo(seeded_demo: Seeded, tmp_path: Path, applications: Applications) -> Iterator[Flask]:
    """The application on a small demo of its own, in which things may happen, with a context open."""
    with (
        seeded_demo.another(tmp_path) as url,
        applications.on(settings_for(tmp_path, url)) as app,
        app.app_context(),
    ):
        yield app


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

"""Fixtures: a real database of each kind, the application on it, and clients that speak HTTP to it."""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from hypothesis import settings as hypothesis_settings

from backend.config import Settings
from tests import passwords, photos
from tests.applications import Applications
from tests.client import Client
from tests.databases import PostgresTemplate, SqliteTemplate, memory, postgres_server, settings_for
from tests.factories import Compound
from tests.furnished import Worlds
from tests.seeded import furnished_once

# Where pytest makes the folders of tests.
_TEMPORARY = "PYTEST_DEBUG_TEMPROOT"

hypothesis_settings.register_profile("test", max_examples=40, deadline=None)
hypothesis_settings.register_profile("soak", max_examples=2000, deadline=None)
hypothesis_settings.load_profile("test")
passwords.install()
photos.install()
# As processes do it (`backend.logs`): drawing every traceback with its variables took a second each.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the full example and race counts")


def pytest_configure(config: pytest.Config) -> None:
    _keep_in_memory(config)
    # A process that is started compiles all modules of ours before it does anything, unless they are kept.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if config.getoption("--soak"):
        hypothesis_settings.load_profile("soak")


def _keep_in_memory(config: pytest.Config) -> None:
    """Let `tmp_path` be in memory, if there is room, until all is done; `--basetemp=…` keeps it elsewhere."""
    folder = memory()
    if folder is not None and _TEMPORARY not in os.environ:  # Workers find it there.
        root = tempfile.TemporaryDirectory(prefix="houqin-tests-", dir=folder, ignore_cleanup_errors=True)
        os.environ[_TEMPORARY] = root.name
        config.add_cleanup(root.cleanup)


def pytest_runtest_setup() -> None:
    passwords.HASHER.begin_test()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Importing leaves no remains to look for: a quarter of the time went there."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Collecting the remains of tests need not walk over all modules each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def soak(pytestconfig: pytest.Config) -> bool:
    """Whether this is the long run."""
    return bool(pytestconfig.getoption("--soak"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """A migrated SQLite file."""
    return SqliteTemplate(furnished_once(tmp_path_factory, "sqlite", SqliteTemplate.make))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    """A PostgreSQL server with a migrated database."""
    with postgres_server() as url, closing(PostgresTemplate(url)) as template:
        yield template


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a deployment with an empty migrated database; every test runs once per database."""
    kind = "sqlite_template" if request.param == "sqlite" else "postgres_template"
    with request.getfixturevalue(kind).copy(tmp_path) as url:
        yield settings_for(tmp_path, url)


@pytest.fixture(scope="session")
def applications() -> Applications:
    """The applications of this process."""
    return Applications()


@pytest.fixture(scope="session")
def worlds(applications: Applications, tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """The furnished worlds of this process: `worlds.one(Estate, compound)`."""
    return Worlds(applications, tmp_path_factory.mktemp("worlds"))


@pytest.fixture
def app(settings: Settings, applications: Applications) -> Iterator[Flask]:
    """The application as production composes it, with a context open for the test itself."""
    with applications.on(settings) as application, application.app_context():
        yield application


@pytest.fixture
def app_with(settings: Settings, applications: Applications) -> Iterator[Callable[..., Flask]]:
    """Makes the application of a deployment with some settings changed; no context is open."""
    with ExitStack() as made:

        def make(**changes: Any) -> Flask:
            return made.enter_context(applications.on(replace(settings, **changes)))

        yield make


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of a process: Playwright does not run twice in one."""
    from tests.console.driven.chromium import chromium  # Only where it is needed: it takes long to import.

    with chromium() as running:
        yield running


@pytest.fixture
def compound(app: Flask) -> Compound:
    """An empty compound and the means to furnish it."""
    return Compound(app)


@pytest.fixture
def anonymous(app: Flask) -> Client:
    """A client that is not logged in."""
    return Client(app)

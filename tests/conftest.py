"""Fixtures: a real database of each kind, the application on it, and clients that speak HTTP to it."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings

from backend.app import create_app
from backend.config import Settings
from backend.db import db
from tests.client import Client
from tests.databases import PostgresTemplate, SqliteTemplate, postgres_server, settings_for
from tests.factories import Compound

hypothesis_settings.register_profile("test", max_examples=40, deadline=None)
hypothesis_settings.register_profile("soak", max_examples=2000, deadline=None)
hypothesis_settings.load_profile("test")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the full example and race counts")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--soak"):
        hypothesis_settings.load_profile("soak")


def pytest_collection_finish() -> None:
    """Every test makes an application; collecting its remains need not walk over all modules each time."""
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
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[PostgresTemplate]:
    """A PostgreSQL server with a migrated database."""
    with postgres_server() as url:
        yield PostgresTemplate(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a deployment with an empty migrated database; every test runs once per database."""
    kind = "sqlite_template" if request.param == "sqlite" else "postgres_template"
    with request.getfixturevalue(kind).copy(tmp_path) as url:
        yield settings_for(tmp_path, url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application as production composes it, with a context open for the test itself."""
    application = create_app(settings)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app_with(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Makes the application of a deployment with some settings changed; no context is open."""
    made = []

    def make(**changes: Any) -> Flask:
        made.append(create_app(replace(settings, **changes)))
        return made[-1]

    yield make
    for application in made:
        with application.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def compound(app: Flask) -> Compound:
    """An empty compound and the means to furnish it."""
    return Compound(app)


@pytest.fixture
def anonymous(app: Flask) -> Client:
    """A client that is not logged in."""
    return Client(app)

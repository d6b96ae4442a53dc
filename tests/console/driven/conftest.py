"""A served application on the test's database, and windows of a real browser on it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from backend.config import Settings
from benchmarks.servers import server
from tests.console.browser import Console
from tests.console.driven.chromium import Desk
from tests.databases import ENVIRONMENT, SqliteTemplate, settings_for


@pytest.fixture
def settings(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a deployment with an empty migrated database."""
    # A browser does not know which database it is: pages are driven on the one that is made fastest. What
    # they ask of either is tested without a browser.
    with sqlite_template.copy(tmp_path) as url:
        yield settings_for(tmp_path, url)


@pytest.fixture
def port(app: Any, settings: Any) -> Iterator[int]:
    """A real server process on this test's database."""
    environment = {
        **ENVIRONMENT,
        "HOUQIN_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
    }
    with server("backend.app:create_app", environment, workers=1, threads=4) as number:
        yield number


@pytest.fixture
def desk_of(app: Any, browser: Browser, port: int) -> Iterator[Callable[..., Desk]]:
    """Makes the window of a member of staff who is logged in; at the end all must have been calm."""
    desks = []

    def make(staff: Any = None, **options: Any) -> Desk:
        desk = Desk(browser, port, **options)
        if staff is not None:
            desk.enter(Console(app, staff).browser.get_cookie("houqin_console").value)
        desks.append(desk)
        return desk

    yield make
    try:
        for desk in desks:
            desk.ensure_calm()
    finally:
        # The browser outlives the test: what it left open would go on asking.
        for desk in desks:
            desk.context.close()

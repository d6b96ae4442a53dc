"""A served application on the test's database, and windows of a real browser on it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from benchmarks.servers import server
from tests.console.browser import Console
from tests.console.driven.chromium import Desk, chromium
from tests.databases import ENVIRONMENT


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    with chromium() as running:
        yield running


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
    for desk in desks:
        desk.ensure_calm()
        desk.context.close()

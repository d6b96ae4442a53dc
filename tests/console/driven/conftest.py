"""A served application on the test's database, and windows of a real browser on it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser

from backend.config import Settings
from tests.console.browser import Console
from tests.console.driven.chromium import Desk
from tests.databases import ENVIRONMENT, SqliteTemplate, settings_for
from tests.servers import server


@dataclass(frozen=True, slots=True)
class Deployment:
    """An empty migrated database, and the port where it is served by a process of its own."""

    settings: Settings
    port: int
    running: ExitStack


class Deployments:
    """Deployments, each for one test. It takes seconds to start one: the next starts while a test runs."""

    def __init__(self, template: SqliteTemplate, folders: pytest.TempPathFactory) -> None:
        self._template = template
        self._folders = folders
        self._beside = ThreadPoolExecutor(1, "deployments")
        self._next = self._beside.submit(self._start)

    @contextmanager
    def one(self) -> Iterator[Deployment]:
        """One that nobody had before."""
        deployment = self._next.result()
        self._next = self._beside.submit(self._start)
        with deployment.running:
            yield deployment

    def close(self) -> None:
        """Stop the one that no test came for."""
        self._next.result().running.close()
        self._beside.shutdown()

    def _start(self) -> Deployment:
        folder = self._folders.mktemp("deployment")
        with ExitStack() as starting:
            # A browser does not know which database it is: pages are driven on the one that is made fastest.
            # What they ask of either is tested without a browser.
            url = starting.enter_context(self._template.copy(folder))
            settings = settings_for(folder, url)
            environment = {
                **ENVIRONMENT,
                "HOUQIN_DATA": str(settings.data_dir),
                "DATABASE_URL": settings.database_url,
            }
            serving = server(environment, workers=1, threads=4)
            port = starting.enter_context(serving)
            return Deployment(settings, port, starting.pop_all())


@pytest.fixture(scope="session")
def deployments(
    sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployments]:
    """The deployments of this process."""
    made = Deployments(sqlite_template, tmp_path_factory)
    yield made
    made.close()


@pytest.fixture
def deployment(deployments: Deployments) -> Iterator[Deployment]:
    """The test's own."""
    with deployments.one() as one:
        yield one


@pytest.fixture
def settings(deployment: Deployment) -> Settings:
    """Settings of a deployment with an empty migrated database."""
    return deployment.settings


@pytest.fixture
def port(app: Any, deployment: Deployment) -> int:
    """A real server process on this test's database."""
    return deployment.port


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

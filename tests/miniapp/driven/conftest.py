"""Phones in a real browser, at an application that is served with a simulator of WeChat beside it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from backend.app import create_app
from backend.config import Settings
from backend.db import db
from tests.canteen.lunch import lunch
from tests.console.driven.demo import seeded_today
from tests.databases import SqliteTemplate, settings_for
from tests.factories import Compound
from tests.miniapp.builds import H5, ensure_built
from tests.miniapp.driven.phone import Phone
from tests.miniapp.serving import Served, serve

__all__ = ["lunch"]


@dataclass(frozen=True, slots=True)
class House:
    """A compound that is served."""

    settings: Settings
    served: Served
    compound: Compound


@pytest.fixture(scope="session")
def house(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An empty compound, served. Starting a server costs seconds: one for all tests of a process."""
    # Pages do not know which database it is: they are tried on the one that is made fastest.
    folder = tmp_path_factory.mktemp("house")
    with sqlite_template.copy(folder) as url:
        settings = settings_for(folder, url)
        app = create_app(settings)
        with serve(app, settings) as running:
            yield House(settings, running, Compound(app))
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def settings(house: House) -> Settings:
    """The settings of what is served."""
    return house.settings


@pytest.fixture
def app(house: House) -> Iterator[Flask]:
    """The application on the database of what is served, with a context open for the test."""
    with house.served.app.app_context():
        yield house.served.app
        db.session.remove()


@pytest.fixture
def compound(app: Flask, house: House) -> Compound:
    """The means to furnish it; what it makes is numbered on from test to test."""
    return house.compound


@pytest.fixture
def served(app: Flask, house: House) -> Served:
    """What `compound` furnishes, served. Other tests' people and canteens are there, too: name your own.

    The simulator knows nobody by name, but every number can log in with WeChat.
    """
    return house.served


@pytest.fixture(scope="session")
def demo(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo's living compound, served: one for all tests of a process, each as people of its own."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(seeded_today(sqlite_template, tmp_path_factory), folder, dirs_exist_ok=True)
    settings = settings_for(folder)
    with serve(create_app(settings), settings) as running:
        yield running


@pytest.fixture
def phone_of(browser: Browser) -> Iterator[Callable[..., Phone]]:
    """Makes the phone of a member of staff (`phone_of(demo, "1001")`); at the end all must have been calm."""
    ensure_built(H5)
    phones = []

    def make(served: Served, staff_no: str = "", **options: Any) -> Phone:
        phone = Phone(browser, served, **options)
        if staff_no:
            phone.enter(staff_no)
        phones.append(phone)
        return phone

    yield make
    for phone in phones:
        phone.ensure_calm()
        phone.context.close()

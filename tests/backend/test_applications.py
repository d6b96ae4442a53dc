"""The applications that tests get: as fresh as if each had been composed for its test."""

import pytest
from flask import current_app
from sqlalchemy import event, text

from backend.app import create_app
from backend.config import settings as running_settings
from backend.db import db
from tests.applications import COMPOSED_FROM, Applications
from tests.databases import settings_for


class Noting:
    """Settings that note what is read of them."""

    def __init__(self, settings):
        self._settings, self.read = settings, set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self._settings, name)


@pytest.mark.parametrize("url", ["", "postgresql://nobody@localhost/nothing"])
def test_composing_reads_few_settings(tmp_path, url):
    """Whoever lets `create_app` read another names it there: else tests get another's application."""
    noting = Noting(settings_for(tmp_path, url))
    create_app(noting)
    # The apps of WeChat it only compares with the templates, to log what is wrong.
    assert noting.read <= {*COMPOSED_FROM, "data_dir", "database_url", "wechat_apps"}


def test_an_application_goes_from_test_to_test_and_takes_nothing_along(settings, applications):
    with applications.on(settings) as first, first.app_context():
        first.config["HOUQIN"] = None
        first.config["LEFT_BEHIND"] = True
    with applications.on(settings) as second, second.app_context():
        assert second is first
        assert running_settings() is settings
        assert "LEFT_BEHIND" not in current_app.config


def test_two_at_once_are_two(settings, applications):
    with applications.on(settings) as one, applications.on(settings) as other:
        assert one is not other


def test_each_works_on_the_database_of_its_settings(tmp_path, applications):
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        with applications.on(settings_for(folder)) as app, app.app_context(), db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
    assert all((folder / "houqin.db").stat().st_size for folder in folders)


def test_what_a_test_leaves_on_an_application_is_told(tmp_path):
    applications = Applications()
    with (
        pytest.raises(AssertionError, match="left a route, a hook or a listener"),
        applications.on(settings_for(tmp_path)) as app,
        app.app_context(),
    ):
        event.listen(db.engine, "before_cursor_execute", lambda *_: None)
    with applications.on(settings_for(tmp_path)) as after:
        assert after is not app

"""Applications for tests: composed once, then moved from database to database.

To compose one mounts every route, and a new one knows no statement and no template: that took longer than
most tests. What an application knows of its deployment it asks `settings()` when it needs it, but for what
`COMPOSED_FROM` names (`test_applications.py` proves it); and its engine connects where it is told.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

from backend.app import create_app
from backend.config import Settings
from backend.db import db

# What `create_app` reads of its settings, beside where the database and the data are.
COMPOSED_FROM = ("mode", "is_sqlite", "database_pool", "body_limit_bytes", "wechat_templates")
# More than all tests have together; an engine by itself keeps 500.
_STATEMENTS = 10_000
_EVENTS = ("before_execute", "before_cursor_execute", "after_cursor_execute", "begin")
_ENDS = ("commit", "rollback", "engine_connect", "set_connection_execution_options")


class Applications:
    """The applications of one process of tests."""

    def __init__(self) -> None:
        self._idle: dict[tuple[Any, ...], list[_Movable]] = {}
        self._lent: list[_Movable] = []
        # By the address of the database.
        self._commits: Counter[str] = Counter()

    @contextmanager
    def on(self, settings: Settings) -> Iterator[Flask]:
        """An application with these settings, that nobody else has meanwhile; no context is open.

        A test that leaves something hanging on it fails: the next one would find it there.
        """
        idle = self._idle.setdefault(tuple(getattr(settings, name) for name in COMPOSED_FROM), [])
        movable = idle.pop() if idle else _Movable(settings, self._commits)
        movable.move_to(settings)
        self._lent.append(movable)
        try:
            yield movable.app
        finally:
            self._lent.remove(movable)
            movable.close()
        assert movable.is_as_composed(), "the test left a route, a hook or a listener on its application"
        idle.append(movable)

    def is_untouched(self, app: Flask) -> bool:
        """Whether `app` is one of these, and none of them has committed anything to its database yet."""
        lent = any(each.app is app for each in self._lent)
        return lent and not self._commits[app.config["HOUQIN"].database_url]


class _Movable:
    """An application whose engine connects to the database of the test that has it."""

    def __init__(self, settings: Settings, commits: Counter[str]) -> None:
        self.app = create_app(settings)
        self._commits = commits
        with self.app.app_context():
            self._engine = db.engine
        self._engine.update_execution_options(compiled_cache=LRUCache(_STATEMENTS))
        event.listen(self._engine, "do_connect", self._redirect)
        event.listen(self._engine, "commit", self._count)
        self._config = dict(self.app.config)
        self._composed = _hanging_on(self.app, self._engine)

    def move_to(self, settings: Settings) -> None:
        """From now on it has these settings, and no other change that was made to its configuration."""
        if settings.is_sqlite:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # As composing it does.
        self.app.config.clear()
        self.app.config.update(self._config, HOUQIN=settings, SQLALCHEMY_DATABASE_URI=settings.database_url)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def is_as_composed(self) -> bool:
        """Whether nothing was hung on it since."""
        return _hanging_on(self.app, self._engine) == self._composed

    def _redirect(self, dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        url = make_url(self.app.config["HOUQIN"].database_url)
        if url.get_backend_name() == "sqlite":
            arguments[0] = url.database
            return
        # All of the address: a test may have asked for one where nobody is.
        for name in ("host", "port", "user", "password", "dbname"):
            options.pop(name, None)
        options.update(dialect.create_connect_args(url)[1])

    def _count(self, _connection: Any) -> None:
        self._commits[self.app.config["HOUQIN"].database_url] += 1


def _hanging_on(app: Flask, engine: Engine) -> tuple[int, ...]:
    """How much of each kind hangs on the application and its engine."""
    hooks = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
    )
    return (
        len(app.view_functions),
        len(app.teardown_appcontext_funcs),
        len(app.jinja_env.globals),
        *(len(each) for hook in hooks for each in hook.values()),
        *(len(list(getattr(engine.dispatch, name))) for name in (*_EVENTS, *_ENDS)),
    )

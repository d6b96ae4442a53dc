"""Whether this deployment can do its work: asked by `/readyz`, by `flask doctor` and by whoever waits."""

from functools import lru_cache
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

from backend.config import Mode, settings
from backend.db import db
from backend.errors import Unavailable
from backend.identity.models import Staff


class NotReady(Unavailable):
    """A check failed; `check` is database, migrations or demo."""

    code = "app.not_ready"
    message = "服务尚未就绪：{reason}"


def ensure_ready() -> None:
    """Raise NotReady with the first check that fails: the database, its migrations, the demo's data."""
    try:
        current, head = current_migrations(), head_migrations()
        if current != head and not is_ahead(current):
            raise NotReady(check="migrations", reason="数据库结构不是最新版本，请运行 flask db upgrade")
        if settings().mode is Mode.DEMO and not has_staff():
            raise NotReady(check="demo", reason="演示数据尚未生成，请运行 flask demo")
    except SQLAlchemyError as error:
        raise NotReady(check="database", reason="无法连接数据库") from error


def current_migrations() -> frozenset[str]:
    """The migrations that the database has; raises SQLAlchemyError if it does not answer."""
    with db.engine.connect() as connection:
        return frozenset(MigrationContext.configure(connection).get_current_heads())


def head_migrations() -> frozenset[str]:
    """The migrations that this program expects."""
    return _heads(current_app.extensions["migrate"].migrate.get_config)


def known_migrations() -> frozenset[str]:
    """Every migration that this program has."""
    return _known(current_app.extensions["migrate"].migrate.get_config)


def is_ahead(current: frozenset[str]) -> bool:
    """Whether a later release has migrated the database, as it does while nodes are upgraded in turn.

    Its migrations leave this program able to work: docs/upgrade.md.
    """
    return not current <= known_migrations()


@lru_cache(maxsize=1)
def _known(get_config: Any) -> frozenset[str]:
    script = ScriptDirectory.from_config(get_config())
    return frozenset(revision.revision for revision in script.walk_revisions())


@lru_cache(maxsize=1)
def _heads(get_config: Any) -> frozenset[str]:
    return frozenset(ScriptDirectory.from_config(get_config()).get_heads())


def has_staff() -> bool:
    """Whether anybody is on the roster."""
    return bool(db.session.execute(select(exists().where(Staff.id > 0))).scalar_one())

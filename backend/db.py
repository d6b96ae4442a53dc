"""The database: one session, one way to write.

`atomic` is the only thing that commits. A service decorated with it opens one unit of work; operations
demand an open one (`unit()`), and an ORM flush outside of one is refused.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import BigInteger, Integer, TypeDecorator

from backend.config import Settings
from backend.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

# SQLite only counts up an INTEGER primary key; PostgreSQL has room for more than 2³¹ rows.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime does not say which instant it is")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # SQLite drops the zone, PostgreSQL answers in the session's.
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def init_database(app: Flask, settings: Settings) -> None:
    """Bind the application to its database and prepare each new connection."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    with app.app_context():
        if settings.is_sqlite:
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.is_sqlite:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        return {"connect_args": {"timeout": 30, "check_same_thread": False}}
    return {
        "pool_size": settings.database_pool,
        "max_overflow": 0,
        "pool_timeout": 10,
        "pool_pre_ping": False,
        # Outside of a unit every statement stands alone, without a transaction around it, and is read-only.
        "isolation_level": "AUTOCOMMIT",
        "connect_args": {
            "options": "-c timezone=UTC -c lock_timeout=10s -c default_transaction_read_only=on",
            "application_name": "houqin",
        },
    }


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` says which kind.
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        # The write lock comes first: a read that turns into a write later would fail under load.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")


# How a connection is taken for writing. Without these options the database itself refuses a write, on
# PostgreSQL (read-only transactions) as on SQLite (query_only).
WRITING: dict[str, dict[str, Any]] = {
    "sqlite": {"writes": True},
    "postgresql": {"isolation_level": "READ COMMITTED", "postgresql_readonly": False},
}


class _Unit:
    """One open unit of work: what to do once it is committed."""

    __slots__ = ("hooks",)

    def __init__(self) -> None:
        self.hooks: list[Callable[[], object]] = []


_UNIT = "unit"
_ATTEMPTS = 5
# 40001 serialization failure, 40P01 deadlock: the database asks to try again.
_RETRY_STATES = frozenset({"40001", "40P01"})
# 55P03 lock timeout, 57014 cancelled statement: it is busy; the client may try again later.
_BUSY_STATES = frozenset({"55P03", "57014"})

# Threads of one process queue here for SQLite's one write lock, instead of polling the file.
_sqlite_writer = threading.Lock()

# What the endpoint wants done with the answer of the unit, inside it, before the commit.
_answer: ContextVar[Callable[[Any], None] | None] = ContextVar("answer", default=None)


@contextmanager
def answering(store: Callable[[Any], None]) -> Iterator[None]:
    """Within this block, the first unit that ends well hands its result to `store` before it commits."""
    token = _answer.set(store)
    try:
        yield
    finally:
        _answer.reset(token)


def atomic(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run a use case as one unit of work: all of it is committed, or nothing.

    Refuses nesting. Tries again, with jitter, when the database reports a serialization failure or a
    deadlock; therefore a use case does no network, image or document work. Hooks registered by
    `on_commit` run afterwards.
    """

    @wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        session = db.session()
        if _UNIT in session.info or session.new or session.dirty or session.deleted:
            raise RuntimeError("a unit of work is open already, or something was written outside of one")
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                result, unit = _run_once(session, use_case, *args, **kwargs)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state in _BUSY_STATES or "database is locked" in str(error.orig):
                    raise Unavailable from error
                if state not in _RETRY_STATES:
                    raise
                if attempt == _ATTEMPTS:
                    raise Unavailable from error
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
            else:
                _run_hooks(unit)
                return result
        raise AssertionError("unreachable: the last attempt returns or raises")

    return run


def _run_once(
    session: Session, use_case: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> tuple[R, _Unit]:
    # End the read transaction first, so that on SQLite the write lock comes before any read.
    session.rollback()
    unit = _Unit()
    dialect = session.get_bind().dialect.name
    on_sqlite = dialect == "sqlite"
    if on_sqlite:
        _sqlite_writer.acquire()
    session.info[_UNIT] = unit
    try:
        session.connection(execution_options=WRITING[dialect])
        result = use_case(*args, **kwargs)
        store = _answer.get()
        if store is not None:
            session.flush()  # The answer shows identifiers that the database gives.
            store(result)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[_UNIT]
        if on_sqlite:
            _sqlite_writer.release()
    return result, unit


def _run_hooks(unit: _Unit) -> None:
    for hook in unit.hooks:
        try:
            hook()
        except Exception:  # The work is committed: a failing hook must not turn it into an error.
            log.exception("on_commit hook failed")


def unit() -> Connection:
    """The connection of the open unit of work. Operations call it; outside of a unit it refuses."""
    session = db.session()
    if _UNIT not in session.info:
        raise RuntimeError("this operation needs an open unit of work")
    return session.connection()


def on_commit(hook: Callable[[], object]) -> None:
    """Do this once the open unit is committed, and never if it is not."""
    db.session().info[_UNIT].hooks.append(hook)


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, _context: Any, _instances: Any) -> None:
    if _UNIT not in session.info and (session.new or session.dirty or session.deleted):
        raise RuntimeError("something was written outside of a unit of work")

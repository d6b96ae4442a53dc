"""The database: one session, one way to write.

`atomic` is the only thing that commits. A service decorated with it opens one unit of work; operations
demand an open one (`unit()`), and an ORM flush outside of one is refused.
"""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

import structlog
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import DateTime, MetaData, Table, event, text
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session
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


class UnitSession(FlaskSession):
    """The session of Flask-SQLAlchemy; within a unit of work it works on the unit's connection."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The unit's connection, or the engine outside of a unit."""
        opened: _Unit | None = self.info.get(_UNIT)
        return opened.connection if opened is not None else super().get_bind(*args, **kwargs)


db = SQLAlchemy(model_class=Base, session_options={"class_": UnitSession, "expire_on_commit": False})


def table(model: type[Base]) -> Table:
    """The table of a model, for Core statements."""
    return cast(Table, model.__table__)


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


# A node that is frozen in the middle of a unit must not keep its locks; a unit of ours never idles so long.
_POSTGRES_OPTIONS = (
    "-c timezone=UTC -c lock_timeout=10s -c default_transaction_read_only=on"
    " -c idle_in_transaction_session_timeout=60s"
)
# How soon a server that keeps silent (its machine is gone, or the network) counts as away; by themselves
# the driver waits two minutes for a connection, and the kernel a quarter of an hour for one that broke.
_GIVE_UP = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # Milliseconds.
}


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
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {"hide_parameters": True, "connect_args": {"timeout": 30, "check_same_thread": False}}
    return {
        "pool_size": settings.database_pool,
        "max_overflow": 0,
        "pool_timeout": 10,
        "pool_pre_ping": False,
        "hide_parameters": True,
        # Outside of a unit every statement stands alone, without a transaction around it, and is read-only.
        "isolation_level": "AUTOCOMMIT",
        "connect_args": {"options": _POSTGRES_OPTIONS, "application_name": "houqin", **_GIVE_UP},
    }


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` says which kind.
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # The write lock comes first: a read that turns into a write later would fail under load.
    writes = connection.get_execution_options().get("writes")
    # On the driver's own connection: every request begins at least once.
    driver_connection: Any = connection.connection.dbapi_connection
    driver_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


# How a connection is taken for writing. Without it PostgreSQL refuses a write (read-only transactions).
# SQLite would have to be told by a pragma before each unit, which makes it prepare every statement again;
# there a stray write is refused by the session, and never committed in any case.
WRITING: dict[str, dict[str, Any]] = {
    "sqlite": {"writes": True},
    "postgresql": {"isolation_level": "READ COMMITTED", "postgresql_readonly": False},
}


class _Unit:
    """One open unit of work: its connection, and what to do once it is committed."""

    __slots__ = ("connection", "hooks")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.hooks: list[Callable[[], object]] = []


_UNIT = "unit"
_ATTEMPTS = 5
# 40001 serialization failure, 40P01 deadlock: the database asks to try again.
_RETRY_STATES = frozenset({"40001", "40P01"})
# 55P03 lock timeout, 57014 cancelled statement: it is busy; the client may try again later.
_BUSY_STATES = frozenset({"55P03", "57014"})
# A unit asks for a transaction that may write. A standby answers that demand itself with 0A000, which any
# server says of much else as well; one that was made read-only says 25006 to what is written then.
_READ_ONLY_STATE, _UNSUPPORTED_STATE = "25006", "0A000"

# Each engine's twin that takes its connections for writing; both share one pool.
_writers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()

# Threads of one process queue here for SQLite's one write lock, instead of polling the file; for as long as
# the first of them waits for another process (`busy_timeout`).
_sqlite_writer = threading.Lock()
_SQLITE_QUEUE_S = 30.0

# What the endpoint wants done with the answer of the unit, inside it, before the commit.
_answer: ContextVar[Callable[[Any], None] | None] = ContextVar("answer", default=None)


def is_outage(error: Exception) -> bool:
    """Whether the database is away, busy or in trouble, not the statement wrong: a retry may succeed."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, OperationalError)
    # SQLite's driver speaks for itself where a connection is prepared and where a transaction begins.
    return isinstance(error, (PoolTimeout, sqlite3.OperationalError))


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
            except (DBAPIError, sqlite3.OperationalError) as error:
                cause = getattr(error, "orig", error)
                state = getattr(cause, "sqlstate", None)
                if state in _BUSY_STATES or "database is locked" in str(cause):
                    raise Unavailable from error
                if _takes_no_writes(state):
                    log.warning("database takes no writes", sqlstate=state)
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


def aside(use_case: Callable[P, R]) -> Callable[P, R]:
    """`atomic` for a unit beside the request's own: its result is never stored as the request's answer."""
    run_atomic = atomic(use_case)

    @wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _answer.set(None)
        try:
            return run_atomic(*args, **kwargs)
        finally:
            _answer.reset(token)

    return run


def _run_once(
    session: Session, use_case: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> tuple[R, _Unit]:
    # End what was being read, so that the unit sees the present and on SQLite takes the write lock first.
    if session.in_transaction():
        session.rollback()
    with _writing(db.engine) as connection:
        unit = session.info[_UNIT] = _Unit(connection)
        try:
            result = use_case(*args, **kwargs)
            store = _answer.get()
            if store is not None:
                session.flush()  # The answer shows identifiers that the database gives.
                store(result)
            if session.in_transaction():
                # Flushes, and leaves the connection's transaction to the end of the block.
                session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.info[_UNIT]
    return result, unit


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that may write, committed at the end unless the block fails."""
    if engine not in _writers:
        _writers[engine] = engine.execution_options(**WRITING[engine.dialect.name])
    if engine.dialect.name != "sqlite":
        with _writers[engine].begin() as connection:
            yield connection
        return
    if not _sqlite_writer.acquire(timeout=_SQLITE_QUEUE_S):
        raise Unavailable
    try:
        with _writers[engine].begin() as connection:
            yield connection
    finally:
        _sqlite_writer.release()


def _takes_no_writes(state: str | None) -> bool:
    """Whether a unit failed with this SQLSTATE because its server is a standby, or was made read-only."""
    if state == _UNSUPPORTED_STATE:
        return bool(db.session.scalar(text("SELECT pg_is_in_recovery()")))
    return state == _READ_ONLY_STATE


def _run_hooks(unit: _Unit) -> None:
    for hook in unit.hooks:
        try:
            hook()
        except Exception:  # The work is committed: a failing hook must not turn it into an error.
            log.exception("on_commit hook failed")


def unit() -> Connection:
    """The connection of the open unit of work. Operations call it; outside of a unit it refuses."""
    opened: _Unit | None = db.session().info.get(_UNIT)
    if opened is None:
        raise RuntimeError("this operation needs an open unit of work")
    return opened.connection


def refuse_within_a_unit(work: str) -> None:
    """Raise RuntimeError within an open unit of work: slow work (network, images, PDFs) stays outside."""
    if _UNIT in db.session().info:
        raise RuntimeError(f"{work} stays outside of a unit of work")


def reader() -> Connection:
    """The connection for a read by a constant Core statement: the open unit's, or the session's."""
    session = db.session()
    opened: _Unit | None = session.info.get(_UNIT)
    return opened.connection if opened is not None else session.connection()


def on_commit(hook: Callable[[], object]) -> None:
    """Do this once the open unit is committed, and never if it is not."""
    db.session().info[_UNIT].hooks.append(hook)


@event.listens_for(Session, "before_flush")
def _refuse_stray_flush(session: Session, _context: Any, _instances: Any) -> None:
    if _UNIT not in session.info and (session.new or session.dirty or session.deleted):
        raise RuntimeError("something was written outside of a unit of work")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_statement(state: ORMExecuteState) -> None:
    is_write = state.is_insert or state.is_update or state.is_delete
    if is_write and _UNIT not in state.session.info:
        raise RuntimeError("something was written outside of a unit of work")

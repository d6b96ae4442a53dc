"""Faults planted past every guard: triggers, foreign keys, checks and unique indexes stand aside."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, LargeBinary, Numeric, String, insert, text
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

from backend import clock
from backend.db import Base, db

# What no switch turns off: checks, exclusions and unique constraints.
_GUARDS = """
    SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', conrelid::regclass, conname)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND (
      contype IN ('c', 'x') OR conname IN (
        'uq_orders_meal_id_pickup_no', 'uq_outbox_message_id_channel', 'pk_job_firings'))"""
_INDEXES = ("uq_orders_active", "uq_orders_by_weight")


@contextmanager
def unguarded() -> Iterator[Connection]:
    """A connection on which everything may be written; committed at the end.

    On SQLite what stands in a table's own definition stays: a primary key, a unique constraint.
    """
    db.session.rollback()
    db.engine.dispose()
    with closing(db.engine.connect()) as connection:
        raw: Any = connection.connection.dbapi_connection
        if connection.dialect.name == "sqlite":
            for pragma in ("ignore_check_constraints=ON", "foreign_keys=OFF"):
                raw.execute(f"PRAGMA {pragma}")
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {name}")
        else:
            raw.execute("SET default_transaction_read_only = off")
            raw.execute("SET session_replication_role = replica")
            statements = [statement for (statement,) in raw.execute(_GUARDS).fetchall()]
            raw.execute("; ".join(statements) or "SELECT 1")
        for index in _INDEXES:
            raw.execute(f"DROP INDEX IF EXISTS {index}")
        yield connection
        if connection.in_transaction():
            connection.commit()
        connection.invalidate()  # What was switched off goes with it.
    db.session.rollback()


def run(statement: str, **values: Any) -> int:
    """Run one statement unguarded; how many rows it touched."""
    with unguarded() as connection:
        touched = connection.execute(text(statement), values).rowcount
    assert touched, "nothing was planted"
    return touched


def row(table: str, **values: Any) -> None:
    """Insert a row unguarded; columns that must not be null and are not named get something of their type."""
    of = Base.metadata.tables[table]
    filled = {
        column.name: _anything(column.type)
        for column in of.columns
        if not column.nullable
        and column.server_default is None
        and not (column.primary_key and column.name == "id")
    }
    with unguarded() as connection:
        connection.execute(insert(of), {**filled, **values})


def _anything(kind: Any) -> Any:
    plain = kind.impl if isinstance(kind, TypeDecorator) else kind
    if isinstance(plain, Boolean):
        return False
    if isinstance(plain, DateTime):
        return clock.now()
    if isinstance(plain, Date):
        return date(2026, 11, 2)
    if isinstance(plain, LargeBinary):
        return b"x" * 32
    if isinstance(plain, JSON):
        return {}
    if isinstance(plain, String):
        return "x"
    return 1 if not isinstance(plain, Numeric) else 0


def ago(**apart: float) -> datetime:
    """An instant before now, in UTC."""
    return (clock.now() - timedelta(**apart)).astimezone(UTC)

"""The connection of the yardstick's routes: the driver's own, one for each thread, kept open."""

import os
import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg

URL = os.environ["BENCH_DATABASE"]
IS_SQLITE = not URL.startswith("postgresql")
BEGIN = "BEGIN IMMEDIATE" if IS_SQLITE else "BEGIN"
_kept = threading.local()


def as_the_driver(statements: dict[str, str]) -> dict[str, str]:
    """The statements with the placeholders that this database's driver knows."""
    return {name: text.replace("%s", "?") if IS_SQLITE else text for name, text in statements.items()}


def connection() -> Any:
    """This thread's connection, which stays open."""
    if not hasattr(_kept, "connection"):
        if IS_SQLITE:
            _kept.connection = sqlite3.connect(URL, timeout=30, isolation_level=None)
            for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
                _kept.connection.execute(f"PRAGMA {pragma}")
        else:
            _kept.connection = psycopg.connect(URL, autocommit=True)
    return _kept.connection


def instant(at: datetime) -> Any:
    """An instant as the database keeps it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") if IS_SQLITE else at

"""Count the statements that a request sends to the database, with the ends of its transactions."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import event

from backend.db import db
from backend.rules import queries as rules
from backend.statements import Statement
from meeting.rooms import snapshot as rooms


@contextmanager
def _lasting_copies() -> Iterator[None]:
    """What the process knows of the rules and the rooms stays known: on a slow machine its second is over
    between two lines of a test, and looking again is a statement more."""
    copies = [(url, copy, kept) for kept in (rules._copies, rooms._copies) for url, copy in kept.items()]
    lasting = [replace(copy, fresh_until=math.inf) for _, copy, _ in copies]
    if rules.LIFE_S and rooms.LIFE_S:
        for (url, _, kept), copy in zip(copies, lasting, strict=True):
            kept[url] = copy
    try:
        yield
    finally:
        for (url, before, kept), copy in zip(copies, lasting, strict=True):
            if kept.get(url) is copy:
                kept[url] = before


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """A list that fills with every statement sent, BEGIN, COMMIT and ROLLBACK of a transaction included."""
    sent: list[str] = []
    writing: set[int] = set()

    def execute(connection, _cursor, statement, _parameters, _context, executemany):
        if not statement.startswith(("PRAGMA", "BEGIN")):
            sent.append(f"{statement} -- many" if executemany else statement)

    def begin(connection):
        if connection.get_isolation_level() != "AUTOCOMMIT":
            sent.append("BEGIN")
            writing.add(id(connection))

    def end(word):
        def listen(connection):
            if id(connection) in writing:
                writing.discard(id(connection))
                sent.append(word)

        return listen

    listeners = {
        "before_cursor_execute": execute,
        "begin": begin,
        "commit": end("COMMIT"),
        "rollback": end("ROLLBACK"),
    }
    for name, listener in listeners.items():
        event.listen(db.engine, name, listener)
    run_once, run_many = Statement._execute, Statement.many

    def count_once(statement, connection, values):
        sent.append(statement._for(connection.dialect).text)
        return run_once(statement, connection, values)

    def count_many(statement, connection, rows):
        sent.append(f"{statement._for(connection.dialect).text} -- many")
        return run_many(statement, connection, rows)

    # SQLAlchemy's events do not see what runs on the driver's own cursor.
    Statement._execute, Statement.many = count_once, count_many
    try:
        with _lasting_copies():
            yield sent
    finally:
        Statement._execute, Statement.many = run_once, run_many
        for name, listener in listeners.items():
            event.remove(db.engine, name, listener)

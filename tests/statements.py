"""Count the statements that a request sends to the database, with the ends of its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from backend.db import db


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
    try:
        yield sent
    finally:
        for name, listener in listeners.items():
            event.remove(db.engine, name, listener)

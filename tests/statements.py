"""Count the statements that a request sends to the database, with the ends of its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from backend.db import db
from backend.statements import Statement


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
        yield sent
    finally:
        Statement._execute, Statement.many = run_once, run_many
        for name, listener in listeners.items():
            event.remove(db.engine, name, listener)

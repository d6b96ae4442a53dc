"""How many statements a request sends: asked of the application in this process, beside the timed servers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from backend.db import db
from backend.statements import Statement


@contextmanager
def statements() -> Iterator[list[str]]:
    """A list that fills with what is sent, the statements of the hot paths included; no BEGIN or COMMIT.

    What is sent for many rows at once ends in `-- many`.
    """
    sent: list[str] = []

    def note(
        _connection: object,
        _cursor: object,
        statement: str,
        _parameters: object,
        _context: object,
        many: bool,
    ) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            sent.append(f"{statement} -- many" if many else statement)

    run_once, run_many = Statement._execute, Statement.many

    def once(self: Statement, connection: Any, values: Any) -> Any:
        sent.append(self._for(connection.dialect).text)
        return run_once(self, connection, values)

    def many(self: Statement, connection: Any, rows: Any) -> Any:
        sent.append(f"{self._for(connection.dialect).text} -- many")
        return run_many(self, connection, rows)

    event.listen(db.engine, "before_cursor_execute", note)
    # SQLAlchemy's events do not see what runs on the driver's own cursor.
    Statement._execute, Statement.many = once, many  # type: ignore[method-assign] # For the count.
    try:
        yield sent
    finally:
        Statement._execute, Statement.many = run_once, run_many  # type: ignore[method-assign] # Undone.
        event.remove(db.engine, "before_cursor_execute", note)


def of_request(app: Flask, message: bytes) -> int:
    """The statements of one request, given as the bytes that a load sends. Raises SystemExit if refused.

    Send it twice and take the second: the first fills what a process keeps.
    """
    head, _, payload = message.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    with statements() as sent:
        answer = app.test_client(use_cookies=False).open(path, method=method, headers=headers, data=payload)
    db.session.remove()
    if answer.status_code >= 300:
        raise SystemExit(f"{method} {path}: {answer.status_code}")
    return len(sent)

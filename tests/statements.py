"""Count the statements that a request sends to the database, with the ends of its transactions."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import event

from backend.db import db
from backend.rules import queries as rules
from benchmarks.counted import statements
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
    writing: set[int] = set()

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

    listeners = {"begin": begin, "commit": end("COMMIT"), "rollback": end("ROLLBACK")}
    with statements() as sent, _lasting_copies():
        for name, listener in listeners.items():
            event.listen(db.engine, name, listener)
        try:
            yield sent
        finally:
            for name, listener in listeners.items():
                event.remove(db.engine, name, listener)

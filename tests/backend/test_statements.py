"""Statements on the driver's cursor: typed like SQLAlchemy's, failing like SQLAlchemy's."""

from datetime import date

import pytest
from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from backend import clock
from backend.db import atomic, db, reader, table, unit
from backend.places.models import Campus
from backend.statements import Statement, insert_or_nothing
from backend.workdays.models import CalendarOverride

CAMPUS, OVERRIDE = table(Campus), table(CalendarOverride)
FIND = Statement(select(CAMPUS.c.id, CAMPUS.c.name).where(CAMPUS.c.name == bindparam("of_name")))
NEW = ["name", "position", "is_active"]
ADD = Statement(insert(CAMPUS), NEW)
ADD_NEW = insert_or_nothing(CAMPUS, NEW, returning="id")
RENAME = Statement(
    update(CAMPUS).where(CAMPUS.c.name == bindparam("of_name")).values(name=bindparam("to_name"))
)


def campus(name):
    return {"name": name, "position": 0, "is_active": True}


def within_a_unit(work):
    return atomic(work)()


def test_values_come_back_as_their_types_say(app):
    columns = [column.key for column in OVERRIDE.c]
    add = Statement(insert(OVERRIDE), columns)
    values = {
        "on_date": date(2026, 11, 23),
        "segments": [["08:30", "12:00"]],
        "reason": "半天",
        "set_by": 7,
        "set_at": clock.now(),
    }
    within_a_unit(lambda: add.many(unit(), [values]))
    found = Statement(select(*OVERRIDE.c)).row(reader(), {})
    assert dict(zip(columns, found, strict=True)) == values
    through_sqlalchemy = reader().execute(select(*OVERRIDE.c)).one()
    assert tuple(through_sqlalchemy) == found


def test_many_rows_are_counted_together(app):
    assert within_a_unit(lambda: ADD.many(unit(), [campus(name) for name in "甲乙丙"])) == 3
    moved = within_a_unit(
        lambda: RENAME.many(unit(), [{"of_name": "甲", "to_name": "丁"}, {"of_name": "戊", "to_name": "己"}])
    )
    assert moved == 1
    assert FIND.row(reader(), {"of_name": "甲"}) is None
    assert len(FIND.rows(reader(), {"of_name": "丁"})) == 1


def test_an_insert_that_is_in_the_way_of_another_returns_nothing(app):
    first, second = within_a_unit(
        lambda: (ADD_NEW.row(unit(), campus("甲")), ADD_NEW.row(unit(), campus("甲")))
    )
    assert first is not None
    assert second is None


def test_a_violated_constraint_is_sqlalchemys_integrity_error(app):
    with pytest.raises(IntegrityError) as caught:
        within_a_unit(lambda: ADD.many(unit(), [campus("甲"), campus("甲")]))
    assert "甲" not in str(caught.value).split("DETAIL")[0]
    assert reader().execute(select(func.count()).select_from(CAMPUS)).scalar() == 0


def test_a_lost_connection_fails_once_and_is_replaced(app):
    if db.engine.dialect.name != "postgresql":
        return
    db.session.rollback()
    with db.engine.connect() as connection:
        victim = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": victim})
        with pytest.raises(DBAPIError) as caught:
            FIND.row(connection, {"of_name": "甲"})
        assert caught.value.connection_invalidated
    for _ in range(4):
        assert FIND.rows(reader(), {"of_name": "甲"}) == []
        db.session.rollback()

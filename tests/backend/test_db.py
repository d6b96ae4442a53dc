"""The unit of work: all or nothing, one at a time, and the only way to write."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from backend.db import atomic, db, on_commit, reader, unit
from backend.places.models import Campus
from tests.threads import at_once


def names():
    db.session.rollback()
    return list(db.session.scalars(select(Campus.name).order_by(Campus.id)))


def test_a_unit_commits_and_then_runs_its_hooks(app):
    seen = []

    @atomic
    def work():
        db.session.add(Campus(name="东院"))
        on_commit(lambda: seen.append(names()))
        return "done"

    assert work() == "done"
    assert seen == [["东院"]]


def test_a_failing_unit_leaves_nothing_and_runs_no_hook(app):
    seen = []

    @atomic
    def work():
        db.session.add(Campus(name="东院"))
        db.session.flush()
        on_commit(lambda: seen.append("hook"))
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()
    assert names() == []
    assert seen == []


def test_a_failing_hook_does_not_undo_or_fail_the_unit(app):
    @atomic
    def work():
        db.session.add(Campus(name="东院"))
        on_commit(lambda: 1 / 0)

    work()
    assert names() == ["东院"]


def test_units_do_not_nest(app):
    @atomic
    def inner():
        pass

    @atomic
    def outer():
        db.session.add(Campus(name="东院"))
        inner()

    with pytest.raises(RuntimeError, match="open already"):
        outer()
    assert names() == []


def test_operations_refuse_to_work_outside_of_a_unit(app):
    with pytest.raises(RuntimeError, match="needs an open unit"):
        unit()


def test_the_session_refuses_to_write_outside_of_a_unit(app):
    db.session.add(Campus(name="东院"))
    with pytest.raises(RuntimeError, match="outside of a unit"):
        db.session.flush()
    db.session.rollback()


def test_a_statement_outside_of_a_unit_is_refused(app):
    with pytest.raises(RuntimeError, match="outside of a unit"):
        db.session.execute(insert(Campus).values(name="东院"))
    with pytest.raises(RuntimeError, match="outside of a unit"):
        db.session.execute(insert(Campus.__table__).values(name="东院"))


def test_a_write_on_the_bare_connection_leaves_nothing_outside_of_a_unit(app):
    def write():
        reader().execute(insert(Campus.__table__).values(name="东院"))
        db.session.rollback()

    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="read-only"):
            write()
    else:
        write()
    db.session.rollback()

    @atomic
    def work():
        db.session.add(Campus(name="西院"))

    work()
    assert names() == ["西院"]


def test_check_then_insert_is_safe_where_it_is_locked(app):
    """On SQLite the write lock comes before the first read, so that nobody reads what is about to change."""
    if db.engine.dialect.name != "sqlite":
        return

    @atomic
    def work():
        if not db.session.scalars(select(Campus)).all():
            db.session.add(Campus(name="东院"))

    def run():
        with app.app_context():
            work()

    at_once([run] * 12)
    assert names() == ["东院"]


def test_a_deadlock_is_tried_again(app, compound):
    """Two units that lock two rows in opposite order both succeed in the end."""
    if db.engine.dialect.name != "postgresql":
        return
    from threading import Barrier

    first, second = compound.campus("甲"), compound.campus("乙")
    meet = Barrier(2)
    tries = []

    @atomic
    def rename(one, two):
        tries.append(one)
        db.session.query(Campus).filter_by(id=one).update({Campus.name: Campus.name + "+"})
        if len(tries) <= 2:
            meet.wait(timeout=10)
        db.session.query(Campus).filter_by(id=two).update({Campus.name: Campus.name + "+"})

    def run(one, two):
        with app.app_context():
            rename(one, two)

    at_once([lambda: run(first.id, second.id), lambda: run(second.id, first.id)])
    assert names() == ["甲++", "乙++"]
    assert len(tries) > 2

"""What people are told while the database is away, silent, or held by somebody else; and that it ends."""

import socket
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import NotSupportedError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import backend.db as database
from backend.db import atomic, db, unit
from backend.errors import Unavailable
from backend.http import unavailable
from benchmarks.clusters import clusters
from tests.client import Client
from tests.databases import memory

NOWHERE = "postgresql+psycopg://nobody:a-password@127.0.0.1:1/nothing"


@contextmanager
def impatient():
    """New connections wait a moment for a lock of SQLite's file, instead of half a minute."""

    def hurry(connection, _record):
        connection.execute("PRAGMA busy_timeout=50")

    db.engine.dispose()
    event.listen(db.engine, "connect", hurry)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", hurry)
        db.engine.dispose()


@contextmanager
def held(settings):
    """Another process has the write lock of the file."""
    with closing(sqlite3.connect(settings.data_dir / "houqin.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def made_read_only():
    """No transaction may write, whatever it asked for."""

    def forbid(connection):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    event.listen(db.engine, "begin", forbid)
    try:
        yield
    finally:
        event.remove(db.engine, "begin", forbid)


@pytest.mark.parametrize("path", ["/me", "/canteens", "/home"])
def test_without_a_database_every_call_says_when_to_try_again(app_with, path):
    answer = Client(app_with(database_url=NOWHERE), "a-token").get(path)
    assert (answer.status, answer.error) == (503, "app.unavailable")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/console/", "/console/login", "/screen/canteen/1", "/q/abc"])
def test_without_a_database_no_page_crashes(app_with, path):
    asked = app_with(database_url=NOWHERE).test_client()
    asked.set_cookie("houqin_console", "a-token")
    answer = asked.get(path)
    assert answer.status_code in (200, 503)  # Who is not asked for, like the login's form, is shown.
    assert "系统出现错误" not in answer.text
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) > 0


def test_a_form_of_the_console_is_told_in_the_envelope(app_with):
    body = {"staff_no": "1001", "password": "a password that is long"}
    answer = app_with(database_url=NOWHERE).test_client().post("/console/login", json=body)
    assert (answer.status_code, answer.json["error"]) == (503, "app.unavailable")


def test_without_a_database_open311_says_so_in_its_own_words(app_with):
    asked = app_with(database_url=NOWHERE).test_client()
    answer = asked.get("/open311/v2/services.json")
    told = [{"code": 503, "description": Unavailable.message}]
    assert (answer.status_code, answer.json) == (503, told)
    assert int(answer.headers["Retry-After"]) > 0
    assert b"<code>503</code>" in asked.get("/open311/v2/services.xml").data


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_server_that_was_made_read_only_is_read_as_ever_and_refuses_who_writes(compound):
    client = compound.client(compound.staff())
    said = {"text": "食堂的汤很好喝，希望常有", "kind": "other"}
    with made_read_only():
        assert client.get("/me").status == 200
        refused = client.post("/suggestions", said, key="one")
        assert (refused.status, refused.error) == (503, "app.unavailable")
        assert int(refused.headers["Retry-After"]) > 0
    assert client.post("/suggestions", said, key="one").status == 201


@pytest.mark.processes
@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_standby_refuses_units_as_an_outage_and_nothing_else_is_taken_for_one(settings, applications):
    with clusters(memory()) as made:
        server = made.primary(fsync="off", autovacuum="off")
        url = server.url().replace("postgresql:", "postgresql+psycopg:")
        with applications.on(replace(settings, database_url=url)) as app, app.app_context():
            with pytest.raises(NotSupportedError):
                atomic(lambda: unit().exec_driver_sql("SELECT 1 FROM one.two.three"))()
            db.session.remove()
            db.engine.dispose()
            server.stop()
            (server.data / "standby.signal").touch()
            server.start()
            assert db.session.scalar(text("SELECT 1")) == 1
            with pytest.raises(Unavailable):
                atomic(lambda: unit().exec_driver_sql("SELECT 1"))()


def test_the_database_gives_up_what_keeps_silent(app):
    """A machine that is gone answers nothing: neither is it waited for, nor keeps it its locks."""
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar() == "1min"
        given = connection.connection.dbapi_connection.info.get_parameters()
    assert given["connect_timeout"] == "10"
    assert given["tcp_user_timeout"] == "25000"


def test_what_is_acknowledged_was_given_to_the_disk(app):
    """No test cuts the power; that the database waits for the disk is its own promise."""
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_a_database_that_keeps_silent_is_given_up(app_with, settings, soak):
    """Its machine accepts, and nothing comes: ten seconds of waiting, so in the long run alone."""
    if not soak or settings.is_sqlite:
        return
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        answer = Client(app_with(database_url=url)).request("GET", "/readyz")
    assert (answer.status, answer.envelope["data"]["check"]) == (503, "database")


def test_a_file_that_somebody_holds_is_busy_to_who_writes_and_open_to_who_reads(compound, settings):
    if not settings.is_sqlite:
        return
    client = compound.client(compound.staff())
    said = {"text": "食堂的汤很好喝，希望常有", "kind": "other"}
    with impatient():
        with held(settings):
            assert client.get("/me").status == 200
            refused = client.post("/suggestions", said, key="one")
            assert (refused.status, refused.error) == (503, "app.unavailable")
            assert int(refused.headers["Retry-After"]) > 0
        assert client.post("/suggestions", said, key="one").status == 201


def test_threads_do_not_queue_for_ever_behind_one_that_waits(app, monkeypatch):
    if db.engine.dialect.name != "sqlite":
        return
    monkeypatch.setattr(database, "_SQLITE_QUEUE_S", 0.05)
    begun, over = threading.Event(), threading.Event()

    @atomic
    def long():
        begun.set()
        over.wait(60)

    def first():
        with app.app_context():
            long()

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert begun.wait(60)
        with pytest.raises(Unavailable):
            atomic(lambda: None)()
    finally:
        over.set()
        thread.join()
    atomic(lambda: None)()


@pytest.mark.parametrize("error", [PoolTimeout(), sqlite3.OperationalError("disk I/O error")])
def test_what_the_drivers_say_for_themselves_is_understood(app, error):
    assert isinstance(unavailable(error), Unavailable)


@pytest.mark.parametrize("error", [ValueError("no"), sqlite3.IntegrityError("no")])
def test_a_fault_of_ours_is_no_outage(app, error):
    assert unavailable(error) is None

"""Databases that are used again: each begins as if it had just been made."""

from contextlib import closing

import psycopg
import pytest

from tests import recycled
from tests.recycled import Recycled

# For each table: what the planner knows of it, and every row with where it lies.
_EVERY_ROW = """
    SELECT string_agg(format(
        'SELECT %L, pg_relation_size(%s),'
        ' (SELECT string_agg(t.ctid || t::text, '';'' ORDER BY t.ctid) FROM %I t)',
        relname || ' ' || relpages || ' ' || reltuples, oid, relname), ' UNION ALL ' ORDER BY relname)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""
_COUNTERS = "SELECT sequencename::text, start_value, last_value FROM pg_sequences"
CAMPUS = "INSERT INTO campuses (name, is_active, position) VALUES ('东院', true, 1), ('西院', true, 2)"


@pytest.fixture
def url(postgres_template):
    """A database that nobody has used."""
    if postgres_template.origin is None:
        pytest.skip("the server's user may not clean up")
    with postgres_template.copy_of(postgres_template.url_of(postgres_template.name)) as url:
        yield url


@pytest.fixture
def used(url, postgres_template):
    """It, to be used again."""
    with closing(Recycled("used", url, postgres_template.origin)) as used:
        yield used


def run(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def contents(url):
    """Whatever could tell one database from another."""
    with psycopg.connect(url) as connection:
        statement = connection.execute(_EVERY_ROW).fetchone()[0]
        return connection.execute(statement.encode()).fetchall() + connection.execute(_COUNTERS).fetchall()


def test_nothing_is_left_of_what_was_written(url, used):
    fresh = contents(url)
    run(
        url,
        CAMPUS,
        "INSERT INTO departments (name, position) VALUES ('综合处', 0)",
        "BEGIN; INSERT INTO departments (name, position) VALUES ('作废', 1); ROLLBACK",
        "SELECT nextval('orders_id_seq')",
        "UPDATE roles SET name = name || '!'",
        "DELETE FROM role_permissions WHERE role_id = 1",
        "INSERT INTO roles (code, name) VALUES ('another', '又一个')",
        "VACUUM campuses",
    )
    assert contents(url) != fresh
    assert used.clean()
    assert contents(url) == fresh
    run(url, CAMPUS)
    assert used.clean()
    assert contents(url) == fresh


def test_each_use_has_an_address_of_its_own(used):
    before = used.url
    with psycopg.connect(before) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert used.clean()
    assert used.url != before


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
        "ALTER TABLE campuses ADD COLUMN more integer",
        "ALTER TABLE campuses ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE suggestions ADD CONSTRAINT no_more CHECK (text = '')",
        "ALTER TABLE weighed_meals RENAME TO away; ALTER TABLE away RENAME TO weighed_meals",
        "CREATE TABLE another (id integer)",
        "DROP INDEX uq_orders_active",
        f"{CAMPUS}; ANALYZE campuses",
    ],
)
def test_what_is_different_otherwise_is_not_used_again(url, used, statement):
    run(url, statement)
    assert not used.clean()


def test_nor_is_what_somebody_is_still_connected_to(url, used, monkeypatch):
    monkeypatch.setattr(recycled, "_LEAVING_S", 0.05)
    with psycopg.connect(url):
        assert not used.clean()
    assert used.clean()


def test_nor_is_one_that_cut_its_connections(url, used):
    run(
        url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    assert not used.clean()

"""Migrations: they make what the models say, and go back as well as forth."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from backend.db import WRITING, db


def test_the_migrations_make_what_the_models_say(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_they_go_down_and_up_again(app):
    def tables():
        db.session.rollback()
        return set(inspect(db.engine).get_table_names()) - {"alembic_version"}

    before = tables()
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == before


def test_the_connection_for_writing_is_known_for_every_database(app):
    assert db.engine.dialect.name in WRITING

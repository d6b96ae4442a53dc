"""Alembic's environment: migrations run on the application's own engine."""

from typing import Literal

from alembic import context
from flask import current_app

from backend.db import WRITING, UTCDateTime, db


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations import nothing of ours: our types are written as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def run() -> None:
    """Migrate. The tables are known, because the application has imported every module."""
    writing = db.engine.execution_options(**WRITING[db.engine.dialect.name])
    with writing.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()

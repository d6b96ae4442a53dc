"""Tables that only grow: triggers which refuse every change, for migrations to make."""

from alembic import op


def make_append_only(table: str) -> None:
    """Let the database refuse UPDATE, DELETE and TRUNCATE on a table of the migration at work.

    On PostgreSQL by `refuse_change()` of migration 0002.
    """
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )

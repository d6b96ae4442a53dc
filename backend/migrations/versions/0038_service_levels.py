"""Service levels: policies, calendars and clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "place_classes",
        sa.Column("place_kind", sa.String(length=10), nullable=False),
        sa.Column("place_id", ID, autoincrement=False, nullable=False),
        sa.Column("place_class", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("place_kind", "place_id", name=op.f("pk_place_classes")),
    )
    op.create_table(
        "service_calendars",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("by_weekday", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_calendars")),
        sa.UniqueConstraint("name", name=op.f("uq_service_calendars_name")),
    )
    op.create_table(
        "service_pauses",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=True),
        sa.CheckConstraint("until_at >= from_at", name=op.f("ck_service_pauses_span")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_pauses")),
    )
    op.create_index(
        op.f("ix_service_pauses_subject_id_cycle"), "service_pauses", ["subject_id", "cycle"], unique=False
    )
    op.create_index(
        "uq_service_pauses_open",
        "service_pauses",
        ["subject_id"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "service_policy_versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("effective_at", AT, nullable=True),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("changed_by_name", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_policy_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_service_policy_versions_number")),
    )
    op.create_table(
        "service_policy_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("place_class", sa.String(length=10), nullable=False),
        sa.Column("calendar_id", ID, nullable=True),
        sa.Column("response_counting", sa.String(length=10), nullable=False),
        sa.Column("response_amount", sa.Integer(), nullable=False),
        sa.Column("resolution_counting", sa.String(length=10), nullable=False),
        sa.Column("resolution_amount", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "response_amount > 0 AND resolution_amount > 0", name=op.f("ck_service_policy_lines_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["service_calendars.id"],
            name=op.f("fk_service_policy_lines_calendar_id_service_calendars"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["repair_categories.id"],
            name=op.f("fk_service_policy_lines_category_id_repair_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["service_policy_versions.id"],
            name=op.f("fk_service_policy_lines_version_id_service_policy_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_policy_lines")),
        sa.UniqueConstraint(
            "version_id", "position", name=op.f("uq_service_policy_lines_version_id_position")
        ),
    )
    op.create_table(
        "service_clocks",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("line_id", ID, nullable=True),
        sa.Column("calendar_id", ID, nullable=True),
        sa.Column("calendar", sa.String(length=60), nullable=False),
        sa.Column("counting", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("next_step", sa.SmallInteger(), nullable=True),
        sa.Column("next_step_at", AT, nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (verdict IN ('running', 'paused'))", name=op.f("ck_service_clocks_ended")
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["service_calendars.id"],
            name=op.f("fk_service_clocks_calendar_id_service_calendars"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["service_policy_lines.id"],
            name=op.f("fk_service_clocks_line_id_service_policy_lines"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_clocks")),
        sa.UniqueConstraint(
            "subject_id", "cycle", "kind", name=op.f("uq_service_clocks_subject_id_cycle_kind")
        ),
    )
    op.create_index(
        "ix_service_clocks_due",
        "service_clocks",
        ["kind", "due_at", "verdict", "subject_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_service_clocks_open",
        "service_clocks",
        ["subject_id", "kind", "due_at", "verdict", "ended_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_service_clocks_next_step",
        "service_clocks",
        ["next_step_at"],
        unique=False,
        sqlite_where=sa.text("next_step_at IS NOT NULL"),
        postgresql_where=sa.text("next_step_at IS NOT NULL"),
    )
    op.create_table(
        "service_escalations",
        sa.Column("clock_id", ID, nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("fired_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["service_clocks.id"], name=op.f("fk_service_escalations_clock_id_service_clocks")
        ),
        sa.PrimaryKeyConstraint("clock_id", "step", name=op.f("pk_service_escalations")),
    )
    op.create_index(
        op.f("ix_service_escalations_fired_at"), "service_escalations", ["fired_at"], unique=False
    )
    _make_append_only("service_escalations")


def _make_append_only(table: str) -> None:
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


def downgrade() -> None:
    op.drop_table("service_escalations")
    op.drop_table("service_clocks")
    op.drop_table("service_policy_lines")
    op.drop_table("service_policy_versions")
    op.drop_table("service_pauses")
    op.drop_table("service_calendars")
    op.drop_table("place_classes")

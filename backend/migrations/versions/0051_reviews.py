"""服务保障通报: bulletins, meetings and the demands of resident units."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

APPEND_ONLY = ("service_review_documents", "review_agenda", "review_demand_events")
_CHANGES = ("UPDATE", "DELETE")
# What holds of a row that may neither change nor go.
FROZEN = {
    "service_reviews": "OLD.state = 'published'",
    "review_demands": "OLD.state IN ('confirmed', 'withdrawn')",
}


def upgrade() -> None:
    op.create_table(
        "review_meetings",
        sa.Column("id", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_by_name", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_meetings")),
        sa.UniqueConstraint("held_on", name=op.f("uq_review_meetings_held_on")),
    )
    op.create_table(
        "service_reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("corrects_id", ID, nullable=True),
        sa.Column("correction_reason", sa.String(length=300), nullable=False),
        sa.Column("issue_year", sa.SmallInteger(), nullable=True),
        sa.Column("issue", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("figures_at", AT, nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("drafted_by", ID, nullable=False),
        sa.Column("drafted_by_name", sa.String(length=50), nullable=False),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("submitted_by", ID, nullable=True),
        sa.Column("submitted_by_name", sa.String(length=50), nullable=False),
        sa.Column("opinion", sa.String(length=500), nullable=False),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("published_by", ID, nullable=True),
        sa.Column("published_by_name", sa.String(length=50), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL AND issue IS NOT NULL"
            " AND issue_year IS NOT NULL AND content_hash IS NOT NULL)",
            name=op.f("ck_service_reviews_published"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'published')", name=op.f("ck_service_reviews_state")
        ),
        sa.CheckConstraint("(version = 1) = (corrects_id IS NULL)", name=op.f("ck_service_reviews_corrects")),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["service_reviews.id"],
            name=op.f("fk_service_reviews_corrects_id_service_reviews"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_reviews")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_service_reviews_corrects_id")),
        sa.UniqueConstraint("first_day", "version", name=op.f("uq_service_reviews_first_day_version")),
        sa.UniqueConstraint(
            "issue_year", "issue", "version", name=op.f("uq_service_reviews_issue_year_issue_version")
        ),
    )
    op.create_index(
        op.f("ix_service_reviews_published_at"), "service_reviews", ["published_at"], unique=False
    )
    op.create_table(
        "review_meeting_units",
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_review_meeting_units_department_id_departments"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["review_meetings.id"],
            name=op.f("fk_review_meeting_units_meeting_id_review_meetings"),
        ),
        sa.PrimaryKeyConstraint("meeting_id", "department_id", name=op.f("pk_review_meeting_units")),
    )
    op.create_table(
        "service_review_documents",
        sa.Column("bulletin_id", ID, nullable=False),
        sa.Column("media", sa.String(length=4), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("printed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"],
            ["service_reviews.id"],
            name=op.f("fk_service_review_documents_bulletin_id_service_reviews"),
        ),
        sa.PrimaryKeyConstraint("bulletin_id", "media", name=op.f("pk_service_review_documents")),
    )
    op.create_table(
        "review_demands",
        sa.Column("id", ID, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("carried", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_review_demands_department_id_departments")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["review_meetings.id"], name=op.f("fk_review_demands_meeting_id_review_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["handling_offices.id"], name=op.f("fk_review_demands_office_id_handling_offices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_demands")),
    )
    op.create_index(op.f("ix_review_demands_meeting_id"), "review_demands", ["meeting_id"], unique=False)
    op.create_index(
        op.f("ix_review_demands_office_id_state"), "review_demands", ["office_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_review_demands_state_due_on"), "review_demands", ["state", "due_on"], unique=False
    )
    op.create_table(
        "review_agenda",
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("demand_id", ID, nullable=False),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["review_demands.id"], name=op.f("fk_review_agenda_demand_id_review_demands")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["review_meetings.id"], name=op.f("fk_review_agenda_meeting_id_review_meetings")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "demand_id", name=op.f("pk_review_agenda")),
    )
    op.create_index(op.f("ix_review_agenda_demand_id"), "review_agenda", ["demand_id"], unique=False)
    op.create_table(
        "review_demand_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("demand_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["review_demands.id"],
            name=op.f("fk_review_demand_events_demand_id_review_demands"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_demand_events")),
    )
    op.create_index(
        op.f("ix_review_demand_events_demand_id"), "review_demand_events", ["demand_id"], unique=False
    )
    for table in APPEND_ONLY:
        make_append_only(table)
    _freeze()


def _freeze() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, condition in FROZEN.items():
        for verb in _CHANGES:
            name = f"{table}_frozen_{verb.lower()}"
            if is_sqlite:
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table}"
                    f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
                )
                continue
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF {condition} THEN RAISE EXCEPTION '{table} is frozen'; END IF;"
                f" RETURN {'OLD' if verb == 'DELETE' else 'NEW'}; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )


def downgrade() -> None:
    op.drop_table("review_demand_events")
    op.drop_table("review_agenda")
    op.drop_table("review_demands")
    op.drop_table("service_review_documents")
    op.drop_table("review_meeting_units")
    op.drop_table("service_reviews")
    op.drop_table("review_meetings")
    if op.get_bind().dialect.name != "sqlite":
        for table in FROZEN:
            for verb in _CHANGES:
                op.execute(f"DROP FUNCTION {table}_frozen_{verb.lower()}()")

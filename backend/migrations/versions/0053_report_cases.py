"""Deadlines of reports, applications, visits, seals and daily sums; photos that nobody is named for."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # The table is made anew there, while others refer to it.
        op.execute("PRAGMA defer_foreign_keys = ON")
    owned_or_loose = sa.CheckConstraint(
        "(state = 'uploaded' AND owner_kind IS NULL AND owner_id IS NULL AND loose_since IS NOT NULL)"
        " OR (state <> 'uploaded' AND owner_kind IS NOT NULL AND owner_id IS NOT NULL"
        " AND loose_since IS NULL)",
        name=op.f("ck_photos_owned_or_loose"),
    )
    with op.batch_alter_table("photos", table_args=[owned_or_loose]) as photos:
        photos.alter_column("uploaded_by", existing_type=ID, nullable=True)
    op.create_table(
        "report_clocks",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("deadline", sa.String(length=10), nullable=False),
        sa.Column("counting", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("extended_at", AT, nullable=True),
        sa.Column("extended_until", AT, nullable=True),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("next_step", sa.SmallInteger(), nullable=True),
        sa.Column("next_step_at", AT, nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (verdict IN ('running', 'paused'))", name=op.f("ck_report_clocks_ended")
        ),
        sa.CheckConstraint(
            "(extended_until IS NULL) = (extended_at IS NULL)", name=op.f("ck_report_clocks_extended")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_report_clocks_amount")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_clocks")),
        sa.UniqueConstraint(
            "subject_id", "cycle", "kind", name=op.f("uq_report_clocks_subject_id_cycle_kind")
        ),
    )
    op.create_index(
        "ix_report_clocks_due",
        "report_clocks",
        ["kind", "due_at", "verdict", "subject_id", "ended_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_report_clocks_next_step",
        "report_clocks",
        ["next_step_at"],
        unique=False,
        sqlite_where=sa.text("next_step_at IS NOT NULL"),
        postgresql_where=sa.text("next_step_at IS NOT NULL"),
    )
    op.create_table(
        "report_days",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("category_id", ID, autoincrement=False, nullable=False),
        sa.Column("campus_id", ID, autoincrement=False, nullable=False),
        sa.Column("building_id", ID, autoincrement=False, nullable=False),
        sa.Column("office_id", ID, autoincrement=False, nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("unserved", sa.Integer(), nullable=False),
        sa.Column("response_met", sa.Integer(), nullable=False),
        sa.Column("response_missed", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("answer_met", sa.Integer(), nullable=False),
        sa.Column("answer_missed", sa.Integer(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("partly", sa.Integer(), nullable=False),
        sa.Column("unresolved", sa.Integer(), nullable=False),
        sa.Column("lapsed", sa.Integer(), nullable=False),
        sa.Column("visited", sa.Integer(), nullable=False),
        sa.Column("visit_reached", sa.Integer(), nullable=False),
        sa.Column("visit_resolved", sa.Integer(), nullable=False),
        sa.Column("visit_partly", sa.Integer(), nullable=False),
        sa.Column("visit_unresolved", sa.Integer(), nullable=False),
        sa.Column("visit_graded", sa.Integer(), nullable=False),
        sa.Column("visit_satisfied", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("transferred", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "on_date", "category_id", "campus_id", "building_id", "office_id", name=op.f("pk_report_days")
        ),
    )
    op.create_table(
        "report_pauses",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=True),
        sa.CheckConstraint("until_at >= from_at", name=op.f("ck_report_pauses_span")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_pauses")),
    )
    op.create_index(
        op.f("ix_report_pauses_subject_id_cycle"), "report_pauses", ["subject_id", "cycle"], unique=False
    )
    op.create_index(
        "uq_report_pauses_open",
        "report_pauses",
        ["subject_id"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )
    op.create_table(
        "report_escalations",
        sa.Column("clock_id", ID, nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("fired_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["report_clocks.id"], name=op.f("fk_report_escalations_clock_id_report_clocks")
        ),
        sa.PrimaryKeyConstraint("clock_id", "step", name=op.f("pk_report_escalations")),
    )
    op.create_index(op.f("ix_report_escalations_fired_at"), "report_escalations", ["fired_at"], unique=False)
    op.create_table(
        "report_applications",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("wanted_office_id", ID, nullable=True),
        sa.Column("until_at", AT, nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_by_name", sa.String(length=50), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), nullable=False),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(kind = 'extension') = (until_at IS NOT NULL)", name=op.f("ck_report_applications_extension")
        ),
        sa.CheckConstraint(
            "(kind = 'suspension') = (review_on IS NOT NULL)", name=op.f("ck_report_applications_suspension")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_report_applications_decided")
        ),
        sa.CheckConstraint(
            "kind = 'objection' OR wanted_office_id IS NULL", name=op.f("ck_report_applications_objection")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff.id"], name=op.f("fk_report_applications_asked_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["handling_offices.id"],
            name=op.f("fk_report_applications_office_id_handling_offices"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_applications_report_id_reports")
        ),
        sa.ForeignKeyConstraint(
            ["wanted_office_id"],
            ["handling_offices.id"],
            name=op.f("fk_report_applications_wanted_office_id_handling_offices"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_applications")),
    )
    op.create_index(
        "ix_report_applications_queue",
        "report_applications",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        op.f("ix_report_applications_report_id"), "report_applications", ["report_id"], unique=False
    )
    op.create_index(
        "uq_report_applications_waiting",
        "report_applications",
        ["report_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "report_visits",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("visited_at", AT, nullable=False),
        sa.Column("visited_by", ID, nullable=False),
        sa.Column("visited_by_name", sa.String(length=50), nullable=False),
        sa.Column("is_reached", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("is_reopening", sa.Boolean(), nullable=False),
        sa.CheckConstraint("is_reached = (outcome <> '')", name=op.f("ck_report_visits_outcome")),
        sa.CheckConstraint(
            "grade IS NULL OR (is_reached AND grade BETWEEN 1 AND 5)", name=op.f("ck_report_visits_grade")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_visits_report_id_reports")
        ),
        sa.ForeignKeyConstraint(["visited_by"], ["staff.id"], name=op.f("fk_report_visits_visited_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_visits")),
        sa.UniqueConstraint("report_id", "cycle", name=op.f("uq_report_visits_report_id_cycle")),
    )
    op.create_table(
        "seal_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("looked_at", AT, nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (is_granted IS NULL)",
            name=op.f("ck_seal_requests_decided"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_seal_requests_two_persons")
        ),
        sa.CheckConstraint("looked_at IS NULL OR is_granted", name=op.f("ck_seal_requests_looked")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_seal_requests_asked_by_staff")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_seal_requests_decided_by_staff")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_seal_requests_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_requests")),
    )
    op.create_index(op.f("ix_seal_requests_report_id"), "seal_requests", ["report_id"], unique=False)
    op.create_index(
        "uq_seal_requests_waiting",
        "seal_requests",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    # Who sent the photos of unnamed reporters was never kept: they stay as they are.
    op.drop_table("seal_requests")
    op.drop_table("report_visits")
    op.drop_table("report_applications")
    op.drop_table("report_escalations")
    op.drop_table("report_pauses")
    op.drop_table("report_days")
    op.drop_table("report_clocks")

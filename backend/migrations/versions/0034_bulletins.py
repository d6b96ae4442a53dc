"""Bulletins and their documents, the loads that collectors took, and the reports to a superior platform.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
APPEND_ONLY = ("bulletin_documents", "waste_hand_overs", "received_reports")


def upgrade() -> None:
    op.create_table(
        "bulletins",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
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
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("figures_at", AT, nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("drafted_by", ID, nullable=False),
        sa.Column("drafted_by_name", sa.String(length=50), nullable=False),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("submitted_by", ID, nullable=True),
        sa.Column("submitted_by_name", sa.String(length=50), nullable=False),
        sa.Column("returned_at", AT, nullable=True),
        sa.Column("returned_by_name", sa.String(length=50), nullable=False),
        sa.Column("opinion", sa.String(length=500), nullable=False),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("published_by", ID, nullable=True),
        sa.Column("published_by_name", sa.String(length=50), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL AND issue IS NOT NULL"
            " AND issue_year IS NOT NULL AND content_hash IS NOT NULL)",
            name=op.f("ck_bulletins_published"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'published')", name=op.f("ck_bulletins_state")
        ),
        sa.CheckConstraint("(version = 1) = (corrects_id IS NULL)", name=op.f("ck_bulletins_corrects")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["bulletins.id"], name=op.f("fk_bulletins_corrects_id_bulletins")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletins")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_bulletins_corrects_id")),
        sa.UniqueConstraint(
            "issue_year", "issue", "version", name=op.f("uq_bulletins_issue_year_issue_version")
        ),
        sa.UniqueConstraint("kind", "first_day", "version", name=op.f("uq_bulletins_kind_first_day_version")),
    )
    op.create_index(op.f("ix_bulletins_published_at"), "bulletins", ["published_at"], unique=False)
    op.create_table(
        "bulletin_documents",
        sa.Column("bulletin_id", ID, nullable=False),
        sa.Column("media", sa.String(length=4), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("printed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletins.id"], name=op.f("fk_bulletin_documents_bulletin_id_bulletins")
        ),
        sa.PrimaryKeyConstraint("bulletin_id", "media", name=op.f("pk_bulletin_documents")),
    )
    op.create_table(
        "direct_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("bulletin_id", ID, nullable=False),
        sa.Column("unit_code", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", AT, nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("receipt_no", sa.String(length=64), nullable=False),
        sa.Column("queued_at", AT, nullable=False),
        sa.Column("queued_by_name", sa.String(length=50), nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (settled_at IS NULL)", name=op.f("ck_direct_reports_settled")
        ),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletins.id"], name=op.f("fk_direct_reports_bulletin_id_bulletins")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_direct_reports")),
        sa.UniqueConstraint("bulletin_id", name=op.f("uq_direct_reports_bulletin_id")),
        sa.UniqueConstraint(
            "unit_code", "period", "version", name=op.f("uq_direct_reports_unit_code_period_version")
        ),
    )
    op.create_index(
        "ix_direct_reports_waiting",
        "direct_reports",
        ["next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "received_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("receipt_no", sa.String(length=64), nullable=False),
        sa.Column("replaced_version", sa.SmallInteger(), nullable=True),
        sa.Column("received_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["evaluation_units.id"], name=op.f("fk_received_reports_unit_id_evaluation_units")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_received_reports_device_id_devices")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["unit_reports.id"], name=op.f("fk_received_reports_report_id_unit_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_reports")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_received_reports_receipt_no")),
        sa.UniqueConstraint(
            "unit_id", "period", "version", name=op.f("uq_received_reports_unit_id_period_version")
        ),
    )
    op.create_table(
        "waste_hand_overs",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("handed_at", AT, nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(length=60), nullable=False),
        sa.Column("use", sa.String(length=60), nullable=False),
        sa.Column("vehicle_no", sa.String(length=20), nullable=False),
        sa.Column("receipt_no", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_by_name", sa.String(length=50), nullable=False),
        sa.Column("void_of", ID, nullable=True),
        sa.CheckConstraint("weight_g > 0", name=op.f("ck_waste_hand_overs_weight")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_waste_hand_overs_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["void_of"], ["waste_hand_overs.id"], name=op.f("fk_waste_hand_overs_void_of_waste_hand_overs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waste_hand_overs")),
        sa.UniqueConstraint("void_of", name=op.f("uq_waste_hand_overs_void_of")),
    )
    op.create_index(
        op.f("ix_waste_hand_overs_canteen_id_handed_on"),
        "waste_hand_overs",
        ["canteen_id", "handed_on"],
        unique=False,
    )
    _protect()


def _protect() -> None:
    """A published bulletin never changes; documents and loads are append-only."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER bulletins_published_no_{verb.lower()} BEFORE {verb} ON bulletins"
                " WHEN OLD.state = 'published' BEGIN SELECT RAISE(ABORT, 'a published bulletin is append-only'); END"
            )
            for table in APPEND_ONLY:
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE TRIGGER bulletins_published BEFORE UPDATE OR DELETE ON bulletins"
        " FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER bulletins_no_truncate BEFORE TRUNCATE ON bulletins"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("waste_hand_overs")
    op.drop_table("received_reports")
    op.drop_table("direct_reports")
    op.drop_table("bulletin_documents")
    op.drop_table("bulletins")

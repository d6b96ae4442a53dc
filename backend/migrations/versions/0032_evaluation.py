"""Evaluated units, what they report, and the quarterly evaluation.

Every canteen of ours becomes a unit. Reports and steps are append-only; answers of a closed sheet, and the
sheet itself, never change.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

APPEND_ONLY = ("unit_reports", "evaluation_steps")
FROZEN = {
    "evaluation_sheets": "OLD.state = 'closed'",
    "evaluation_answers": "(SELECT state FROM evaluation_sheets s WHERE s.id = OLD.sheet_id) = 'closed'",
}


def _guard() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        if is_sqlite:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            continue
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table, condition in FROZEN.items():
        if is_sqlite:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_frozen_{verb.lower()} BEFORE {verb} ON {table}"
                    f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
                )
            continue
        op.execute(
            f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF {condition} THEN RAISE EXCEPTION '{table} is frozen'; END IF;"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_frozen()"
        )


def _add_own_canteens() -> None:
    op.execute(
        "INSERT INTO evaluation_units (code, name, level, region, operation, serving, canteens, diners,"
        " contact, canteen_id, is_active, created_at, changed_at)"
        " SELECT 'canteen-' || id, name, 'city', '', 'own', 'mixed', 1, 0, '', id, is_active,"
        " CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM canteens"
    )


def upgrade() -> None:
    op.create_table(
        "evaluation_rounds",
        sa.Column("id", ID, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("quarter", sa.SmallInteger(), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_evaluation_rounds_closed")
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_evaluation_rounds_quarter")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["score_sheet_versions.id"],
            name=op.f("fk_evaluation_rounds_version_id_score_sheet_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_rounds")),
        sa.UniqueConstraint("year", "quarter", name=op.f("uq_evaluation_rounds_year_quarter")),
    )
    op.create_table(
        "evaluation_units",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("region", sa.String(length=50), nullable=False),
        sa.Column("operation", sa.String(length=10), nullable=False),
        sa.Column("serving", sa.String(length=10), nullable=False),
        sa.Column("canteens", sa.SmallInteger(), nullable=False),
        sa.Column("diners", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("canteen_id", ID, nullable=True),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint(
            "canteen_id IS NULL OR device_id IS NULL", name=op.f("ck_evaluation_units_own_or_reported")
        ),
        sa.CheckConstraint("canteens >= 0", name=op.f("ck_evaluation_units_canteens")),
        sa.CheckConstraint("diners >= 0", name=op.f("ck_evaluation_units_diners")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_evaluation_units_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_evaluation_units_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_units")),
        sa.UniqueConstraint("canteen_id", name=op.f("uq_evaluation_units_canteen_id")),
        sa.UniqueConstraint("code", name=op.f("uq_evaluation_units_code")),
        sa.UniqueConstraint("device_id", name=op.f("uq_evaluation_units_device_id")),
        sa.UniqueConstraint("name", name=op.f("uq_evaluation_units_name")),
    )
    op.create_table(
        "evaluation_sheets",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("region", sa.String(length=50), nullable=False),
        sa.Column("operation", sa.String(length=10), nullable=False),
        sa.Column("serving", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("evidence_at", AT, nullable=True),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("submitted_by", ID, nullable=True),
        sa.Column("submitted_by_name", sa.String(length=50), nullable=False),
        sa.Column("return_note", sa.String(length=500), nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.Column("closed_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_evaluation_sheets_closed")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["evaluation_rounds.id"],
            name=op.f("fk_evaluation_sheets_round_id_evaluation_rounds"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["evaluation_units.id"], name=op.f("fk_evaluation_sheets_unit_id_evaluation_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_sheets")),
        sa.UniqueConstraint("round_id", "unit_id", name=op.f("uq_evaluation_sheets_round_id_unit_id")),
    )
    op.create_index(op.f("ix_evaluation_sheets_unit_id"), "evaluation_sheets", ["unit_id"], unique=False)
    op.create_table(
        "unit_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("diners", sa.Integer(), nullable=False),
        sa.Column("meals_served", sa.Integer(), nullable=False),
        sa.Column("meals_measured", sa.Integer(), nullable=False),
        sa.Column("prepared_g", ID, nullable=True),
        sa.Column("storage_g", ID, nullable=True),
        sa.Column("preparation_g", ID, nullable=True),
        sa.Column("unserved_g", ID, nullable=True),
        sa.Column("plate_g", ID, nullable=True),
        sa.Column("reused_g", ID, nullable=True),
        sa.Column("purchased_g", ID, nullable=True),
        sa.Column("purchase_fen", ID, nullable=True),
        sa.Column("cost_fen", ID, nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("via", sa.String(length=5), nullable=False),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("reported_at", AT, nullable=False),
        sa.Column("reported_by", ID, nullable=False),
        sa.Column("reported_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint("meals_measured <= meals_served", name=op.f("ck_unit_reports_measured")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_unit_reports_device_id_devices")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["evaluation_units.id"], name=op.f("fk_unit_reports_unit_id_evaluation_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_reports")),
        sa.UniqueConstraint(
            "unit_id", "month", "version", name=op.f("uq_unit_reports_unit_id_month_version")
        ),
    )
    op.create_index(op.f("ix_unit_reports_month"), "unit_reports", ["month"], unique=False)
    op.create_table(
        "evaluation_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("sheet_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("is_inapplicable", sa.Boolean(), nullable=False),
        sa.Column("self_tenths", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answered_by_name", sa.String(length=50), nullable=False),
        sa.Column("has_evidence", sa.Boolean(), nullable=False),
        sa.Column("is_sufficient", sa.Boolean(), nullable=False),
        sa.Column("proposed_tenths", sa.Integer(), nullable=True),
        sa.Column("evidence_text", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("coverage", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["score_items.id"], name=op.f("fk_evaluation_answers_item_id_score_items")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["evaluation_sheets.id"],
            name=op.f("fk_evaluation_answers_sheet_id_evaluation_sheets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_answers")),
        sa.UniqueConstraint("sheet_id", "item_id", name=op.f("uq_evaluation_answers_sheet_id_item_id")),
    )
    op.create_table(
        "evaluation_steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("sheet_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["evaluation_sheets.id"],
            name=op.f("fk_evaluation_steps_sheet_id_evaluation_sheets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_steps")),
    )
    op.create_index(op.f("ix_evaluation_steps_sheet_id"), "evaluation_steps", ["sheet_id"], unique=False)

    _guard()
    _add_own_canteens()


def downgrade() -> None:
    op.drop_table("evaluation_steps")
    op.drop_table("evaluation_answers")
    op.drop_table("unit_reports")
    op.drop_table("evaluation_sheets")
    op.drop_table("evaluation_units")
    op.drop_table("evaluation_rounds")
    if op.get_bind().dialect.name != "sqlite":
        for table in FROZEN:
            op.execute(f"DROP FUNCTION {table}_frozen")

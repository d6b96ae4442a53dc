"""Spot checks, inspections and rectifications.

A draw and every step are append-only; what was confirmed or ended never changes: triggers refuse it.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

APPEND_ONLY = ("spot_check_plans", "spot_check_lots", "inspection_steps", "rectification_steps")
_CONFIRMED = "(SELECT state FROM inspections i WHERE i.id = OLD.inspection_id) IN ('confirmed', 'cancelled')"
FROZEN = {
    "inspections": "OLD.state IN ('confirmed', 'cancelled')",
    "inspection_members": _CONFIRMED,
    "inspection_items": _CONFIRMED,
    "rectifications": "OLD.state IN ('closed', 'withdrawn')",
    "rectification_attempts": "OLD.checked_at IS NOT NULL",
    "rectification_extensions": "OLD.state <> 'waiting'",
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


def upgrade() -> None:
    op.create_table(
        "spot_check_plans",
        sa.Column("id", ID, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("algorithm", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.String(length=100), nullable=False),
        sa.Column("seed_source", sa.String(length=200), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("years", sa.SmallInteger(), nullable=False),
        sa.Column("first_year", sa.SmallInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("drawn_at", AT, nullable=False),
        sa.Column("drawn_by", ID, nullable=False),
        sa.Column("drawn_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint("drawn >= quota AND drawn <= units", name=op.f("ck_spot_check_plans_quota")),
        sa.CheckConstraint("version = 1 OR length(reason) > 0", name=op.f("ck_spot_check_plans_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check_plans")),
        sa.UniqueConstraint("year", "version", name=op.f("uq_spot_check_plans_year_version")),
    )
    op.create_table(
        "inspections",
        sa.Column("id", ID, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=True),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("scoring_id", ID, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.Column("lead_id", ID, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("answer_until_on", sa.Date(), nullable=True),
        sa.Column("total_tenths", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f("ck_inspections_confirmed")
        ),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (total_tenths IS NULL)", name=op.f("ck_inspections_submitted")
        ),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_inspections_window")),
        sa.ForeignKeyConstraint(["lead_id"], ["staff.id"], name=op.f("fk_inspections_lead_id_staff")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["spot_check_plans.id"], name=op.f("fk_inspections_plan_id_spot_check_plans")
        ),
        sa.ForeignKeyConstraint(
            ["scoring_id"], ["scorings.id"], name=op.f("fk_inspections_scoring_id_scorings")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["evaluation_units.id"], name=op.f("fk_inspections_unit_id_evaluation_units")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["score_sheet_versions.id"],
            name=op.f("fk_inspections_version_id_score_sheet_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index(op.f("ix_inspections_unit_id"), "inspections", ["unit_id"], unique=False)
    op.create_index(
        "uq_inspections_live",
        "inspections",
        ["year", "unit_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "rectifications",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("origin_id", ID, nullable=True),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("opened_by_name", sa.String(length=50), nullable=False),
        sa.Column("escalated_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(origin = 'manual') = (origin_id IS NULL)", name=op.f("ck_rectifications_origin")
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)",
            name=op.f("ck_rectifications_ended"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["evaluation_units.id"], name=op.f("fk_rectifications_unit_id_evaluation_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectifications")),
    )
    op.create_index(
        "ix_rectifications_live",
        "rectifications",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'returned')"),
        postgresql_where=sa.text("state IN ('open', 'returned')"),
    )
    op.create_index(
        op.f("ix_rectifications_origin_origin_id"), "rectifications", ["origin", "origin_id"], unique=False
    )
    op.create_index(
        op.f("ix_rectifications_unit_id_due_on"), "rectifications", ["unit_id", "due_on"], unique=False
    )
    op.create_table(
        "spot_check_lots",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("joined_year", sa.SmallInteger(), nullable=False),
        sa.Column("last_checked", sa.SmallInteger(), nullable=True),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("has_failed", sa.Boolean(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("stratum", sa.String(length=10), nullable=False),
        sa.Column("due_year", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["spot_check_plans.id"], name=op.f("fk_spot_check_lots_plan_id_spot_check_plans")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["evaluation_units.id"], name=op.f("fk_spot_check_lots_unit_id_evaluation_units")
        ),
        sa.PrimaryKeyConstraint("plan_id", "unit_id", name=op.f("pk_spot_check_lots")),
        sa.UniqueConstraint("plan_id", "place", name=op.f("uq_spot_check_lots_plan_id_place")),
    )
    op.create_index(op.f("ix_spot_check_lots_unit_id"), "spot_check_lots", ["unit_id"], unique=False)
    op.create_table(
        "inspection_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("inspection_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_items_inspection_id_inspections")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["score_items.id"], name=op.f("fk_inspection_items_item_id_score_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_items")),
        sa.UniqueConstraint(
            "inspection_id", "item_id", name=op.f("uq_inspection_items_inspection_id_item_id")
        ),
    )
    op.create_table(
        "inspection_members",
        sa.Column("inspection_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspections.id"],
            name=op.f("fk_inspection_members_inspection_id_inspections"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_inspection_members_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "staff_id", name=op.f("pk_inspection_members")),
    )
    op.create_index(op.f("ix_inspection_members_staff_id"), "inspection_members", ["staff_id"], unique=False)
    op.create_table(
        "inspection_steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("inspection_id", ID, nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("taken_by", ID, nullable=False),
        sa.Column("taken_by_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("total_tenths", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_steps_inspection_id_inspections")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_steps")),
    )
    op.create_index(
        op.f("ix_inspection_steps_inspection_id"), "inspection_steps", ["inspection_id"], unique=False
    )
    op.create_table(
        "rectification_attempts",
        sa.Column("id", ID, nullable=False),
        sa.Column("rectification_id", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("remark", sa.String(length=1000), nullable=False),
        sa.Column("reported_at", AT, nullable=False),
        sa.Column("reported_by", ID, nullable=False),
        sa.Column("reported_by_name", sa.String(length=50), nullable=False),
        sa.Column("checked_at", AT, nullable=True),
        sa.Column("checked_by", ID, nullable=True),
        sa.Column("checked_by_name", sa.String(length=50), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=True),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.Column("finding", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "(checked_at IS NULL) = (is_passed IS NULL)", name=op.f("ck_rectification_attempts_checked")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name=op.f("fk_rectification_attempts_rectification_id_rectifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_attempts")),
        sa.UniqueConstraint(
            "rectification_id", "number", name=op.f("uq_rectification_attempts_rectification_id_number")
        ),
    )
    op.create_table(
        "rectification_extensions",
        sa.Column("id", ID, nullable=False),
        sa.Column("rectification_id", ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_by_name", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.CheckConstraint("wanted_on > due_on", name=op.f("ck_rectification_extensions_later")),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name=op.f("fk_rectification_extensions_rectification_id_rectifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_extensions")),
    )
    op.create_index(
        op.f("ix_rectification_extensions_rectification_id"),
        "rectification_extensions",
        ["rectification_id"],
        unique=False,
    )
    op.create_index(
        "uq_rectification_extensions_waiting",
        "rectification_extensions",
        ["rectification_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "rectification_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("rectification_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("item_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["score_items.id"], name=op.f("fk_rectification_items_item_id_score_items")
        ),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name=op.f("fk_rectification_items_rectification_id_rectifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_items")),
        sa.UniqueConstraint(
            "rectification_id", "position", name=op.f("uq_rectification_items_rectification_id_position")
        ),
    )
    op.create_table(
        "rectification_steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("rectification_id", ID, nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("taken_by", ID, nullable=False),
        sa.Column("taken_by_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["rectifications.id"],
            name=op.f("fk_rectification_steps_rectification_id_rectifications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_steps")),
    )
    op.create_index(
        op.f("ix_rectification_steps_rectification_id"),
        "rectification_steps",
        ["rectification_id"],
        unique=False,
    )
    _guard()


def downgrade() -> None:
    op.drop_table("rectification_steps")
    op.drop_table("rectification_items")
    op.drop_table("rectification_extensions")
    op.drop_table("rectification_attempts")
    op.drop_table("inspection_steps")
    op.drop_table("inspection_members")
    op.drop_table("inspection_items")
    op.drop_table("spot_check_lots")
    op.drop_table("rectifications")
    op.drop_table("inspections")
    op.drop_table("spot_check_plans")
    if op.get_bind().dialect.name == "postgresql":
        for table in FROZEN:
            op.execute(f"DROP FUNCTION {table}_frozen()")

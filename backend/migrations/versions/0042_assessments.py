"""Assessments of contractors.

What was locked or published, and what it was counted from, never changes: triggers refuse it.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

APPEND_ONLY = ("assessment_counted", "contractor_bulletin_documents")
_CHANGES = ("UPDATE", "DELETE")
# A row of the table may not come, change or go where the condition holds.
FROZEN = {
    "assessment_versions": (_CHANGES, "{row}.state = 'locked'"),
    "assessment_lines": (
        ("INSERT", *_CHANGES),
        "(SELECT state FROM assessment_versions v WHERE v.id = {row}.version_id) = 'locked'",
    ),
    "assessment_appeals": (_CHANGES, "{row}.decided_at IS NOT NULL"),
    "assessment_scales": (
        _CHANGES,
        "EXISTS (SELECT 1 FROM assessment_lines l JOIN assessment_versions v ON v.id = l.version_id"
        " WHERE l.item_id = {row}.item_id AND v.state = 'locked')",
    ),
    "contractor_bulletins": (_CHANGES, "{row}.state = 'published'"),
}


def upgrade() -> None:
    op.create_table(
        "contractor_bulletins",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("corrects_id", ID, nullable=True),
        sa.Column("correction_reason", sa.String(length=500), nullable=False),
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
            "(state = 'published') = (published_at IS NOT NULL AND issue IS NOT NULL AND issue_year IS NOT NULL AND content_hash IS NOT NULL)",
            name=op.f("ck_contractor_bulletins_published"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'published')",
            name=op.f("ck_contractor_bulletins_state"),
        ),
        sa.CheckConstraint(
            "(version = 1) = (corrects_id IS NULL)", name=op.f("ck_contractor_bulletins_corrects")
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["contractor_bulletins.id"],
            name=op.f("fk_contractor_bulletins_corrects_id_contractor_bulletins"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractor_bulletins")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_contractor_bulletins_corrects_id")),
        sa.UniqueConstraint(
            "issue_year", "issue", "version", name=op.f("uq_contractor_bulletins_issue_year_issue_version")
        ),
        sa.UniqueConstraint(
            "kind", "first_day", "version", name=op.f("uq_contractor_bulletins_kind_first_day_version")
        ),
    )
    op.create_table(
        "contractor_bulletin_documents",
        sa.Column("bulletin_id", ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("printed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"],
            ["contractor_bulletins.id"],
            name=op.f("fk_contractor_bulletin_documents_bulletin_id_contractor_bulletins"),
        ),
        sa.PrimaryKeyConstraint("bulletin_id", name=op.f("pk_contractor_bulletin_documents")),
    )
    op.create_table(
        "assessments",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("contractor_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_assessments_contract_id_contracts")
        ),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name=op.f("fk_assessments_contractor_id_contractors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint("contract_id", "month", name=op.f("uq_assessments_contract_id_month")),
    )
    op.create_index(
        op.f("ix_assessments_month_contractor_id"), "assessments", ["month", "contractor_id"], unique=False
    )
    op.create_table(
        "contractor_checks",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("contractor_id", ID, nullable=False),
        sa.Column("sheet_version_id", ID, nullable=False),
        sa.Column("sheet_code", sa.String(length=40), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("opened_by_name", sa.String(length=50), nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("total_tenths", sa.Integer(), nullable=True),
        sa.Column("full_tenths", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("void_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (total_tenths IS NOT NULL)", name=op.f("ck_contractor_checks_closed")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contractor_checks_contract_id_contracts")
        ),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name=op.f("fk_contractor_checks_contractor_id_contractors")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_version_id"],
            ["score_sheet_versions.id"],
            name=op.f("fk_contractor_checks_sheet_version_id_score_sheet_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractor_checks")),
    )
    op.create_index(
        op.f("ix_contractor_checks_contract_id_checked_on"),
        "contractor_checks",
        ["contract_id", "checked_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_contractor_checks_contractor_id_checked_on"),
        "contractor_checks",
        ["contractor_id", "checked_on"],
        unique=False,
    )
    op.create_table(
        "assessment_deductions",
        sa.Column("id", ID, nullable=False),
        sa.Column("assessment_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("points_tenths", sa.Integer(), nullable=False),
        sa.Column("standing_tenths", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_by_name", sa.String(length=50), nullable=False),
        sa.Column("appeal_until", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_by_name", sa.String(length=50), nullable=False),
        sa.Column("withdrawal_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("points_tenths > 0", name=op.f("ck_assessment_deductions_points")),
        sa.CheckConstraint(
            "standing_tenths BETWEEN 0 AND points_tenths", name=op.f("ck_assessment_deductions_standing")
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR standing_tenths = 0", name=op.f("ck_assessment_deductions_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_assessment_deductions_assessment_id_assessments"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["score_items.id"], name=op.f("fk_assessment_deductions_item_id_score_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_deductions")),
    )
    op.create_index(
        op.f("ix_assessment_deductions_assessment_id"),
        "assessment_deductions",
        ["assessment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_assessment_deductions_item_id"), "assessment_deductions", ["item_id"], unique=False
    )
    op.create_table(
        "assessment_scales",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("floor_permille", sa.SmallInteger(), nullable=False),
        sa.Column("target_permille", sa.SmallInteger(), nullable=False),
        sa.Column("min_basis", sa.Integer(), nullable=False),
        sa.CheckConstraint("floor_permille <> target_permille", name=op.f("ck_assessment_scales_scale")),
        sa.CheckConstraint("min_basis > 0", name=op.f("ck_assessment_scales_basis")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["score_items.id"], name=op.f("fk_assessment_scales_item_id_score_items")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_assessment_scales")),
    )
    op.create_table(
        "assessment_versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("assessment_id", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("corrects_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sheet_version_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("monthly_fee_fen", ID, nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        sa.Column("measured_at", AT, nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("opened_by_name", sa.String(length=50), nullable=False),
        sa.Column("locked_at", AT, nullable=True),
        sa.Column("locked_by", ID, nullable=True),
        sa.Column("locked_by_name", sa.String(length=50), nullable=False),
        sa.Column("total_tenths", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.Column("share_tenths", sa.Integer(), nullable=True),
        sa.Column("full_fen", ID, nullable=True),
        sa.Column("payable_fen", ID, nullable=True),
        sa.CheckConstraint("(number = 1) = (reason = '')", name=op.f("ck_assessment_versions_reason")),
        sa.CheckConstraint(
            "(state = 'locked') = (locked_at IS NOT NULL AND share_tenths IS NOT NULL AND payable_fen IS NOT NULL)",
            name=op.f("ck_assessment_versions_locked"),
        ),
        sa.CheckConstraint(
            "(number = 1) = (corrects_id IS NULL)", name=op.f("ck_assessment_versions_corrects")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_assessment_versions_span")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessments.id"],
            name=op.f("fk_assessment_versions_assessment_id_assessments"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["assessment_versions.id"],
            name=op.f("fk_assessment_versions_corrects_id_assessment_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["sheet_version_id"],
            ["score_sheet_versions.id"],
            name=op.f("fk_assessment_versions_sheet_version_id_score_sheet_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_versions")),
        sa.UniqueConstraint(
            "assessment_id", "number", name=op.f("uq_assessment_versions_assessment_id_number")
        ),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_assessment_versions_corrects_id")),
    )
    op.create_index(
        "uq_assessment_versions_open",
        "assessment_versions",
        ["assessment_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "assessment_appeals",
        sa.Column("id", ID, nullable=False),
        sa.Column("deduction_id", ID, nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_at", AT, nullable=False),
        sa.Column("filed_by", ID, nullable=False),
        sa.Column("filed_by_name", sa.String(length=50), nullable=False),
        sa.Column("proposed_tenths", sa.Integer(), nullable=True),
        sa.Column("review", sa.String(length=500), nullable=False),
        sa.Column("reviewed_at", AT, nullable=True),
        sa.Column("reviewed_by", ID, nullable=True),
        sa.Column("reviewed_by_name", sa.String(length=50), nullable=False),
        sa.Column("decided_tenths", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint(
            "(state IN ('upheld', 'partly', 'rejected')) = (decided_at IS NOT NULL)",
            name=op.f("ck_assessment_appeals_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["deduction_id"],
            ["assessment_deductions.id"],
            name=op.f("fk_assessment_appeals_deduction_id_assessment_deductions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_appeals")),
        sa.UniqueConstraint("deduction_id", name=op.f("uq_assessment_appeals_deduction_id")),
    )
    op.create_index(
        "ix_assessment_appeals_open",
        "assessment_appeals",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state IN ('filed', 'reviewed')"),
        postgresql_where=sa.text("state IN ('filed', 'reviewed')"),
    )
    op.create_table(
        "assessment_counted",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("deduction_id", ID, nullable=False),
        sa.Column("points_tenths", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deduction_id"],
            ["assessment_deductions.id"],
            name=op.f("fk_assessment_counted_deduction_id_assessment_deductions"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["assessment_versions.id"],
            name=op.f("fk_assessment_counted_version_id_assessment_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "deduction_id", name=op.f("pk_assessment_counted")),
    )
    op.create_table(
        "assessment_deduction_orders",
        sa.Column("deduction_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["deduction_id"],
            ["assessment_deductions.id"],
            name=op.f("fk_assessment_deduction_orders_deduction_id_assessment_deductions"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_assessment_deduction_orders_order_id_work_orders")
        ),
        sa.PrimaryKeyConstraint("deduction_id", "order_id", name=op.f("pk_assessment_deduction_orders")),
    )
    op.create_table(
        "assessment_lines",
        sa.Column("version_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("base_tenths", sa.Integer(), nullable=True),
        sa.Column("numerator", ID, nullable=True),
        sa.Column("denominator", ID, nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("excluded_by", ID, nullable=True),
        sa.Column("excluded_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint("base_tenths >= 0", name=op.f("ck_assessment_lines_base")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["score_items.id"], name=op.f("fk_assessment_lines_item_id_score_items")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["assessment_versions.id"],
            name=op.f("fk_assessment_lines_version_id_assessment_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "item_id", name=op.f("pk_assessment_lines")),
    )
    op.create_index(op.f("ix_assessment_lines_item_id"), "assessment_lines", ["item_id"], unique=False)
    _protect()


def _protect() -> None:
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
    for table, (verbs, condition) in FROZEN.items():
        for verb in verbs:
            row = "NEW" if verb == "INSERT" else "OLD"
            name, holds = f"{table}_frozen_{verb.lower()}", condition.format(row=row)
            if is_sqlite:
                op.execute(
                    f"CREATE TRIGGER {name} BEFORE {verb} ON {table}"
                    f" WHEN {holds} BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
                )
                continue
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF {holds} THEN RAISE EXCEPTION '{table} is frozen'; END IF;"
                f" RETURN {'OLD' if verb == 'DELETE' else 'NEW'}; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            )


def _drop_functions() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, (verbs, _) in FROZEN.items():
        for verb in verbs:
            op.execute(f"DROP FUNCTION {table}_frozen_{verb.lower()}()")


def downgrade() -> None:
    op.drop_table("assessment_lines")
    op.drop_table("assessment_deduction_orders")
    op.drop_table("assessment_counted")
    op.drop_table("assessment_appeals")
    op.drop_table("assessment_versions")
    op.drop_table("assessment_scales")
    op.drop_table("assessment_deductions")
    op.drop_table("contractor_checks")
    op.drop_table("assessments")
    op.drop_table("contractor_bulletin_documents")
    op.drop_table("contractor_bulletins")
    _drop_functions()

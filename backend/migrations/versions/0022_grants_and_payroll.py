"""Grants, expiry, payroll deductions and corrections.

Entries are found by person and time instead of person and number: the same order for people, and a month of
an account becomes one range.
Locks: a lock against writes on `ledger_entries` while three indexes are built, some seconds per million
entries; run it while no meals are ordered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("grant_awards", "expired_subsidies", "payroll_batches", "payroll_items")
CORRECTS = sa.text("corrects_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        op.f("ix_ledger_entries_staff_id_happened_at"), "ledger_entries", ["staff_id", "happened_at"]
    )
    op.create_index(op.f("ix_ledger_entries_happened_at"), "ledger_entries", ["happened_at"])
    op.create_index(
        op.f("ix_ledger_entries_corrects_id"),
        "ledger_entries",
        ["corrects_id"],
        sqlite_where=CORRECTS,
        postgresql_where=CORRECTS,
    )
    op.drop_index(op.f("ix_ledger_entries_staff_id_id"), table_name="ledger_entries")
    _create_grants()
    _create_expiry()
    _create_payroll()
    _make_append_only()


def _create_grants() -> None:
    op.create_table(
        "grant_plans",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("amount_fen", ID, nullable=False),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("until_month", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_plans")),
        sa.UniqueConstraint("name", name=op.f("uq_grant_plans_name")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_grant_plans_amount")),
        sa.CheckConstraint(
            "until_month IS NULL OR until_month >= from_month", name=op.f("ck_grant_plans_months")
        ),
    )
    op.create_table(
        "grant_plan_departments",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "department_id", name=op.f("pk_grant_plan_departments")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["grant_plans.id"],
            name=op.f("fk_grant_plan_departments_plan_id_grant_plans"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_grant_plan_departments_department_id_departments"),
        ),
    )
    op.create_table(
        "grant_awards",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("amount_fen", ID, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "month", "staff_id", name=op.f("pk_grant_awards")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["grant_plans.id"], name=op.f("fk_grant_awards_plan_id_grant_plans")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_grant_awards_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_grant_awards_entry_id_ledger_entries")
        ),
    )


def _create_expiry() -> None:
    op.create_table(
        "expiry_runs",
        sa.Column("boundary_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("boundary_on", name=op.f("pk_expiry_runs")),
    )
    op.create_table(
        "expired_subsidies",
        sa.Column("boundary_on", sa.Date(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("amount_fen", ID, nullable=False),
        sa.PrimaryKeyConstraint("boundary_on", "staff_id", name=op.f("pk_expired_subsidies")),
        sa.ForeignKeyConstraint(
            ["boundary_on"],
            ["expiry_runs.boundary_on"],
            name=op.f("fk_expired_subsidies_boundary_on_expiry_runs"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_expired_subsidies_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_expired_subsidies_entry_id_ledger_entries")
        ),
    )


def _create_payroll() -> None:
    op.create_table(
        "payroll_batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_no", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("total_fen", ID, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_batches")),
        sa.UniqueConstraint("batch_no", name=op.f("uq_payroll_batches_batch_no")),
        sa.UniqueConstraint("sha256", name=op.f("uq_payroll_batches_sha256")),
    )
    op.create_table(
        "payroll_items",
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("amount_fen", ID, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "row_number", name=op.f("pk_payroll_items")),
        sa.UniqueConstraint("batch_id", "staff_id", name=op.f("uq_payroll_items_batch_id_staff_id")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payroll_batches.id"], name=op.f("fk_payroll_items_batch_id_payroll_batches")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_payroll_items_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_payroll_items_entry_id_ledger_entries")
        ),
    )


def _make_append_only() -> None:
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    for table in (
        "payroll_items",
        "payroll_batches",
        "expired_subsidies",
        "expiry_runs",
        "grant_awards",
        "grant_plan_departments",
        "grant_plans",
    ):
        op.drop_table(table)
    op.create_index(op.f("ix_ledger_entries_staff_id_id"), "ledger_entries", ["staff_id", "id"])
    for columns in ("corrects_id", "happened_at", "staff_id_happened_at"):
        op.drop_index(op.f(f"ix_ledger_entries_{columns}"), table_name="ledger_entries")

"""Absences, standing orders and what became of each.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_absences()
    _create_standing_orders()


def _create_absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", _big_int(), nullable=False),
        sa.Column("staff_id", _big_int(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("from_half", sa.String(2), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("until_half", sa.String(2), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("answer", sa.String(100), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", _big_int(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", _big_int(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_absences_staff_id_staff")),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_absences_order")),
        sa.CheckConstraint(
            "(state IN ('pending', 'withdrawn')) OR decided_at IS NOT NULL", name=op.f("ck_absences_decided")
        ),
    )
    op.create_index(op.f("ix_absences_staff_id_from_at"), "absences", ["staff_id", "from_at"])
    op.create_index(op.f("ix_absences_state_from_at"), "absences", ["state", "from_at"])
    _create_partial_index("ix_absences_approved", "absences", ["until_at"], "state = 'approved'")


def _create_standing_orders() -> None:
    op.create_table(
        "standing_orders",
        sa.Column("id", _big_int(), nullable=False),
        sa.Column("staff_id", _big_int(), nullable=False),
        sa.Column("canteen_id", _big_int(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("weekdays", sa.SmallInteger(), nullable=False),
        sa.Column("workdays_only", sa.Boolean(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("dining", sa.String(10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_orders")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_standing_orders_staff_id_staff")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_standing_orders_canteen_id_canteens")
        ),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_standing_orders_weekdays")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_standing_orders_dates")),
    )
    _create_partial_index(
        "uq_standing_orders_active", "standing_orders", ["staff_id", "canteen_id", "period"], "ended_at IS NULL",
        unique=True,
    )
    _create_partial_index(
        "ix_standing_orders_active", "standing_orders", ["canteen_id", "period"], "ended_at IS NULL"
    )
    op.create_table(
        "standing_order_results",
        sa.Column("id", _big_int(), nullable=False),
        sa.Column("standing_order_id", _big_int(), nullable=False),
        sa.Column("meal_id", _big_int(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("order_id", _big_int(), nullable=True),
        sa.Column("choice", sa.SmallInteger(), nullable=True),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("meal_revision", sa.Integer(), nullable=False),
        sa.Column("standing_revision", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order_results")),
        sa.ForeignKeyConstraint(
            ["standing_order_id"],
            ["standing_orders.id"],
            name=op.f("fk_standing_order_results_standing_order_id_standing_orders"),
        ),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_standing_order_results_meal_id_meals")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_standing_order_results_order_id_orders")
        ),
        sa.UniqueConstraint(
            "standing_order_id", "meal_id", name=op.f("uq_standing_order_results_standing_order_id_meal_id")
        ),
        sa.CheckConstraint(
            "order_id IS NULL OR outcome = 'placed'", name=op.f("ck_standing_order_results_placed")
        ),
    )
    op.create_index(op.f("ix_standing_order_results_meal_id"), "standing_order_results", ["meal_id"])
    op.create_index(op.f("ix_standing_order_results_order_id"), "standing_order_results", ["order_id"])
    _create_partial_index(
        "ix_standing_order_results_untold", "standing_order_results", ["id"], "told_at IS NULL"
    )


def _create_partial_index(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    op.create_index(
        op.f(name),
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _big_int() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def downgrade() -> None:
    for table in ("standing_order_results", "standing_orders", "absences"):
        op.drop_table(table)

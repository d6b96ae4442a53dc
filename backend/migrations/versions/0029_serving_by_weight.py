"""Meals served by weight: prices and costs by the kilogram, their orders, and who sees their own trays.

A meal by weight stands beside an order of the same meal, so that one unique index of orders becomes two.
Locks: short exclusive locks on `dishes` and, while its lines are checked, on `order_lines`; a lock against
writes on `orders` while two partial indexes are built, some seconds per million orders. Run it while no
meals are ordered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

# (table, column): the constraint's name and condition.
COLUMNS = {
    ("dishes", "cost_fen_per_kg"): ("cost", "cost_fen_per_kg >= 0"),
    ("dishes", "price_fen_per_kg"): ("price_by_weight", "price_fen_per_kg > 0"),
    ("order_lines", "price_fen_per_kg"): (
        "by_weight",
        "(portion = 'weight') = (price_fen_per_kg IS NOT NULL)",
    ),
}
ACTIVE = sa.text("state <> 'cancelled' AND origin <> 'by_weight'")
BY_WEIGHT = sa.text("state <> 'cancelled' AND origin = 'by_weight'")
OBJECTED = sa.text("objected_at IS NOT NULL AND answered_at IS NULL")
OWED = sa.text("owed_fen > 0")
NOT_REVOKED = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    for (table, column), (name, condition) in COLUMNS.items():
        if op.get_bind().dialect.name == "sqlite":
            # Inline, because SQLite adds no constraint to a table that is there.
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {column} INTEGER"
                f" CONSTRAINT ck_{table}_{name} CHECK ({condition})"
            )
        else:
            op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    _index_orders(ACTIVE)
    op.create_index(
        op.f("uq_orders_by_weight"),
        "orders",
        ["staff_id", "canteen_id", "served_on", "period"],
        unique=True,
        sqlite_where=BY_WEIGHT,
        postgresql_where=BY_WEIGHT,
    )
    _create_meals()
    _create_consents()


def _index_orders(where: sa.TextClause) -> None:
    op.drop_index(op.f("uq_orders_active"), table_name="orders")
    op.create_index(
        op.f("uq_orders_active"),
        "orders",
        ["staff_id", "served_on", "period"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _create_meals() -> None:
    op.create_table(
        "weighed_meals",
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("waived_fen", sa.Integer(), nullable=False),
        sa.Column("owed_fen", sa.Integer(), nullable=False),
        sa.Column("settled_at", AT, nullable=False),
        sa.Column("objection", sa.String(length=200), nullable=False),
        sa.Column("objected_at", AT, nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.CheckConstraint("waived_fen >= 0", name=op.f("ck_weighed_meals_waived")),
        sa.CheckConstraint("owed_fen >= 0", name=op.f("ck_weighed_meals_owed")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_weighed_meals_answered")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_weighed_meals_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_weighed_meals")),
    )
    op.create_index(
        op.f("ix_weighed_meals_objected"),
        "weighed_meals",
        ["order_id"],
        sqlite_where=OBJECTED,
        postgresql_where=OBJECTED,
    )
    op.create_index(
        op.f("ix_weighed_meals_owed"), "weighed_meals", ["order_id"], sqlite_where=OWED, postgresql_where=OWED
    )


def _create_consents() -> None:
    op.create_table(
        "tray_consents",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_tray_consents_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_consents")),
    )
    op.create_index(op.f("ix_tray_consents_staff_id"), "tray_consents", ["staff_id"])
    op.create_index(
        op.f("uq_tray_consents_given"),
        "tray_consents",
        ["staff_id"],
        unique=True,
        sqlite_where=NOT_REVOKED,
        postgresql_where=NOT_REVOKED,
    )


def downgrade() -> None:
    op.drop_table("tray_consents")
    op.drop_table("weighed_meals")
    op.drop_index(op.f("uq_orders_by_weight"), table_name="orders")
    _index_orders(sa.text("state <> 'cancelled'"))
    for (table, column), (name, _) in COLUMNS.items():
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.drop_column(table, column)

"""Materials, labour and cost of work orders."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "materials",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("spec", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("price_fen", ID, nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_materials_price")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sa.UniqueConstraint("code", name=op.f("uq_materials_code")),
    )
    op.create_table(
        "material_prices",
        sa.Column("id", ID, nullable=False),
        sa.Column("material_id", ID, nullable=False),
        sa.Column("price_fen", ID, nullable=False),
        sa.Column("set_at", AT, nullable=False),
        sa.Column("set_by", ID, nullable=False),
        sa.Column("set_by_name", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_material_prices_material_id_materials")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_prices")),
    )
    op.create_index(op.f("ix_material_prices_material_id"), "material_prices", ["material_id"], unique=False)
    op.create_table(
        "material_stores",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campus_id"], ["campuses.id"], name=op.f("fk_material_stores_campus_id_campuses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_stores")),
        sa.UniqueConstraint("name", name=op.f("uq_material_stores_name")),
    )
    op.create_table(
        "material_stock",
        sa.Column("store_id", ID, nullable=False),
        sa.Column("material_id", ID, nullable=False),
        sa.Column("hundredths", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("least_hundredths", ID, server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("hundredths >= 0", name=op.f("ck_material_stock_hundredths")),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_material_stock_material_id_materials")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["material_stores.id"], name=op.f("fk_material_stock_store_id_material_stores")
        ),
        sa.PrimaryKeyConstraint("store_id", "material_id", name=op.f("pk_material_stock")),
    )
    op.create_index(op.f("ix_material_stock_material_id"), "material_stock", ["material_id"], unique=False)
    op.create_table(
        "work_order_costs",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("material_id", ID, nullable=True),
        sa.Column("store_id", ID, nullable=True),
        sa.Column("hundredths", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("unit_fen", ID, nullable=False),
        sa.Column("amount_fen", ID, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("added_by_name", sa.String(length=50), nullable=False),
        sa.Column("removed_at", AT, nullable=True),
        sa.Column("removed_by", ID, nullable=True),
        sa.CheckConstraint("(kind = 'labour') = (minutes > 0)", name=op.f("ck_work_order_costs_labour")),
        sa.CheckConstraint(
            "(kind = 'material') = (material_id IS NOT NULL AND store_id IS NOT NULL AND hundredths > 0)",
            name=op.f("ck_work_order_costs_material"),
        ),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_work_order_costs_amount")),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_work_order_costs_material_id_materials")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_work_order_costs_order_id_work_orders")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["material_stores.id"], name=op.f("fk_work_order_costs_store_id_material_stores")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_costs")),
    )
    op.create_index(op.f("ix_work_order_costs_order_id"), "work_order_costs", ["order_id"], unique=False)
    op.create_index(op.f("ix_work_order_costs_worker_id"), "work_order_costs", ["worker_id"], unique=False)
    op.create_table(
        "work_order_estimates",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("amount_fen", ID, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_by_name", sa.String(length=50), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), nullable=False),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_work_order_estimates_amount")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_work_order_estimates_order_id_work_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_estimates")),
    )
    op.create_index(
        op.f("ix_work_order_estimates_order_id"), "work_order_estimates", ["order_id"], unique=False
    )
    op.create_index(
        "uq_work_order_estimates_waiting",
        "work_order_estimates",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "material_movements",
        sa.Column("id", ID, nullable=False),
        sa.Column("store_id", ID, nullable=False),
        sa.Column("material_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("hundredths", ID, nullable=False),
        sa.Column("after_hundredths", ID, nullable=False),
        sa.Column("price_fen", ID, nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("line_id", ID, nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "hundredths <> 0 OR kind = 'count'", name=op.f("ck_material_movements_hundredths")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["work_order_costs.id"], name=op.f("fk_material_movements_line_id_work_order_costs")
        ),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name=op.f("fk_material_movements_material_id_materials")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_material_movements_order_id_work_orders")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["material_stores.id"], name=op.f("fk_material_movements_store_id_material_stores")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_movements")),
    )
    op.create_index(op.f("ix_material_movements_order_id"), "material_movements", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_material_movements_store_id_at"), "material_movements", ["store_id", "at"], unique=False
    )
    op.create_index(
        op.f("ix_material_movements_store_id_material_id_id"),
        "material_movements",
        ["store_id", "material_id", "id"],
        unique=False,
    )
    for table in ("material_prices", "material_movements"):
        _make_append_only(table)


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
    op.drop_table("material_movements")
    op.drop_table("work_order_estimates")
    op.drop_table("work_order_costs")
    op.drop_table("material_stock")
    op.drop_table("material_stores")
    op.drop_table("material_prices")
    op.drop_table("materials")

"""Tables of purchase requests and orders."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "purchase_numbers",
        sa.Column("kind", sa.String(length=2), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_purchase_numbers")),
    )
    op.create_table(
        "purchase_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("origin_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_by_name", sa.String(length=50), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by_name", sa.String(length=50), server_default="", nullable=False),
        sa.Column("spent_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_purchase_requests_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_requests")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_requests_number")),
    )
    op.create_index(
        op.f("ix_purchase_requests_canteen_id_wanted_on"),
        "purchase_requests",
        ["canteen_id", "wanted_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_purchase_requests_origin_origin_id"),
        "purchase_requests",
        ["origin", "origin_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_purchase_requests_state_canteen_id"),
        "purchase_requests",
        ["state", "canteen_id"],
        unique=False,
    )
    op.create_table(
        "purchase_orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("total_fen", ID, nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_by_name", sa.String(length=50), nullable=False),
        sa.Column("changed_by", ID, nullable=True),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("submitted_by", ID, nullable=True),
        sa.Column("submitted_by_name", sa.String(length=50), server_default="", nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), server_default="", nullable=False),
        sa.Column("decision", sa.String(length=200), server_default="", nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by_name", sa.String(length=50), server_default="", nullable=False),
        sa.Column("ended_reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR submitted_at IS NOT NULL",
            name=op.f("ck_purchase_orders_submitted"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'received', 'closed', 'rejected') OR (decided_by IS NOT NULL"
            " AND decided_by <> created_by AND decided_by <> submitted_by"
            " AND (changed_by IS NULL OR decided_by <> changed_by))",
            name=op.f("ck_purchase_orders_decided_by_another"),
        ),
        sa.CheckConstraint("total_fen >= 0", name=op.f("ck_purchase_orders_total")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_purchase_orders_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["purchase_requests.id"],
            name=op.f("fk_purchase_orders_request_id_purchase_requests"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_purchase_orders_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_orders_number")),
    )
    op.create_index(
        op.f("ix_purchase_orders_canteen_id_expected_on"),
        "purchase_orders",
        ["canteen_id", "expected_on"],
        unique=False,
    )
    op.create_index(op.f("ix_purchase_orders_created_at"), "purchase_orders", ["created_at"], unique=False)
    op.create_index(
        "ix_purchase_orders_expected",
        "purchase_orders",
        ["canteen_id", "state"],
        unique=False,
        sqlite_where=sa.text("state IN ('draft', 'submitted', 'approved')"),
        postgresql_where=sa.text("state IN ('draft', 'submitted', 'approved')"),
    )
    op.create_index(op.f("ix_purchase_orders_request_id"), "purchase_orders", ["request_id"], unique=False)
    op.create_index(
        op.f("ix_purchase_orders_supplier_id_expected_on"),
        "purchase_orders",
        ["supplier_id", "expected_on"],
        unique=False,
    )
    op.create_table(
        "purchase_request_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("needed_g", ID, nullable=False),
        sa.Column("stock_g", ID, nullable=False),
        sa.Column("on_order_g", ID, nullable=False),
        sa.Column("pack_g", sa.Integer(), nullable=True),
        sa.Column("supplier_id", ID, nullable=True),
        sa.Column("wanted_g", ID, nullable=False),
        sa.Column("ordered_g", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.String(length=100), server_default="", nullable=False),
        sa.CheckConstraint("needed_g > 0", name=op.f("ck_purchase_request_lines_needed")),
        sa.CheckConstraint(
            "stock_g >= 0 AND on_order_g >= 0 AND wanted_g >= 0 AND ordered_g >= 0",
            name=op.f("ck_purchase_request_lines_grams"),
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"],
            ["ingredients.id"],
            name=op.f("fk_purchase_request_lines_ingredient_id_ingredients"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["purchase_requests.id"],
            name=op.f("fk_purchase_request_lines_request_id_purchase_requests"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_purchase_request_lines_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_request_lines")),
        sa.UniqueConstraint(
            "request_id", "ingredient_id", name=op.f("uq_purchase_request_lines_request_id_ingredient_id")
        ),
    )
    op.create_index(
        op.f("ix_purchase_request_lines_ingredient_id"),
        "purchase_request_lines",
        ["ingredient_id"],
        unique=False,
    )
    op.create_table(
        "purchase_order_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("request_line_id", ID, nullable=True),
        sa.Column("pack_g", ID, nullable=False),
        sa.Column("packs", ID, nullable=False),
        sa.Column("price_fen", ID, nullable=False),
        sa.Column("ordered_g", ID, nullable=False),
        sa.Column("received_g", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("refused_g", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("closed_g", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.String(length=100), server_default="", nullable=False),
        sa.CheckConstraint("ordered_g = pack_g * packs", name=op.f("ck_purchase_order_lines_ordered")),
        sa.CheckConstraint(
            "packs > 0 AND pack_g > 0 AND price_fen >= 0", name=op.f("ck_purchase_order_lines_packs")
        ),
        sa.CheckConstraint(
            "received_g >= 0 AND refused_g >= 0 AND closed_g >= 0", name=op.f("ck_purchase_order_lines_grams")
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"],
            ["ingredients.id"],
            name=op.f("fk_purchase_order_lines_ingredient_id_ingredients"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["purchase_orders.id"],
            name=op.f("fk_purchase_order_lines_order_id_purchase_orders"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_line_id"],
            ["purchase_request_lines.id"],
            name=op.f("fk_purchase_order_lines_request_line_id_purchase_request_lines"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order_lines")),
        sa.UniqueConstraint(
            "order_id",
            "ingredient_id",
            "pack_g",
            name=op.f("uq_purchase_order_lines_order_id_ingredient_id_pack_g"),
        ),
    )
    op.create_index(
        op.f("ix_purchase_order_lines_ingredient_id"), "purchase_order_lines", ["ingredient_id"], unique=False
    )
    op.create_index(
        op.f("ix_purchase_order_lines_request_line_id"),
        "purchase_order_lines",
        ["request_line_id"],
        unique=False,
    )
    op.create_table(
        "purchase_deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("order_line_id", ID, nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("net_g", ID, nullable=False),
        sa.Column("refused_g", ID, nullable=False),
        sa.Column("amount_fen", ID, nullable=False),
        sa.Column("word", sa.String(length=200), server_default="", nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_purchase_deliveries_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"],
            ["ingredients.id"],
            name=op.f("fk_purchase_deliveries_ingredient_id_ingredients"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["purchase_order_lines.id"],
            name=op.f("fk_purchase_deliveries_order_line_id_purchase_order_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_purchase_deliveries_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_deliveries")),
    )
    op.create_index(
        op.f("ix_purchase_deliveries_canteen_id_delivered_on"),
        "purchase_deliveries",
        ["canteen_id", "delivered_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_purchase_deliveries_delivered_on"), "purchase_deliveries", ["delivered_on"], unique=False
    )
    op.create_index(
        op.f("ix_purchase_deliveries_order_line_id"), "purchase_deliveries", ["order_line_id"], unique=False
    )
    op.create_index(
        op.f("ix_purchase_deliveries_supplier_id_delivered_on"),
        "purchase_deliveries",
        ["supplier_id", "delivered_on"],
        unique=False,
    )
    make_append_only("purchase_deliveries")


def downgrade() -> None:
    op.drop_table("purchase_deliveries")
    op.drop_table("purchase_order_lines")
    op.drop_table("purchase_request_lines")
    op.drop_table("purchase_orders")
    op.drop_table("purchase_requests")
    op.drop_table("purchase_numbers")

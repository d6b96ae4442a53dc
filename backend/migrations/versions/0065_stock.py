"""Tables of receipts, batches, movements and counts of the stock."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stock_counts",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("opened_by_name", sa.String(length=50), nullable=False),
        sa.Column("counted_at", AT, nullable=True),
        sa.Column("counted_by", ID, nullable=True),
        sa.Column("counted_by_name", sa.String(length=50), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_stock_counts_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_counts")),
    )
    op.create_index(
        op.f("ix_stock_counts_canteen_id_opened_at"),
        "stock_counts",
        ["canteen_id", "opened_at"],
        unique=False,
    )
    op.create_index(
        "uq_stock_counts_live",
        "stock_counts",
        ["canteen_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'counted')"),
        postgresql_where=sa.text("state IN ('open', 'counted')"),
    )
    op.create_table(
        "stock_receipts",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("supplier_id", ID, nullable=True),
        sa.Column("supplier_name", sa.String(length=100), nullable=False),
        sa.Column("supplier_address", sa.String(length=200), nullable=False),
        sa.Column("supplier_contact", sa.String(length=50), nullable=False),
        sa.Column("supplier_phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("purchased_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("received_by", ID, nullable=False),
        sa.Column("received_by_name", sa.String(length=50), nullable=False),
        sa.Column("checked_at", AT, nullable=True),
        sa.Column("checked_by", ID, nullable=True),
        sa.Column("checked_by_name", sa.String(length=50), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(checked_by IS NULL) = (checked_at IS NULL)", name=op.f("ck_stock_receipts_checked")
        ),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> received_by", name=op.f("ck_stock_receipts_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_stock_receipts_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_orders.id"], name=op.f("fk_stock_receipts_order_id_purchase_orders")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_stock_receipts_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_receipts")),
    )
    op.create_index(
        op.f("ix_stock_receipts_canteen_id_received_at"),
        "stock_receipts",
        ["canteen_id", "received_at"],
        unique=False,
    )
    op.create_index(op.f("ix_stock_receipts_order_id"), "stock_receipts", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_stock_receipts_supplier_id_received_at"),
        "stock_receipts",
        ["supplier_id", "received_at"],
        unique=False,
    )
    op.create_index(
        "ix_stock_receipts_waiting",
        "stock_receipts",
        ["canteen_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "stock_receipt_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("receipt_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("order_line_id", ID, nullable=True),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("spec", sa.String(length=60), nullable=False),
        sa.Column("brand", sa.String(length=60), nullable=False),
        sa.Column("packs", sa.Integer(), nullable=True),
        sa.Column("gross_g", ID, nullable=False),
        sa.Column("tare_g", ID, nullable=False),
        sa.Column("net_g", ID, nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.Column("lot", sa.String(length=40), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("shelf_days", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("temperature_dc", sa.Integer(), nullable=True),
        sa.Column("appearance", sa.String(length=100), nullable=False),
        sa.Column("certificates", sa.JSON(), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.String(length=200), nullable=False),
        sa.CheckConstraint("is_accepted = (refusal = '')", name=op.f("ck_stock_receipt_lines_refusal")),
        sa.CheckConstraint("cost_fen >= 0", name=op.f("ck_stock_receipt_lines_cost")),
        sa.CheckConstraint(
            "tare_g >= 0 AND net_g > 0 AND gross_g = net_g + tare_g",
            name=op.f("ck_stock_receipt_lines_weight"),
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"],
            ["ingredients.id"],
            name=op.f("fk_stock_receipt_lines_ingredient_id_ingredients"),
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["purchase_order_lines.id"],
            name=op.f("fk_stock_receipt_lines_order_line_id_purchase_order_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["stock_receipts.id"],
            name=op.f("fk_stock_receipt_lines_receipt_id_stock_receipts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_receipt_lines")),
        sa.UniqueConstraint(
            "receipt_id", "position", name=op.f("uq_stock_receipt_lines_receipt_id_position")
        ),
    )
    op.create_index(
        op.f("ix_stock_receipt_lines_ingredient_id"), "stock_receipt_lines", ["ingredient_id"], unique=False
    )
    op.create_index(
        op.f("ix_stock_receipt_lines_order_line_id"), "stock_receipt_lines", ["order_line_id"], unique=False
    )
    op.create_table(
        "stock_batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=True),
        sa.Column("receipt_line_id", ID, nullable=True),
        sa.Column("lot", sa.String(length=40), nullable=False),
        sa.Column("produced_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("quantity_g", ID, nullable=False),
        sa.Column("remaining_g", ID, nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.Column("remaining_cost_fen", ID, nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("is_blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hold", sa.String(length=8), nullable=True),
        sa.Column("blocked_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("blocked_at", AT, nullable=True),
        sa.CheckConstraint("is_blocked = (hold IS NOT NULL)", name=op.f("ck_stock_batches_hold")),
        sa.CheckConstraint("quantity_g > 0 AND cost_fen >= 0", name=op.f("ck_stock_batches_quantity")),
        sa.CheckConstraint(
            "remaining_g > 0 OR remaining_cost_fen = 0", name=op.f("ck_stock_batches_last_gram")
        ),
        sa.CheckConstraint(
            "remaining_g >= 0 AND remaining_cost_fen >= 0", name=op.f("ck_stock_batches_remaining")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_stock_batches_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"], ["ingredients.id"], name=op.f("fk_stock_batches_ingredient_id_ingredients")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_line_id"],
            ["stock_receipt_lines.id"],
            name=op.f("fk_stock_batches_receipt_line_id_stock_receipt_lines"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_stock_batches_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_batches")),
        sa.UniqueConstraint("receipt_line_id", name=op.f("uq_stock_batches_receipt_line_id")),
    )
    op.create_index(
        op.f("ix_stock_batches_canteen_id_ingredient_id_id"),
        "stock_batches",
        ["canteen_id", "ingredient_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_stock_batches_in_store",
        "stock_batches",
        ["canteen_id", "ingredient_id", "expires_on"],
        unique=False,
        sqlite_where=sa.text("remaining_g > 0"),
        postgresql_where=sa.text("remaining_g > 0"),
    )
    op.create_index(
        "ix_stock_batches_lot",
        "stock_batches",
        ["lot"],
        unique=False,
        sqlite_where=sa.text("lot <> ''"),
        postgresql_where=sa.text("lot <> ''"),
    )
    op.create_index(op.f("ix_stock_batches_supplier_id"), "stock_batches", ["supplier_id"], unique=False)
    op.create_table(
        "stock_count_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("count_id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("counted_g", ID, nullable=True),
        sa.Column("book_g", ID, nullable=True),
        sa.Column("counted_at", AT, nullable=True),
        sa.Column("counted_by", ID, nullable=True),
        sa.Column("counted_by_name", sa.String(length=50), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(counted_g IS NULL) = (book_g IS NULL)", name=op.f("ck_stock_count_lines_book")),
        sa.CheckConstraint(
            "(counted_g IS NULL) = (counted_at IS NULL)", name=op.f("ck_stock_count_lines_at")
        ),
        sa.CheckConstraint("counted_g IS NULL OR counted_g >= 0", name=op.f("ck_stock_count_lines_counted")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["stock_batches.id"], name=op.f("fk_stock_count_lines_batch_id_stock_batches")
        ),
        sa.ForeignKeyConstraint(
            ["count_id"], ["stock_counts.id"], name=op.f("fk_stock_count_lines_count_id_stock_counts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count_lines")),
        sa.UniqueConstraint("count_id", "batch_id", name=op.f("uq_stock_count_lines_count_id_batch_id")),
    )
    op.create_index(op.f("ix_stock_count_lines_batch_id"), "stock_count_lines", ["batch_id"], unique=False)
    op.create_table(
        "stock_movements",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("delta_g", ID, nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.Column("meal_id", ID, nullable=True),
        sa.Column("dish_id", ID, nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("period", sa.String(length=10), nullable=True),
        sa.Column("issue_id", ID, nullable=True),
        sa.Column("count_id", ID, nullable=True),
        sa.Column("cause", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("photo_id", ID, nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.Column("void_of", ID, nullable=True),
        sa.CheckConstraint(
            "(kind = 'count') = (count_id IS NOT NULL)", name=op.f("ck_stock_movements_count")
        ),
        sa.CheckConstraint("(kind = 'loss') = (cause IS NOT NULL)", name=op.f("ck_stock_movements_cause")),
        sa.CheckConstraint(
            "(kind = 'return') = (issue_id IS NOT NULL)", name=op.f("ck_stock_movements_return_of_issue")
        ),
        sa.CheckConstraint("(served_on IS NULL) = (period IS NULL)", name=op.f("ck_stock_movements_meal")),
        sa.CheckConstraint("delta_g <> 0", name=op.f("ck_stock_movements_delta")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["stock_batches.id"], name=op.f("fk_stock_movements_batch_id_stock_batches")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_stock_movements_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["count_id"], ["stock_counts.id"], name=op.f("fk_stock_movements_count_id_stock_counts")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_stock_movements_dish_id_dishes")),
        sa.ForeignKeyConstraint(
            ["ingredient_id"], ["ingredients.id"], name=op.f("fk_stock_movements_ingredient_id_ingredients")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["stock_movements.id"], name=op.f("fk_stock_movements_issue_id_stock_movements")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_stock_movements_photo_id_photos")),
        sa.ForeignKeyConstraint(
            ["void_of"], ["stock_movements.id"], name=op.f("fk_stock_movements_void_of_stock_movements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
    )
    op.create_index(
        op.f("ix_stock_movements_batch_id_id"), "stock_movements", ["batch_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_stock_movements_canteen_id_at"), "stock_movements", ["canteen_id", "at"], unique=False
    )
    op.create_index(
        op.f("ix_stock_movements_canteen_id_ingredient_id_at"),
        "stock_movements",
        ["canteen_id", "ingredient_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_stock_movements_count_id",
        "stock_movements",
        ["count_id"],
        unique=False,
        sqlite_where=sa.text("count_id IS NOT NULL"),
        postgresql_where=sa.text("count_id IS NOT NULL"),
    )
    op.create_index(
        "ix_stock_movements_issue_id",
        "stock_movements",
        ["issue_id"],
        unique=False,
        sqlite_where=sa.text("issue_id IS NOT NULL"),
        postgresql_where=sa.text("issue_id IS NOT NULL"),
    )
    op.create_index(
        "ix_stock_movements_meal",
        "stock_movements",
        ["canteen_id", "served_on", "period"],
        unique=False,
        sqlite_where=sa.text("served_on IS NOT NULL"),
        postgresql_where=sa.text("served_on IS NOT NULL"),
    )
    op.create_index(
        "ix_stock_movements_meal_id",
        "stock_movements",
        ["meal_id"],
        unique=False,
        sqlite_where=sa.text("meal_id IS NOT NULL"),
        postgresql_where=sa.text("meal_id IS NOT NULL"),
    )
    op.create_index(
        "uq_stock_movements_void_of",
        "stock_movements",
        ["void_of"],
        unique=True,
        sqlite_where=sa.text("void_of IS NOT NULL"),
        postgresql_where=sa.text("void_of IS NOT NULL"),
    )
    make_append_only("stock_movements")


def downgrade() -> None:
    op.drop_table("stock_movements")
    op.drop_table("stock_count_lines")
    op.drop_table("stock_batches")
    op.drop_table("stock_receipt_lines")
    op.drop_table("stock_receipts")
    op.drop_table("stock_counts")

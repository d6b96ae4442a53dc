"""Tables of ingredients, suppliers, their licences and prices."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ingredients",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=10), nullable=False),
        sa.Column("edible_percent", sa.SmallInteger(), nullable=False),
        sa.Column("energy_kcal", sa.Numeric(precision=7, scale=1), nullable=True),
        sa.Column("protein_g", sa.Numeric(precision=6, scale=1), nullable=True),
        sa.Column("fat_g", sa.Numeric(precision=6, scale=1), nullable=True),
        sa.Column("carbohydrate_g", sa.Numeric(precision=6, scale=1), nullable=True),
        sa.Column("sodium_mg", sa.Numeric(precision=8, scale=1), nullable=True),
        sa.Column("allergens", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_halal", sa.Boolean(), nullable=True),
        sa.Column("storage", sa.String(length=8), nullable=False),
        sa.Column("shelf_days", sa.Integer(), nullable=True),
        sa.Column("is_additive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("min_stock_g", ID, nullable=True),
        sa.Column("season_months", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint("edible_percent BETWEEN 1 AND 100", name=op.f("ck_ingredients_edible")),
        sa.CheckConstraint("min_stock_g IS NULL OR min_stock_g >= 0", name=op.f("ck_ingredients_min_stock")),
        sa.CheckConstraint("shelf_days IS NULL OR shelf_days > 0", name=op.f("ck_ingredients_shelf")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingredients")),
        sa.UniqueConstraint("code", name=op.f("uq_ingredients_code")),
        sa.UniqueConstraint("name", name=op.f("uq_ingredients_name")),
    )
    op.create_index(op.f("ix_ingredients_category_name"), "ingredients", ["category", "name"], unique=False)
    op.create_table(
        "suppliers",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=50), nullable=False),
        sa.Column("is_assistance", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("blocked_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliers")),
        sa.UniqueConstraint("name", name=op.f("uq_suppliers_name")),
    )
    op.create_table(
        "supplier_assessments",
        sa.Column("id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("score", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("word", sa.String(length=500), server_default="", nullable=False),
        sa.Column("revision", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("counted_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.Column("closed_by_name", sa.String(length=50), server_default="", nullable=False),
        sa.CheckConstraint(
            "score IS NULL OR score BETWEEN 0 AND 100", name=op.f("ck_supplier_assessments_score")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_supplier_assessments_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_assessments")),
        sa.UniqueConstraint(
            "supplier_id", "quarter", name=op.f("uq_supplier_assessments_supplier_id_quarter")
        ),
    )
    op.create_index(
        op.f("ix_supplier_assessments_quarter"), "supplier_assessments", ["quarter"], unique=False
    )
    op.create_table(
        "supplier_prices",
        sa.Column("id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("pack_g", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("spec", sa.String(length=80), nullable=False),
        sa.Column("via", sa.String(length=5), nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("entered_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint("pack_g > 0", name=op.f("ck_supplier_prices_pack")),
        sa.CheckConstraint("price_fen IS NULL OR price_fen > 0", name=op.f("ck_supplier_prices_price")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_supplier_prices_interval")
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"], ["ingredients.id"], name=op.f("fk_supplier_prices_ingredient_id_ingredients")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_supplier_prices_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_prices")),
    )
    op.create_index(
        op.f("ix_supplier_prices_ingredient_id_valid_from"),
        "supplier_prices",
        ["ingredient_id", "valid_from"],
        unique=False,
    )
    op.create_index(
        op.f("ix_supplier_prices_supplier_id_ingredient_id"),
        "supplier_prices",
        ["supplier_id", "ingredient_id"],
        unique=False,
    )
    op.create_table(
        "supplier_licences",
        sa.Column("id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("photo_id", ID, nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck_supplier_licences_interval"),
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name=op.f("fk_supplier_licences_photo_id_photos")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_supplier_licences_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_licences")),
    )
    op.create_index(
        op.f("ix_supplier_licences_supplier_id"), "supplier_licences", ["supplier_id"], unique=False
    )
    op.create_index(
        op.f("ix_supplier_licences_valid_until"), "supplier_licences", ["valid_until"], unique=False
    )
    make_append_only("supplier_prices")


def downgrade() -> None:
    op.drop_table("supplier_licences")
    op.drop_table("supplier_prices")
    op.drop_table("supplier_assessments")
    op.drop_table("suppliers")
    op.drop_table("ingredients")

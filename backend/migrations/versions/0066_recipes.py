"""Tables of recipes."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "recipes",
        sa.Column("id", ID, nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("yield_g", sa.Integer(), nullable=False),
        sa.Column("station", sa.String(length=10), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("changed_by_name", sa.String(length=50), nullable=False),
        sa.Column("approved_at", AT, nullable=True),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("approved_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint("state = 'draft' OR approved_at IS NOT NULL", name=op.f("ck_recipes_approved")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_recipes_version")),
        sa.CheckConstraint("yield_g > 0", name=op.f("ck_recipes_yield")),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_recipes_dish_id_dishes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipes")),
        sa.UniqueConstraint("dish_id", "version", name=op.f("uq_recipes_dish_id_version")),
    )
    op.create_index(
        "uq_recipes_current",
        "recipes",
        ["dish_id"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_index(
        "uq_recipes_draft",
        "recipes",
        ["dish_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "recipe_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("recipe_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("raw_g", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.CheckConstraint("raw_g > 0", name=op.f("ck_recipe_lines_raw")),
        sa.ForeignKeyConstraint(
            ["ingredient_id"], ["ingredients.id"], name=op.f("fk_recipe_lines_ingredient_id_ingredients")
        ),
        sa.ForeignKeyConstraint(
            ["recipe_id"], ["recipes.id"], name=op.f("fk_recipe_lines_recipe_id_recipes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipe_lines")),
        sa.UniqueConstraint(
            "recipe_id", "ingredient_id", name=op.f("uq_recipe_lines_recipe_id_ingredient_id")
        ),
    )
    op.create_index(op.f("ix_recipe_lines_ingredient_id"), "recipe_lines", ["ingredient_id"], unique=False)


def downgrade() -> None:
    op.drop_table("recipe_lines")
    op.drop_table("recipes")

"""Measures against waste."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "waste_measures",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("dish_id", ID, nullable=True),
        sa.Column("title", sa.String(length=50), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_by_name", sa.String(length=50), nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('half_first', 'reminder', 'smaller_portion', 'menu_change', 'sign', 'other')",
            name=op.f("ck_waste_measures_kind"),
        ),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_waste_measures_days")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_waste_measures_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_waste_measures_dish_id_dishes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waste_measures")),
    )
    op.create_index(
        op.f("ix_waste_measures_canteen_id_from_on"),
        "waste_measures",
        ["canteen_id", "from_on"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("waste_measures")

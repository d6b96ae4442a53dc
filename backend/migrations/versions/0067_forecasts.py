"""Tables of forecasts."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meal_attendance",
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("walk_ins", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "booked >= 0 AND attended >= 0 AND walk_ins >= 0", name=op.f("ck_meal_attendance_counts")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_meal_attendance_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("canteen_id", "period", "served_on", name=op.f("pk_meal_attendance")),
    )
    op.create_index(op.f("ix_meal_attendance_served_on"), "meal_attendance", ["served_on"], unique=False)
    op.create_table(
        "meal_forecasts",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("horizon", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("bookings", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("level_percent", sa.SmallInteger(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("naive", sa.Integer(), nullable=True),
        sa.Column("actual", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "0 <= low AND low <= expected AND expected <= high AND chosen >= 0",
            name=op.f("ck_meal_forecasts_interval"),
        ),
        sa.CheckConstraint("level_percent BETWEEN 50 AND 99", name=op.f("ck_meal_forecasts_level")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_meal_forecasts_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_forecasts")),
    )
    op.create_index(
        op.f("ix_meal_forecasts_canteen_id_served_on_period_made_at"),
        "meal_forecasts",
        ["canteen_id", "served_on", "period", "made_at"],
        unique=False,
    )
    op.create_table(
        "dish_attendance",
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("eaten", sa.Integer(), nullable=False),
        sa.CheckConstraint("booked >= 0 AND eaten >= 0", name=op.f("ck_dish_attendance_counts")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_dish_attendance_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_dish_attendance_dish_id_dishes")),
        sa.PrimaryKeyConstraint(
            "canteen_id", "period", "served_on", "dish_id", name=op.f("pk_dish_attendance")
        ),
    )
    op.create_index(op.f("ix_dish_attendance_dish_id"), "dish_attendance", ["dish_id"], unique=False)
    op.create_table(
        "dish_forecasts",
        sa.Column("forecast_id", ID, nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("bookings", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actual", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "0 <= low AND low <= expected AND expected <= high AND chosen >= 0",
            name=op.f("ck_dish_forecasts_interval"),
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_dish_forecasts_dish_id_dishes")),
        sa.ForeignKeyConstraint(
            ["forecast_id"],
            ["meal_forecasts.id"],
            name=op.f("fk_dish_forecasts_forecast_id_meal_forecasts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("forecast_id", "dish_id", name=op.f("pk_dish_forecasts")),
    )


def downgrade() -> None:
    op.drop_table("dish_forecasts")
    op.drop_table("dish_attendance")
    op.drop_table("meal_forecasts")
    op.drop_table("meal_attendance")

"""Missed meals with their appeals, and pauses of ordering in advance.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DECIDED = "(decided_at IS NULL) = (decided_by IS NULL)"
APPEALED = "(appealed_at IS NULL) = (appeal_reason = '')"


def upgrade() -> None:
    op.create_table(
        "no_shows",
        sa.Column("order_id", ID, nullable=False, autoincrement=False),
        sa.Column("meal_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("was_absent", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("refunded_fen", sa.Integer(), nullable=False),
        sa.Column("appeal_reason", sa.String(200), nullable=False),
        sa.Column("appealed_at", INSTANT, nullable=True),
        sa.Column("answer", sa.String(200), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("order_id", name="pk_no_shows"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_no_shows_order_id_orders"),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name="fk_no_shows_meal_id_meals"),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name="fk_no_shows_canteen_id_canteens"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_no_shows_staff_id_staff"),
        sa.CheckConstraint("refunded_fen >= 0", name=op.f("ck_no_shows_refunded")),
        sa.CheckConstraint(DECIDED, name=op.f("ck_no_shows_decided")),
        sa.CheckConstraint(APPEALED, name=op.f("ck_no_shows_appealed")),
    )
    op.create_index("ix_no_shows_staff_id_served_on", "no_shows", ["staff_id", "served_on"])
    op.create_index("ix_no_shows_canteen_id_served_on_state", "no_shows", ["canteen_id", "served_on", "state"])
    op.create_table(
        "order_pauses",
        sa.Column("order_id", ID, nullable=False, autoincrement=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("missed", sa.SmallInteger(), nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_pauses"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_pauses_order_id_orders"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_order_pauses_staff_id_staff"),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name="fk_order_pauses_canteen_id_canteens"),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_order_pauses_span")),
    )
    op.create_index(
        "ix_order_pauses_staff_id_canteen_id_until_at",
        "order_pauses",
        ["staff_id", "canteen_id", "until_at"],
    )


def downgrade() -> None:
    op.drop_table("order_pauses")
    op.drop_table("no_shows")

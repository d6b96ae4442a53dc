"""What the counters' tablets told after they were offline.

Locks: none; one new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offline_pickups",
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("meal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handed_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_offline_pickups"),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name="fk_offline_pickups_meal_id_meals"),
    )
    op.create_index("ix_offline_pickups_meal_id", "offline_pickups", ["meal_id"])
    op.create_index("ix_offline_pickups_order_id", "offline_pickups", ["order_id"])


def downgrade() -> None:
    op.drop_table("offline_pickups")

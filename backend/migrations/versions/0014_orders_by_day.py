"""Orders by canteen and day: the attendance of a year is read from this index alone.

Locks: building it blocks writes to `orders`; run it outside of the rush.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_orders_canteen_id_served_on_period_state", "orders", ["canteen_id", "served_on", "period", "state"]
    )


def downgrade() -> None:
    op.drop_index("ix_orders_canteen_id_served_on_period_state", "orders")

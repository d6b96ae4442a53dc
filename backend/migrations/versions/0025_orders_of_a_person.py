"""Orders by person and day: one's own list and week are read from this index, cancelled ones included.

Locks: building it blocks writes to `orders`; run it outside of the rush.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_staff_id_served_on", "orders", ["staff_id", "served_on"])


def downgrade() -> None:
    op.drop_index("ix_orders_staff_id_served_on", "orders")

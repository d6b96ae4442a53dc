"""What score sheets are for: those of the canteens' evaluation, and those of contractors, apart.

Locks: a short exclusive lock of a small table; its default needs no rewrite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "score_sheets", sa.Column("purpose", sa.String(20), nullable=False, server_default="evaluation")
    )


def downgrade() -> None:
    op.drop_column("score_sheets", "purpose")

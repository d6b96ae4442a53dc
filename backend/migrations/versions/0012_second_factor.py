"""Second factors and console sessions.

Locks: a short exclusive lock on login_sessions, for three columns with constant defaults, which rewrite
nothing. The defaults stay, so that the code before this one can log people in while it is replaced; the
sessions that there are belong to the API and are complete.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("staff_id", big, nullable=False),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("begun_in", big, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", big, nullable=False),
        sa.Column("failures", sa.SmallInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_second_factors_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("staff_id", big, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_codes_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.add_column(
        "login_sessions", sa.Column("kind", sa.String(length=10), nullable=False, server_default="api")
    )
    op.add_column(
        "login_sessions", sa.Column("stage", sa.String(length=24), nullable=False, server_default="complete")
    )
    op.add_column("login_sessions", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # The code before this one would take every row for a complete session of the API.
    op.execute("DELETE FROM login_sessions WHERE kind <> 'api' OR stage <> 'complete'")
    op.drop_column("login_sessions", "proved_at")
    op.drop_column("login_sessions", "stage")
    op.drop_column("login_sessions", "kind")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")

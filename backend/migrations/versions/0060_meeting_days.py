"""What the meetings of a day come to, and the hours at which rooms are in use."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "meeting_days",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("room_id", ID, autoincrement=False, nullable=False),
        sa.Column("department_id", ID, autoincrement=False, nullable=False),
        sa.Column("booked", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("held", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("signed_in", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("served", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("no_shows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cancelled", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("displaced", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("expired", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("headed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("heads", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("booked_minutes", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("used_minutes", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("signed_minutes", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("headed_minutes", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("head_minutes", ID, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("on_date", "room_id", "department_id", name=op.f("pk_meeting_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meeting_hours",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("room_id", ID, autoincrement=False, nullable=False),
        sa.Column("minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("on_date", "hour", "room_id", name=op.f("pk_meeting_hours")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("meeting_hours")
    op.drop_table("meeting_days")

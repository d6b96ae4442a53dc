"""Meetings that ask to displace others."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meeting_overrides",
        sa.Column("id", ID, nullable=False),
        sa.Column("booking_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("wanting_ids", sa.JSON(), nullable=False),
        sa.Column("displaced_ids", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("lapses_at", AT, nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), server_default="", nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decision", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_meeting_overrides_asked_by_staff")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["meeting_bookings.id"],
            name=op.f("fk_meeting_overrides_booking_id_meeting_bookings"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_overrides_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_overrides")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_meeting_overrides_booking_id")),
    )
    op.create_index(
        op.f("ix_meeting_overrides_state_lapses_at"),
        "meeting_overrides",
        ["state", "lapses_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("meeting_overrides")

"""The waitlist of meeting rooms."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meeting_waitlist",
        sa.Column("id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("room_id", ID, nullable=True),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("capacity", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("layout", sa.String(length=10), nullable=True),
        sa.Column("start_at", AT, nullable=False),
        sa.Column("end_at", AT, nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("headcount", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("agenda", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("contact_phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("attendees", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("booking_id", ID, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint(
            "(state = 'booked') = (booking_id IS NOT NULL)", name=op.f("ck_meeting_waitlist_booked")
        ),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_meeting_waitlist_interval")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["meeting_bookings.id"],
            name=op.f("fk_meeting_waitlist_booking_id_meeting_bookings"),
        ),
        sa.ForeignKeyConstraint(
            ["campus_id"], ["campuses.id"], name=op.f("fk_meeting_waitlist_campus_id_campuses")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_waitlist_room_id_meeting_rooms")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_meeting_waitlist_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_waitlist")),
    )
    op.create_index(op.f("ix_meeting_waitlist_entered_by"), "meeting_waitlist", ["entered_by"], unique=False)
    op.create_index(op.f("ix_meeting_waitlist_staff_id"), "meeting_waitlist", ["staff_id"], unique=False)
    op.create_index(
        "ix_meeting_waitlist_waiting",
        "meeting_waitlist",
        ["start_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "meeting_offers",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("offered_at", AT, nullable=False),
        sa.Column("lapses_at", AT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["meeting_waitlist.id"], name=op.f("fk_meeting_offers_entry_id_meeting_waitlist")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_offers_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_offers")),
        sa.UniqueConstraint("entry_id", "room_id", name=op.f("uq_meeting_offers_entry_id_room_id")),
    )
    op.create_index(
        "ix_meeting_offers_lapsing",
        "meeting_offers",
        ["lapses_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_meeting_offers_open",
        "meeting_offers",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("meeting_offers")
    op.drop_table("meeting_waitlist")

"""Bookings of meeting rooms, and the holds that no two of which overlap."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meeting_bookings",
        sa.Column("id", ID, nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("organiser_id", ID, nullable=False),
        sa.Column("booked_by", ID, nullable=False),
        sa.Column("booked_at", AT, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("first_start_at", AT, nullable=False),
        sa.Column("first_end_at", AT, nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("rrule", sa.String(length=300), server_default="", nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("holiday_rule", sa.String(length=15), nullable=False),
        sa.Column("contact_phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("agenda", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("question", sa.String(length=500), server_default="", nullable=False),
        sa.Column("answer", sa.String(length=500), server_default="", nullable=False),
        sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("follows_id", ID, nullable=True),
        sa.CheckConstraint("first_end_at > first_start_at", name=op.f("ck_meeting_bookings_interval")),
        sa.ForeignKeyConstraint(
            ["follows_id"],
            ["meeting_bookings.id"],
            name=op.f("fk_meeting_bookings_follows_id_meeting_bookings"),
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["staff.id"], name=op.f("fk_meeting_bookings_organiser_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_bookings_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_bookings")),
        sa.UniqueConstraint("uid", name=op.f("uq_meeting_bookings_uid")),
    )
    op.create_index(op.f("ix_meeting_bookings_booked_by"), "meeting_bookings", ["booked_by"], unique=False)
    op.create_index(
        op.f("ix_meeting_bookings_organiser_id"), "meeting_bookings", ["organiser_id"], unique=False
    )
    op.create_table(
        "meeting_attendees",
        sa.Column("id", ID, nullable=False),
        sa.Column("booking_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("name", sa.String(length=50), server_default="", nullable=False),
        sa.Column("organisation", sa.String(length=80), server_default="", nullable=False),
        sa.Column("title", sa.String(length=50), server_default="", nullable=False),
        sa.CheckConstraint("staff_id IS NOT NULL OR name <> ''", name=op.f("ck_meeting_attendees_named")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["meeting_bookings.id"],
            name=op.f("fk_meeting_attendees_booking_id_meeting_bookings"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_meeting_attendees_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_attendees")),
        sa.UniqueConstraint("booking_id", "staff_id", name=op.f("uq_meeting_attendees_booking_id_staff_id")),
    )
    op.create_index(op.f("ix_meeting_attendees_staff_id"), "meeting_attendees", ["staff_id"], unique=False)
    op.create_table(
        "meeting_booking_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("booking_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("at", AT, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=10), server_default="", nullable=False),
        sa.Column("to_state", sa.String(length=10), server_default="", nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=500), server_default="", nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["meeting_bookings.id"],
            name=op.f("fk_meeting_booking_events_booking_id_meeting_bookings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_booking_events")),
    )
    op.create_index(
        op.f("ix_meeting_booking_events_booking_id"), "meeting_booking_events", ["booking_id"], unique=False
    )
    op.create_table(
        "meeting_occurrences",
        sa.Column("id", ID, nullable=False),
        sa.Column("booking_id", ID, nullable=False),
        sa.Column("slot_at", AT, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("organiser_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("headcount", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("layout", sa.String(length=10), nullable=True),
        sa.Column("note", sa.String(length=500), server_default="", nullable=False),
        sa.Column("start_at", AT, nullable=False),
        sa.Column("end_at", AT, nullable=False),
        sa.Column("planned_end_at", AT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_added", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("lapses_at", AT, nullable=True),
        sa.Column("checked_in_at", AT, nullable=True),
        sa.Column("checked_in_by", ID, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_meeting_occurrences_interval")),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_meeting_occurrences_headcount")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["meeting_bookings.id"],
            name=op.f("fk_meeting_occurrences_booking_id_meeting_bookings"),
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["staff.id"], name=op.f("fk_meeting_occurrences_organiser_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_occurrences_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_occurrences")),
        sa.UniqueConstraint("booking_id", "slot_at", name=op.f("uq_meeting_occurrences_booking_id_slot_at")),
    )
    op.create_index(
        op.f("ix_meeting_occurrences_department_id_start_at"),
        "meeting_occurrences",
        ["department_id", "start_at"],
        unique=False,
    )
    op.create_index(
        "ix_meeting_occurrences_holding",
        "meeting_occurrences",
        ["state", "start_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'booked', 'in_use')"),
        postgresql_where=sa.text("state IN ('pending', 'booked', 'in_use')"),
    )
    op.create_index(
        op.f("ix_meeting_occurrences_organiser_id_start_at"),
        "meeting_occurrences",
        ["organiser_id", "start_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_meeting_occurrences_room_id_start_at"),
        "meeting_occurrences",
        ["room_id", "start_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_meeting_occurrences_start_at"), "meeting_occurrences", ["start_at"], unique=False
    )
    op.create_table(
        "meeting_holds",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=True),
        sa.Column("offer_id", ID, nullable=True),
        sa.Column("hold_from", AT, nullable=False),
        sa.Column("hold_to", AT, nullable=False),
        sa.Column("lapses_at", AT, nullable=True),
        sa.CheckConstraint(
            "(occurrence_id IS NULL) <> (offer_id IS NULL)", name=op.f("ck_meeting_holds_one_holder")
        ),
        sa.CheckConstraint("hold_to > hold_from", name=op.f("ck_meeting_holds_interval")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["meeting_occurrences.id"],
            name=op.f("fk_meeting_holds_occurrence_id_meeting_occurrences"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_holds_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_holds")),
    )
    op.create_index(
        "ix_meeting_holds_lapsing",
        "meeting_holds",
        ["lapses_at"],
        unique=False,
        sqlite_where=sa.text("lapses_at IS NOT NULL"),
        postgresql_where=sa.text("lapses_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_meeting_holds_occurrence_id"), "meeting_holds", ["occurrence_id"], unique=False)
    op.create_index(op.f("ix_meeting_holds_offer_id"), "meeting_holds", ["offer_id"], unique=False)
    op.create_index(
        op.f("ix_meeting_holds_room_id_hold_to"), "meeting_holds", ["room_id", "hold_to"], unique=False
    )
    make_append_only("meeting_booking_events")
    _guard_holds()


def _guard_holds() -> None:
    """No two holds of a room overlap, whoever writes. ADR 0038.

    Ranges of one number stand for the room, so that no extension is needed.
    """
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "ALTER TABLE meeting_holds ADD CONSTRAINT ex_meeting_holds_overlap EXCLUDE USING gist"
            " (int8range(room_id, room_id, '[]') WITH &&, tstzrange(hold_from, hold_to, '[)') WITH &&)"
        )
        return
    for verb, itself in (("INSERT", ""), ("UPDATE", " AND id <> NEW.id")):
        op.execute(
            f"CREATE TRIGGER meeting_holds_overlap_{verb.lower()} BEFORE {verb} ON meeting_holds"
            # The rows of a room do not overlap, so that only the first that ends later can be in the way.
            " WHEN NEW.hold_to > (SELECT hold_from FROM meeting_holds WHERE room_id = NEW.room_id"
            f" AND hold_to > NEW.hold_from{itself} ORDER BY hold_to LIMIT 1)"
            " BEGIN SELECT RAISE(ABORT, 'ex_meeting_holds_overlap'); END"
        )


def downgrade() -> None:
    op.drop_table("meeting_holds")
    op.drop_table("meeting_occurrences")
    op.drop_table("meeting_booking_events")
    op.drop_table("meeting_attendees")
    op.drop_table("meeting_bookings")

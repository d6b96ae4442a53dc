"""Meeting rooms: what they offer, when and to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

EQUIPMENT = {
    "projector": "投影",
    "sound": "音响",
    "video_conference": "视频会议",
    "interpretation": "同声传译",
    "whiteboard": "白板",
    "recording": "录播",
    "screen_sharing": "无线投屏",
    "name_displays": "电子席卡",
    "led_wall": "LED 大屏",
    "voting": "表决器",
    "hearing_loop": "助听环路",
    "wheelchair_access": "无障碍通道",
}
equipment = sa.table("meeting_equipment", sa.column("code"), sa.column("name"), sa.column("position"))


def upgrade() -> None:
    op.create_table(
        "meeting_equipment",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_equipment")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_equipment_code")),
        sa.UniqueConstraint("name", name=op.f("uq_meeting_equipment_name")),
    )
    op.create_table(
        "meeting_rooms",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("place_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("approval", sa.String(length=15), nullable=False),
        sa.Column("approval_level", sa.SmallInteger(), nullable=True),
        sa.Column("turnaround_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("min_minutes", sa.Integer(), server_default=sa.text("(15)"), nullable=False),
        sa.Column("max_minutes", sa.Integer(), server_default=sa.text("(1440)"), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("advance_days", sa.Integer(), server_default=sa.text("(180)"), nullable=False),
        sa.Column("is_checkin_required", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), server_default=sa.text("(10)"), nullable=False),
        sa.Column("exempt_minutes", sa.Integer(), server_default=sa.text("(480)"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("stamp", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_meeting_rooms_capacity")),
        sa.CheckConstraint(
            "min_minutes > 0 AND max_minutes >= min_minutes", name=op.f("ck_meeting_rooms_minutes")
        ),
        sa.CheckConstraint("turnaround_minutes >= 0", name=op.f("ck_meeting_rooms_turnaround")),
        sa.ForeignKeyConstraint(["place_id"], ["rooms.id"], name=op.f("fk_meeting_rooms_place_id_rooms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_rooms")),
        sa.UniqueConstraint("name", name=op.f("uq_meeting_rooms_name")),
        sa.UniqueConstraint("place_id", name=op.f("uq_meeting_rooms_place_id")),
    )
    op.create_table(
        "meeting_quotas",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=True),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("period", sa.String(length=15), nullable=False),
        sa.Column("measure", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("week_starts_on", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_meeting_quotas_amount")),
        sa.CheckConstraint("week_starts_on BETWEEN 1 AND 7", name=op.f("ck_meeting_quotas_week")),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_quotas_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_quotas")),
    )
    op.create_index(op.f("ix_meeting_quotas_room_id"), "meeting_quotas", ["room_id"], unique=False)
    op.create_table(
        "meeting_room_access",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("right_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_access_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_room_access")),
        sa.UniqueConstraint(
            "room_id",
            "right_kind",
            "subject_kind",
            "subject_id",
            name=op.f("uq_meeting_room_access_room_id_right_kind_subject_kind_subject_id"),
        ),
    )
    op.create_table(
        "meeting_room_closures",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("lifted_at", AT, nullable=True),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_meeting_room_closures_interval")),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_closures_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_room_closures")),
    )
    op.create_index(
        op.f("ix_meeting_room_closures_room_id_until_at"),
        "meeting_room_closures",
        ["room_id", "until_at"],
        unique=False,
    )
    op.create_table(
        "meeting_room_equipment",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("equipment_id", ID, nullable=False),
        sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["equipment_id"],
            ["meeting_equipment.id"],
            name=op.f("fk_meeting_room_equipment_equipment_id_meeting_equipment"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_equipment_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("room_id", "equipment_id", name=op.f("pk_meeting_room_equipment")),
    )
    op.create_table(
        "meeting_room_hours",
        sa.Column("id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=False),
        sa.Column("until_time", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_meeting_room_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_hours_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_room_hours")),
        sa.UniqueConstraint(
            "room_id", "weekday", "from_time", name=op.f("uq_meeting_room_hours_room_id_weekday_from_time")
        ),
    )
    op.create_table(
        "meeting_room_layouts",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("layout", sa.String(length=10), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_layouts_room_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("room_id", "layout", name=op.f("pk_meeting_room_layouts")),
    )
    op.create_table(
        "meeting_room_managers",
        sa.Column("room_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_managers_room_id_meeting_rooms")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_meeting_room_managers_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("room_id", "staff_id", name=op.f("pk_meeting_room_managers")),
    )
    op.create_index(
        op.f("ix_meeting_room_managers_staff_id"), "meeting_room_managers", ["staff_id"], unique=False
    )
    op.create_table(
        "meeting_room_parts",
        sa.Column("hall_id", ID, nullable=False),
        sa.Column("part_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_parts_hall_id_meeting_rooms")
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_room_parts_part_id_meeting_rooms")
        ),
        sa.PrimaryKeyConstraint("hall_id", "part_id", name=op.f("pk_meeting_room_parts")),
    )
    op.create_index(op.f("ix_meeting_room_parts_part_id"), "meeting_room_parts", ["part_id"], unique=False)
    op.create_table(
        "meeting_closure_exceptions",
        sa.Column("closure_id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["closure_id"],
            ["meeting_room_closures.id"],
            name=op.f("fk_meeting_closure_exceptions_closure_id_meeting_room_closures"),
        ),
        sa.PrimaryKeyConstraint(
            "closure_id", "subject_kind", "subject_id", name=op.f("pk_meeting_closure_exceptions")
        ),
    )
    for position, (code, name) in enumerate(EQUIPMENT.items(), 1):
        op.execute(equipment.insert().values(code=code, name=name, position=position))


def downgrade() -> None:
    op.drop_table("meeting_closure_exceptions")
    op.drop_table("meeting_room_parts")
    op.drop_table("meeting_room_managers")
    op.drop_table("meeting_room_layouts")
    op.drop_table("meeting_room_hours")
    op.drop_table("meeting_room_equipment")
    op.drop_table("meeting_room_closures")
    op.drop_table("meeting_room_access")
    op.drop_table("meeting_quotas")
    op.drop_table("meeting_rooms")
    op.drop_table("meeting_equipment")

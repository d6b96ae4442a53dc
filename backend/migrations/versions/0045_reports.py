"""Reports: categories, handling offices, reports, their clocks and everything that happens to them."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handling_offices",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("campus_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=True),
        sa.Column("contractor_id", ID, nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campus_id"], ["campuses.id"], name=op.f("fk_handling_offices_campus_id_campuses")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_handling_offices_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling_offices")),
        sa.UniqueConstraint("name", name=op.f("uq_handling_offices_name")),
    )
    op.create_table(
        "office_members",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("is_lead", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["handling_offices.id"], name=op.f("fk_office_members_office_id_handling_offices")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_office_members_staff_id_staff")),
        sa.PrimaryKeyConstraint("office_id", "staff_id", name=op.f("pk_office_members")),
    )
    op.create_index(op.f("ix_office_members_staff_id"), "office_members", ["staff_id"], unique=False)
    op.create_table(
        "report_categories",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("hint", sa.String(length=200), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("anonymity", sa.String(length=10), nullable=False),
        sa.Column("deadline", sa.String(length=10), nullable=False),
        sa.Column("radius_m", sa.Integer(), server_default=sa.text("(50)"), nullable=False),
        sa.Column("needs_photo", sa.Boolean(), nullable=False),
        sa.Column("needs_place", sa.Boolean(), nullable=False),
        sa.Column("is_wall_allowed", sa.Boolean(), nullable=False),
        sa.Column("repair_category_id", ID, nullable=True),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["handling_offices.id"],
            name=op.f("fk_report_categories_office_id_handling_offices"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_categories")),
        sa.UniqueConstraint("code", name=op.f("uq_report_categories_code")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_report_categories_kind_name")),
    )
    op.create_table(
        "reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("category_id", ID, nullable=False),
        sa.Column("deadline", sa.String(length=10), nullable=False),
        sa.Column("reporter_id", ID, nullable=True),
        sa.Column("reporter_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("reporter_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("department_id", ID, nullable=True),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("contact_phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("place_kind", sa.String(length=10), nullable=True),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("place_path", sa.String(length=200), nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_wall_consented", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("assignment_id", ID, nullable=True),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("master_id", ID, nullable=True),
        sa.Column("follows_id", ID, nullable=True),
        sa.Column("unhidden_state", sa.String(length=10), server_default="", nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), server_default="", nullable=False),
        sa.Column("is_lapsed", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("accepted_at", AT, nullable=True),
        sa.Column("assigned_at", AT, nullable=True),
        sa.Column("replied_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("supervised_at", AT, nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("transfers", sa.SmallInteger(), nullable=False),
        sa.Column("extensions", sa.SmallInteger(), nullable=False),
        sa.Column("reopenings", sa.SmallInteger(), nullable=False),
        sa.Column("reminders", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'duplicate' OR unhidden_state = 'duplicate') = (master_id IS NOT NULL)",
            name=op.f("ck_reports_master"),
        ),
        sa.CheckConstraint("(state = 'hidden') = (unhidden_state <> '')", name=op.f("ck_reports_hidden")),
        sa.CheckConstraint(
            "(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name=op.f("ck_reports_position")
        ),
        sa.CheckConstraint("(place_kind IS NULL) = (place_id IS NULL)", name=op.f("ck_reports_place")),
        sa.CheckConstraint(
            "is_anonymous = (reporter_cipher IS NOT NULL) AND (NOT is_anonymous OR (reporter_id IS NULL AND department_id IS NULL))",
            name=op.f("ck_reports_sealed"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["report_categories.id"], name=op.f("fk_reports_category_id_report_categories")
        ),
        sa.ForeignKeyConstraint(["follows_id"], ["reports.id"], name=op.f("fk_reports_follows_id_reports")),
        sa.ForeignKeyConstraint(["master_id"], ["reports.id"], name=op.f("fk_reports_master_id_reports")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["handling_offices.id"], name=op.f("fk_reports_office_id_handling_offices")
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["staff.id"], name=op.f("fk_reports_reporter_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("number", name=op.f("uq_reports_number")),
    )
    op.create_index(
        op.f("ix_reports_category_id_submitted_at"), "reports", ["category_id", "submitted_at"], unique=False
    )
    op.create_index(op.f("ix_reports_follows_id"), "reports", ["follows_id"], unique=False)
    op.create_index(
        "ix_reports_lapsing",
        "reports",
        ["state", "replied_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('replied', 'to_rate')"),
        postgresql_where=sa.text("state IN ('replied', 'to_rate')"),
    )
    op.create_index(op.f("ix_reports_master_id"), "reports", ["master_id"], unique=False)
    op.create_index(
        op.f("ix_reports_office_id_submitted_at"), "reports", ["office_id", "submitted_at"], unique=False
    )
    op.create_index(
        "ix_reports_open",
        "reports",
        ["state", "campus_id", "submitted_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'accepted', 'assigned', 'in_order', 'suspended')"),
        postgresql_where=sa.text("state IN ('pending', 'accepted', 'assigned', 'in_order', 'suspended')"),
    )
    op.create_index(
        op.f("ix_reports_place_kind_place_id_submitted_at"),
        "reports",
        ["place_kind", "place_id", "submitted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reports_reporter_key_submitted_at"),
        "reports",
        ["reporter_key", "submitted_at"],
        unique=False,
    )
    op.create_index(op.f("ix_reports_submitted_at"), "reports", ["submitted_at"], unique=False)
    op.create_index(
        "ix_reports_wall",
        "reports",
        ["published_at"],
        unique=False,
        sqlite_where=sa.text("published_at IS NOT NULL"),
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_table(
        "report_assignments",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("assigned_at", AT, nullable=False),
        sa.Column("assigned_by", ID, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.String(length=12), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by = '')", name=op.f("ck_report_assignments_ended")),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["handling_offices.id"],
            name=op.f("fk_report_assignments_office_id_handling_offices"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_assignments_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_assignments")),
    )
    op.create_index(
        op.f("ix_report_assignments_office_id_assigned_at"),
        "report_assignments",
        ["office_id", "assigned_at"],
        unique=False,
    )
    op.create_index(op.f("ix_report_assignments_order_id"), "report_assignments", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_report_assignments_report_id"), "report_assignments", ["report_id"], unique=False
    )
    op.create_index(
        "uq_report_assignments_live",
        "report_assignments",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "report_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_events_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_events")),
    )
    op.create_index(op.f("ix_report_events_report_id"), "report_events", ["report_id"], unique=False)
    op.create_table(
        "report_followers",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_followers_report_id_reports")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_report_followers_staff_id_staff")),
        sa.PrimaryKeyConstraint("report_id", "staff_id", name=op.f("pk_report_followers")),
    )
    op.create_index(op.f("ix_report_followers_staff_id"), "report_followers", ["staff_id"], unique=False)
    make_append_only("report_events")


def downgrade() -> None:
    op.drop_table("report_followers")
    op.drop_table("report_events")
    op.drop_table("report_assignments")
    op.drop_table("reports")
    op.drop_table("report_categories")
    op.drop_table("office_members")
    op.drop_table("handling_offices")

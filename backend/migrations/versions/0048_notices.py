"""Notices with their audience, reads and attachments."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", ID, nullable=False),
        sa.Column("object_key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("uploaded_by", ID, nullable=False),
        sa.Column("uploaded_at", AT, nullable=False),
        sa.Column("owner_kind", sa.String(length=40), nullable=True),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("loose_since", AT, nullable=True),
        sa.Column("link_revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(owner_kind IS NULL AND owner_id IS NULL AND loose_since IS NOT NULL) OR (owner_kind IS NOT NULL AND owner_id IS NOT NULL AND loose_since IS NULL)",
            name=op.f("ck_attachments_owned_or_loose"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("object_key", name=op.f("uq_attachments_object_key")),
    )
    op.create_index(op.f("ix_attachments_loose_since"), "attachments", ["loose_since"], unique=False)
    op.create_index(
        op.f("ix_attachments_owner_kind_owner_id"), "attachments", ["owner_kind", "owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_attachments_uploaded_by_loose_since"),
        "attachments",
        ["uploaded_by", "loose_since"],
        unique=False,
    )
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("publish_at", AT, nullable=True),
        sa.Column("published_at", AT, nullable=True),
        sa.Column("pinned_until", AT, nullable=True),
        sa.Column("expires_at", AT, nullable=True),
        sa.Column("changed_at", AT, nullable=True),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("source_kind", sa.String(length=40), nullable=True),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_notices_withdrawn")
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'scheduled')) = (published_at IS NULL)", name=op.f("ck_notices_published")
        ),
        sa.CheckConstraint(
            "state <> 'scheduled' OR publish_at IS NOT NULL", name=op.f("ck_notices_scheduled")
        ),
        sa.CheckConstraint("(source_kind IS NULL) = (source_id IS NULL)", name=op.f("ck_notices_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("source_kind", "source_id", name=op.f("uq_notices_source_kind_source_id")),
    )
    op.create_index(
        "ix_notices_due",
        "notices",
        ["publish_at"],
        unique=False,
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(op.f("ix_notices_published_at"), "notices", ["published_at"], unique=False)
    op.create_table(
        "department_campuses",
        sa.Column("department_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["campus_id"], ["campuses.id"], name=op.f("fk_department_campuses_campus_id_campuses")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_department_campuses_department_id_departments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("department_id", "campus_id", name=op.f("pk_department_campuses")),
    )
    op.create_table(
        "notice_audiences",
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.id"],
            name=op.f("fk_notice_audiences_notice_id_notices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notice_id", "kind", "target_id", name=op.f("pk_notice_audiences")),
    )
    op.create_table(
        "notice_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_events_notice_id_notices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_events")),
    )
    op.create_index(op.f("ix_notice_events_notice_id"), "notice_events", ["notice_id"], unique=False)
    op.create_table(
        "notice_reads",
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("read_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_reads_notice_id_notices")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_notice_reads_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "staff_id", name=op.f("pk_notice_reads")),
    )
    op.create_index(op.f("ix_notice_reads_staff_id"), "notice_reads", ["staff_id"], unique=False)
    make_append_only("notice_events")


def downgrade() -> None:
    op.drop_table("notice_reads")
    op.drop_table("notice_events")
    op.drop_table("notice_audiences")
    op.drop_table("department_campuses")
    op.drop_table("notices")
    op.drop_table("attachments")

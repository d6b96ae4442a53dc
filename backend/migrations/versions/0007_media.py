"""Photos.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "photo_contents",
        sa.Column("id", big, nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("object_key", sa.String(length=120), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=False),
        sa.Column("height", sa.SmallInteger(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doomed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_contents")),
        sa.UniqueConstraint("object_key", name=op.f("uq_photo_contents_object_key")),
    )
    op.create_index(op.f("ix_photo_contents_claimed_at"), "photo_contents", ["claimed_at"])
    op.create_index(
        "uq_photo_contents_live",
        "photo_contents",
        ["sha256"],
        unique=True,
        sqlite_where=sa.text("doomed_at IS NULL"),
        postgresql_where=sa.text("doomed_at IS NULL"),
    )
    op.create_table(
        "photos",
        sa.Column("id", big, nullable=False),
        sa.Column("content_id", big, nullable=False),
        sa.Column("uploaded_by", big, nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("owner_kind", sa.String(length=40), nullable=True),
        sa.Column("owner_id", big, nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("loose_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("link_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.ForeignKeyConstraint(
            ["content_id"], ["photo_contents.id"], name=op.f("fk_photos_content_id_photo_contents")
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["staff.id"], name=op.f("fk_photos_uploaded_by_staff")),
        sa.CheckConstraint(
            "(state = 'uploaded' AND owner_kind IS NULL AND owner_id IS NULL AND loose_since IS NOT NULL)"
            " OR (state <> 'uploaded' AND owner_kind IS NOT NULL AND owner_id IS NOT NULL"
            " AND loose_since IS NULL)",
            name=op.f("ck_photos_owned_or_loose"),
        ),
    )
    op.create_index(op.f("ix_photos_content_id"), "photos", ["content_id"])
    op.create_index(op.f("ix_photos_loose_since"), "photos", ["loose_since"])
    op.create_index(op.f("ix_photos_owner_kind_owner_id"), "photos", ["owner_kind", "owner_id"])
    op.create_index(op.f("ix_photos_uploaded_by_loose_since"), "photos", ["uploaded_by", "loose_since"])


def downgrade() -> None:
    op.drop_table("photos")
    op.drop_table("photo_contents")

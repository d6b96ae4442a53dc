"""Keys of Open311's clients."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "open311_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_by_name", sa.String(length=50), nullable=False),
        sa.Column("revoked_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open311_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_open311_keys_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_open311_keys_name")),
    )
    op.create_table(
        "open311_submissions",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("key_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["open311_keys.id"], name=op.f("fk_open311_submissions_key_id_open311_keys")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_open311_submissions_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_open311_submissions")),
    )
    op.create_index(
        op.f("ix_open311_submissions_key_id_at"), "open311_submissions", ["key_id", "at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("open311_submissions")
    op.drop_table("open311_keys")

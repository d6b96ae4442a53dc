"""Moderation: word list, checks, pictures for publication."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "moderation_submissions",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_moderation_submissions_decided")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_submissions")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", name=op.f("uq_moderation_submissions_subject_kind_subject_id")
        ),
    )
    op.create_index(
        "ix_moderation_submissions_open",
        "moderation_submissions",
        ["state", "submitted_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'manual')"),
        postgresql_where=sa.text("state IN ('waiting', 'manual')"),
    )
    op.create_table(
        "moderation_word_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        sa.Column("changed_by_name", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_moderation_word_versions")),
    )
    op.create_table(
        "moderation_words",
        sa.Column("id", ID, nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("normalised", sa.String(length=800), nullable=False),
        sa.Column("severity", sa.String(length=6), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("until_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_words")),
    )
    op.create_index(
        "uq_moderation_words_live",
        "moderation_words",
        ["normalised"],
        unique=True,
        sqlite_where=sa.text("until_version IS NULL"),
        postgresql_where=sa.text("until_version IS NULL"),
    )
    op.create_table(
        "moderation_checks",
        sa.Column("id", ID, nullable=False),
        sa.Column("submission_id", ID, nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("photo_id", ID, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("failure", sa.String(length=14), nullable=False),
        sa.Column("ruling", sa.String(length=8), nullable=False),
        sa.Column("word_version", sa.Integer(), nullable=True),
        sa.Column("trace_id", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("leased_until", AT, nullable=True),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.CheckConstraint(
            "(photo_id IS NULL) = (provider <> 'wechat_image')", name=op.f("ck_moderation_checks_photo")
        ),
        sa.CheckConstraint("(state = 'failed') = (failure <> '')", name=op.f("ck_moderation_checks_failed")),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["moderation_submissions.id"],
            name=op.f("fk_moderation_checks_submission_id_moderation_submissions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_checks")),
    )
    op.create_index(
        op.f("ix_moderation_checks_submission_id"), "moderation_checks", ["submission_id"], unique=False
    )
    op.create_index(
        "ix_moderation_checks_trace",
        "moderation_checks",
        ["trace_id"],
        unique=False,
        sqlite_where=sa.text("trace_id <> ''"),
        postgresql_where=sa.text("trace_id <> ''"),
    )
    op.create_index(
        "ix_moderation_checks_waiting",
        "moderation_checks",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "report_publications",
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("published_at", AT, nullable=False),
        sa.Column("published_by", ID, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_by", ID, nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_report_publications_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_publications_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_publications")),
    )
    op.create_index(
        op.f("ix_report_publications_report_id"), "report_publications", ["report_id"], unique=False
    )
    op.create_index(
        "uq_report_publications_live",
        "report_publications",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("report_publications")
    op.drop_table("moderation_checks")
    op.drop_table("moderation_words")
    op.drop_table("moderation_word_versions")
    op.drop_table("moderation_submissions")

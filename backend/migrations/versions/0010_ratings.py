"""The ledger of ratings with its daily rollup; suggestions about the product itself.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APPEND_ONLY = ("ratings", "rating_scores")


def upgrade() -> None:
    _create_ratings()
    _create_suggestions()
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _create_ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", _big_int(), nullable=False),
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("subject_id", _big_int(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("rater_id", _big_int(), nullable=False),
        sa.Column("department_id", _big_int(), nullable=False),
        sa.Column("provider_kind", sa.String(20), nullable=False),
        sa.Column("provider_id", _big_int(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.ForeignKeyConstraint(["rater_id"], ["staff.id"], name=op.f("fk_ratings_rater_id_staff")),
        sa.UniqueConstraint(
            "service", "subject_id", "cycle", "rater_id", name=op.f("uq_ratings_service_subject_id_cycle_rater_id")
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_ratings_grade")),
    )
    op.create_index(op.f("ix_ratings_rater_id"), "ratings", ["rater_id"])
    op.create_index(
        op.f("ix_ratings_service_provider_kind_provider_id_served_on"),
        "ratings",
        ["service", "provider_kind", "provider_id", "served_on"],
    )
    op.create_table(
        "rating_scores",
        sa.Column("rating_id", _big_int(), nullable=False),
        sa.Column("dimension", sa.String(20), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rating_id", "dimension", name=op.f("pk_rating_scores")),
        sa.ForeignKeyConstraint(["rating_id"], ["ratings.id"], name=op.f("fk_rating_scores_rating_id_ratings")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_rating_scores_score")),
    )
    op.create_table(
        "rating_days",
        sa.Column("service", sa.String(40), nullable=False),
        sa.Column("provider_kind", sa.String(20), nullable=False),
        sa.Column("provider_id", _big_int(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("dimension", sa.String(20), nullable=False),
        *(sa.Column(f"n{score}", sa.Integer(), nullable=False) for score in range(1, 6)),
        sa.PrimaryKeyConstraint(
            "service", "provider_kind", "provider_id", "served_on", "dimension", name=op.f("pk_rating_days")
        ),
    )


def _create_suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", _big_int(), nullable=False),
        sa.Column("staff_id", _big_int(), nullable=False),
        sa.Column("department_id", _big_int(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("may_contact", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", _big_int(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_suggestions_staff_id_staff")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_suggestions_closed")),
    )
    op.create_index(op.f("ix_suggestions_staff_id_sent_at"), "suggestions", ["staff_id", "sent_at"])
    op.create_index(op.f("ix_suggestions_state_sent_at"), "suggestions", ["state", "sent_at"])
    op.create_table(
        "suggestion_replies",
        sa.Column("id", _big_int(), nullable=False),
        sa.Column("suggestion_id", _big_int(), nullable=False),
        sa.Column("staff_id", _big_int(), nullable=False),
        sa.Column("staff_name", sa.String(50), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_replies")),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestions.id"], name=op.f("fk_suggestion_replies_suggestion_id_suggestions")
        ),
    )
    op.create_index(op.f("ix_suggestion_replies_suggestion_id"), "suggestion_replies", ["suggestion_id"])


def _big_int() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def downgrade() -> None:
    for table in ("suggestion_replies", "suggestions", "rating_days", "rating_scores", "ratings"):
        op.drop_table(table)

"""Surveys: questions, invitations, answers."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("intro", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("segment", sa.String(length=10), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=True),
        sa.Column("opens_at", AT, nullable=True),
        sa.Column("stops_on", sa.Date(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by_name", sa.String(length=50), nullable=False),
        sa.Column("opened_at", AT, nullable=True),
        sa.Column("stopped_at", AT, nullable=True),
        sa.Column("is_stopped_early", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("invited", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name=op.f("ck_surveys_opened")),
        sa.CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name=op.f("ck_surveys_stopped")),
        sa.CheckConstraint("answered <= invited", name=op.f("ck_surveys_answered")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    op.create_index(op.f("ix_surveys_state_stops_on"), "surveys", ["state", "stops_on"], unique=False)
    op.create_table(
        "survey_invites",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("has_answered", sa.Boolean(), nullable=False),
        sa.Column("campus_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_survey_invites_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_invites_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("survey_id", "staff_id", name=op.f("pk_survey_invites")),
    )
    op.create_index(op.f("ix_survey_invites_staff_id"), "survey_invites", ["staff_id"], unique=False)
    op.create_table(
        "survey_questions",
        sa.Column("id", ID, nullable=False),
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_questions_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_questions")),
        sa.UniqueConstraint("survey_id", "position", name=op.f("uq_survey_questions_survey_id_position")),
    )
    op.create_table(
        "survey_responses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_responses_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_responses")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_responses_survey_id"), "survey_responses", ["survey_id"], unique=False)
    op.create_table(
        "survey_segments",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("label_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_segments_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("survey_id", "label_id", name=op.f("pk_survey_segments")),
    )
    op.create_table(
        "survey_targets",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("target_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_targets_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("survey_id", "target_id", name=op.f("pk_survey_targets")),
    )
    op.create_table(
        "survey_answers",
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("option_id", ID, autoincrement=False, nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_survey_answers_score")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_answers_question_id_survey_questions"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_answers_response_id_survey_responses"),
        ),
        sa.PrimaryKeyConstraint("response_id", "question_id", "option_id", name=op.f("pk_survey_answers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_answers_question_id"), "survey_answers", ["question_id"], unique=False)
    op.create_table(
        "survey_options",
        sa.Column("id", ID, nullable=False),
        sa.Column("question_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_options_question_id_survey_questions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_options")),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_survey_options_question_id_position")),
    )


def downgrade() -> None:
    op.drop_table("survey_options")
    op.drop_table("survey_answers")
    op.drop_table("survey_targets")
    op.drop_table("survey_segments")
    op.drop_table("survey_responses")
    op.drop_table("survey_questions")
    op.drop_table("survey_invites")
    op.drop_table("surveys")

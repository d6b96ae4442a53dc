"""微管家: the catalogue of services, requests, answers to frequent questions, projects."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "faq_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("helpful", sa.Integer(), nullable=False),
        sa.Column("unhelpful", sa.Integer(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_entries")),
        sa.UniqueConstraint("question", name=op.f("uq_faq_entries_question")),
    )
    op.create_table(
        "faq_votes",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("voter_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("is_helpful", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["faq_entries.id"], name=op.f("fk_faq_votes_entry_id_faq_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", "voter_key", name=op.f("pk_faq_votes")),
    )
    op.create_table(
        "concierge_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("intro", sa.String(length=500), nullable=False),
        sa.Column("category_id", ID, nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("is_direct", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_photo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("hours", sa.String(length=100), nullable=False),
        sa.Column("open_limit", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint("NOT is_direct OR office_id IS NOT NULL", name=op.f("ck_concierge_items_direct")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["report_categories.id"],
            name=op.f("fk_concierge_items_category_id_report_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["handling_offices.id"], name=op.f("fk_concierge_items_office_id_handling_offices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concierge_items")),
        sa.UniqueConstraint("code", name=op.f("uq_concierge_items_code")),
        sa.UniqueConstraint("name", name=op.f("uq_concierge_items_name")),
    )
    op.create_table(
        "concierge_forms",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["concierge_items.id"], name=op.f("fk_concierge_forms_item_id_concierge_items")
        ),
        sa.PrimaryKeyConstraint("item_id", "revision", name=op.f("pk_concierge_forms")),
    )
    op.create_table(
        "found_things",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=True),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("place_path", sa.String(length=200), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("kept_at", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("registered_at", AT, nullable=False),
        sa.Column("registered_by", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.Column("end_text", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'claimed') = (claim_id IS NOT NULL)", name=op.f("ck_found_things_claimed")
        ),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_found_things_ended")),
        sa.ForeignKeyConstraint(["claim_id"], ["reports.id"], name=op.f("fk_found_things_claim_id_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_things")),
    )
    op.create_index(
        op.f("ix_found_things_state_found_on"), "found_things", ["state", "found_on"], unique=False
    )
    op.create_table(
        "improvement_projects",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=True),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("place_path", sa.String(length=200), nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("report_id", ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("adopted_at", AT, nullable=True),
        sa.Column("started_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'declined')) = (ended_at IS NOT NULL)",
            name=op.f("ck_improvement_projects_ended"),
        ),
        sa.CheckConstraint(
            "(place_kind IS NULL) = (place_id IS NULL)", name=op.f("ck_improvement_projects_place")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["handling_offices.id"],
            name=op.f("fk_improvement_projects_office_id_handling_offices"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_improvement_projects_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_projects")),
        sa.UniqueConstraint("report_id", name=op.f("uq_improvement_projects_report_id")),
    )
    op.create_index(
        op.f("ix_improvement_projects_state_proposed_at"),
        "improvement_projects",
        ["state", "proposed_at"],
        unique=False,
    )
    op.create_table(
        "concierge_answers",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("sealed_cipher", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id", "revision"],
            ["concierge_forms.item_id", "concierge_forms.revision"],
            name="fk_concierge_answers_form",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["concierge_items.id"], name=op.f("fk_concierge_answers_item_id_concierge_items")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_concierge_answers_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_concierge_answers")),
    )
    op.create_index(op.f("ix_concierge_answers_item_id"), "concierge_answers", ["item_id"], unique=False)
    op.create_table(
        "found_claims",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("found_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["found_id"], ["found_things.id"], name=op.f("fk_found_claims_found_id_found_things")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_found_claims_report_id_reports")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_found_claims")),
    )
    op.create_index(op.f("ix_found_claims_found_id"), "found_claims", ["found_id"], unique=False)
    op.create_table(
        "project_followers",
        sa.Column("project_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["improvement_projects.id"],
            name=op.f("fk_project_followers_project_id_improvement_projects"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_project_followers_staff_id_staff")),
        sa.PrimaryKeyConstraint("project_id", "staff_id", name=op.f("pk_project_followers")),
    )
    op.create_index(op.f("ix_project_followers_staff_id"), "project_followers", ["staff_id"], unique=False)
    op.create_table(
        "project_milestones",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_project_milestones_done")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["improvement_projects.id"],
            name=op.f("fk_project_milestones_project_id_improvement_projects"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_milestones")),
    )
    op.create_index(
        op.f("ix_project_milestones_project_id"), "project_milestones", ["project_id"], unique=False
    )
    op.create_table(
        "project_notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("noted_at", AT, nullable=False),
        sa.Column("noted_by", ID, nullable=False),
        sa.Column("noted_by_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["improvement_projects.id"],
            name=op.f("fk_project_notes_project_id_improvement_projects"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_notes")),
    )
    op.create_index(op.f("ix_project_notes_project_id"), "project_notes", ["project_id"], unique=False)
    for table in ("concierge_forms", "project_notes"):
        make_append_only(table)


def downgrade() -> None:
    op.drop_table("project_notes")
    op.drop_table("project_milestones")
    op.drop_table("project_followers")
    op.drop_table("found_claims")
    op.drop_table("concierge_answers")
    op.drop_table("improvement_projects")
    op.drop_table("found_things")
    op.drop_table("concierge_forms")
    op.drop_table("concierge_items")
    op.drop_table("faq_votes")
    op.drop_table("faq_entries")

"""Rectifications that follow from low ratings."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "satisfaction_rectifications",
        sa.Column("id", ID, nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("provider_kind", sa.String(length=20), nullable=False),
        sa.Column("provider_id", ID, nullable=False),
        sa.Column("provider_name", sa.String(length=60), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("demand", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("owner_office_id", ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("submitted_at", AT, nullable=True),
        sa.Column("submitted_by", ID, nullable=True),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closing_reason", sa.String(length=300), nullable=False),
        sa.Column("before_count", sa.Integer(), nullable=False),
        sa.Column("before_satisfied", sa.Integer(), nullable=False),
        sa.Column("before_scores", sa.Integer(), nullable=False),
        sa.Column("before_points", sa.Integer(), nullable=False),
        sa.Column("after_count", sa.Integer(), nullable=False),
        sa.Column("after_satisfied", sa.Integer(), nullable=False),
        sa.Column("after_scores", sa.Integer(), nullable=False),
        sa.Column("after_points", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_satisfaction_rectifications_closed")
        ),
        sa.CheckConstraint(
            "owner_id IS NULL OR owner_office_id IS NULL", name=op.f("ck_satisfaction_rectifications_owner")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name=op.f("fk_satisfaction_rectifications_owner_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["owner_office_id"],
            ["handling_offices.id"],
            name=op.f("fk_satisfaction_rectifications_owner_office_id_handling_offices"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction_rectifications")),
    )
    op.create_index(
        op.f("ix_satisfaction_rectifications_owner_id"),
        "satisfaction_rectifications",
        ["owner_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_satisfaction_rectifications_owner_office_id"),
        "satisfaction_rectifications",
        ["owner_office_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_satisfaction_rectifications_state_due_on"),
        "satisfaction_rectifications",
        ["state", "due_on"],
        unique=False,
    )
    op.create_index(
        "uq_satisfaction_rectifications_month",
        "satisfaction_rectifications",
        ["service", "provider_kind", "provider_id", "month"],
        unique=True,
        sqlite_where=sa.text("origin = 'ratings'"),
        postgresql_where=sa.text("origin = 'ratings'"),
    )
    op.create_table(
        "satisfaction_rectification_steps",
        sa.Column("id", ID, nullable=False),
        sa.Column("rectification_id", ID, nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["rectification_id"],
            ["satisfaction_rectifications.id"],
            name="fk_satisfaction_rectification_steps_of",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction_rectification_steps")),
    )
    op.create_index(
        op.f("ix_satisfaction_rectification_steps_rectification_id"),
        "satisfaction_rectification_steps",
        ["rectification_id"],
        unique=False,
    )
    make_append_only("satisfaction_rectification_steps")


def downgrade() -> None:
    op.drop_table("satisfaction_rectification_steps")
    op.drop_table("satisfaction_rectifications")

"""Tables of suggested weeks."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "menu_proposals",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("copied_monday", sa.Date(), nullable=True),
        sa.Column("copied", sa.JSON(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_by_name", sa.String(length=50), nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_by_name", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_menu_proposals_decided")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_menu_proposals_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_proposals")),
    )
    op.create_index(
        op.f("ix_menu_proposals_canteen_id_monday"), "menu_proposals", ["canteen_id", "monday"], unique=False
    )
    op.create_index(
        "uq_menu_proposals_open",
        "menu_proposals",
        ["canteen_id", "monday"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "menu_proposal_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("cost_fen", sa.Integer(), nullable=True),
        sa.Column("left_g", sa.Integer(), nullable=True),
        sa.Column("cover", sa.String(length=10), nullable=False),
        sa.Column("is_early", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("portions >= 0", name=op.f("ck_menu_proposal_lines_portions")),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name=op.f("fk_menu_proposal_lines_dish_id_dishes")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["menu_proposals.id"],
            name=op.f("fk_menu_proposal_lines_proposal_id_menu_proposals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_proposal_lines")),
    )
    op.create_index(op.f("ix_menu_proposal_lines_dish_id"), "menu_proposal_lines", ["dish_id"], unique=False)
    op.create_index(
        "uq_menu_proposal_lines",
        "menu_proposal_lines",
        ["proposal_id", "served_on", "period", "dish_id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("menu_proposal_lines")
    op.drop_table("menu_proposals")

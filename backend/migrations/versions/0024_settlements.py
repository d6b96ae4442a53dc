"""Monthly settlements with caterers.

Locks: none; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "settlements",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("canteen_name", sa.String(50), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("caterer", sa.String(60), nullable=False),
        *(
            sa.Column(name, ID, nullable=False)
            for name in (
                "through_entry_id",
                "subsidy_fen",
                "personal_fen",
                "reception_fen",
                "adjustment_fen",
                "total_fen",
            )
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", ID, nullable=False),
        sa.Column("closed_by_name", sa.String(50), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("signed_by_us", sa.String(50), nullable=False),
        sa.Column("signed_by_caterer", sa.String(50), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name=op.f("fk_settlements_canteen_id_canteens")),
        sa.UniqueConstraint("canteen_id", "month", name=op.f("uq_settlements_canteen_id_month")),
        sa.CheckConstraint(
            "total_fen = subsidy_fen + personal_fen + reception_fen", name=op.f("ck_settlements_total")
        ),
        sa.CheckConstraint("state IN ('closed', 'confirmed')", name=op.f("ck_settlements_state")),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f("ck_settlements_confirmed")
        ),
    )
    op.create_table(
        "settlement_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("settlement_id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("department_name", sa.String(170), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("picked_up", "no_shows", "receptions")),
        *(sa.Column(name, ID, nullable=False) for name in ("subsidy_fen", "personal_fen", "reception_fen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_lines")),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlements.id"], name=op.f("fk_settlement_lines_settlement_id_settlements")
        ),
        sa.UniqueConstraint(
            "settlement_id",
            "month",
            "department_id",
            "period",
            name=op.f("uq_settlement_lines_settlement_id_month_department_id_period"),
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER settlement_lines_no_{verb.lower()} BEFORE {verb} ON settlement_lines"
                " BEGIN SELECT RAISE(ABORT, 'settlement_lines is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER settlement_lines_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_lines"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("settlement_lines")
    op.drop_table("settlements")

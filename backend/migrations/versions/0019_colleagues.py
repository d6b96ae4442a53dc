"""Consents between colleagues, transfers, windows of takeaways, and what their packaging costs.

Orders that are there cost no packaging. Locks: a short exclusive lock on `orders` for one column with a
constant default; the tables are new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PACKAGING = "packaging_fen BETWEEN 0 AND total_fen"


def upgrade() -> None:
    _add_packaging()
    op.create_table(
        "takeaway_windows",
        sa.Column("meal_id", ID, nullable=False),
        sa.Column("collect_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_takeaway_windows_taken")),
        sa.ForeignKeyConstraint(
            ["meal_id"], ["meals.id"], name=op.f("fk_takeaway_windows_meal_id_meals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("meal_id", "collect_from", name=op.f("pk_takeaway_windows")),
    )
    op.create_table(
        "colleague_consents",
        sa.Column("id", ID, nullable=False),
        sa.Column("giver_id", ID, nullable=False),
        sa.Column("colleague_id", ID, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("giver_id <> colleague_id", name=op.f("ck_colleague_consents_others")),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["staff.id"], name=op.f("fk_colleague_consents_giver_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["colleague_id"], ["staff.id"], name=op.f("fk_colleague_consents_colleague_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colleague_consents")),
    )
    op.create_index(
        "uq_colleague_consents_open",
        "colleague_consents",
        ["giver_id", "colleague_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(op.f("ix_colleague_consents_giver_id"), "colleague_consents", ["giver_id"])
    op.create_index(op.f("ix_colleague_consents_colleague_id"), "colleague_consents", ["colleague_id"])
    op.create_table(
        "colleague_orders",
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("consent_id", ID, nullable=False),
        sa.Column("placed_by", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_colleague_orders_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["colleague_consents.id"],
            name=op.f("fk_colleague_orders_consent_id_colleague_consents"),
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_colleague_orders")),
    )
    op.create_index(op.f("ix_colleague_orders_placed_by"), "colleague_orders", ["placed_by"])
    _add_transfers()
    op.create_table(
        "colleague_lookups",
        sa.Column("staff_id", ID, autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_colleague_lookups_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_colleague_lookups")),
    )


def _add_packaging() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Inline, because SQLite adds no constraint to a table that is there.
        op.execute(
            "ALTER TABLE orders ADD COLUMN packaging_fen INTEGER DEFAULT '0' NOT NULL"
            f" CONSTRAINT ck_orders_packaging CHECK ({PACKAGING})"
        )
    else:
        op.add_column("orders", sa.Column("packaging_fen", sa.Integer(), nullable=False, server_default="0"))
        op.create_check_constraint(op.f("ck_orders_packaging"), "orders", PACKAGING)


def _add_transfers() -> None:
    op.create_table(
        "order_transfers",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("giver_id", ID, nullable=False),
        sa.Column("receiver_id", ID, nullable=False),
        sa.Column("consent_id", ID, nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("message", sa.String(100), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_order_transfers_others")),
        sa.CheckConstraint(
            "(state = 'offered') = (decided_at IS NULL)", name=op.f("ck_order_transfers_decided")
        ),
        sa.CheckConstraint("(state = 'done') = (revision IS NOT NULL)", name=op.f("ck_order_transfers_done")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_transfers_order_id_orders")),
        sa.ForeignKeyConstraint(["giver_id"], ["staff.id"], name=op.f("fk_order_transfers_giver_id_staff")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["staff.id"], name=op.f("fk_order_transfers_receiver_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["colleague_consents.id"],
            name=op.f("fk_order_transfers_consent_id_colleague_consents"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_transfers")),
    )
    op.create_index(
        "uq_order_transfers_open",
        "order_transfers",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    for column in ("order_id", "giver_id", "receiver_id"):
        op.create_index(op.f(f"ix_order_transfers_{column}"), "order_transfers", [column])


def downgrade() -> None:
    for name in (
        "colleague_lookups",
        "order_transfers",
        "colleague_orders",
        "colleague_consents",
        "takeaway_windows",
    ):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_orders_packaging"), "orders", type_="check")
    op.drop_column("orders", "packaging_fen")

"""Official receptions, and their account in the ledger.

Locks: a short exclusive lock on `ledger_entries` and `ledger_postings` for a column each, which is null for
every row that is there; PostgreSQL reads the postings once to prove the constraint.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
BY_DEPARTMENT = "(account = 'reception') = (department_id IS NOT NULL)"
OF_RECEPTION = sa.text("reception_id IS NOT NULL")
ACTIVE = sa.text("state NOT IN ('cancelled', 'rejected')")


def upgrade() -> None:
    _extend_ledger()
    _create_receptions()
    op.create_table(
        "reception_guests",
        sa.Column("id", ID, nullable=False),
        sa.Column("reception_id", ID, nullable=False),
        sa.Column("is_actual", sa.Boolean(), nullable=False),
        sa.Column("organisation", sa.String(100), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("title", sa.String(50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_guests")),
        sa.ForeignKeyConstraint(
            ["reception_id"],
            ["receptions.id"],
            name=op.f("fk_reception_guests_reception_id_receptions"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_reception_guests_reception_id"), "reception_guests", ["reception_id"])
    op.create_table(
        "reception_companions",
        sa.Column("id", ID, nullable=False),
        sa.Column("reception_id", ID, nullable=False),
        sa.Column("is_actual", sa.Boolean(), nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("staff_no", sa.String(20), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("title", sa.String(50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_companions")),
        sa.ForeignKeyConstraint(
            ["reception_id"],
            ["receptions.id"],
            name=op.f("fk_reception_companions_reception_id_receptions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_reception_companions_staff_id_staff")
        ),
        sa.UniqueConstraint(
            "reception_id",
            "is_actual",
            "staff_id",
            name=op.f("uq_reception_companions_reception_id_is_actual_staff_id"),
        ),
    )
    op.create_index(op.f("ix_reception_companions_staff_id"), "reception_companions", ["staff_id"])
    op.create_table(
        "reception_dishes",
        sa.Column("id", ID, nullable=False),
        sa.Column("reception_id", ID, nullable=False),
        sa.Column("is_actual", sa.Boolean(), nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("dish_name", sa.String(50), nullable=False),
        sa.Column("quantity", sa.SmallInteger(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_dishes")),
        sa.ForeignKeyConstraint(
            ["reception_id"],
            ["receptions.id"],
            name=op.f("fk_reception_dishes_reception_id_receptions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_reception_dishes_dish_id_dishes")),
        sa.UniqueConstraint(
            "reception_id",
            "is_actual",
            "dish_id",
            name=op.f("uq_reception_dishes_reception_id_is_actual_dish_id"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reception_dishes_quantity")),
    )
    op.create_index(op.f("ix_reception_dishes_dish_id"), "reception_dishes", ["dish_id"])


def downgrade() -> None:
    for table in ("reception_dishes", "reception_companions", "reception_guests", "receptions"):
        op.drop_table(table)
    op.drop_index("uq_ledger_entries_reversal", table_name="ledger_entries")
    op.drop_index(op.f("ix_ledger_entries_reception_id"), table_name="ledger_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_ledger_postings_department"), "ledger_postings", type_="check")
    op.drop_column("ledger_postings", "department_id")
    op.drop_column("ledger_entries", "reception_id")


def _extend_ledger() -> None:
    op.add_column("ledger_entries", sa.Column("reception_id", ID, nullable=True))
    op.create_index(
        op.f("ix_ledger_entries_reception_id"),
        "ledger_entries",
        ["reception_id"],
        sqlite_where=OF_RECEPTION,
        postgresql_where=OF_RECEPTION,
    )
    op.create_index(
        "uq_ledger_entries_reversal",
        "ledger_entries",
        ["corrects_id"],
        unique=True,
        sqlite_where=OF_RECEPTION,
        postgresql_where=OF_RECEPTION,
    )
    if op.get_bind().dialect.name == "sqlite":
        # Inline, because SQLite adds no constraint to a table that is there.
        op.execute(
            "ALTER TABLE ledger_postings ADD COLUMN department_id INTEGER"
            f" CONSTRAINT ck_ledger_postings_department CHECK ({BY_DEPARTMENT})"
        )
    else:
        op.add_column("ledger_postings", sa.Column("department_id", sa.BigInteger(), nullable=True))
        op.create_check_constraint(op.f("ck_ledger_postings_department"), "ledger_postings", BY_DEPARTMENT)


def _create_receptions() -> None:
    op.create_table(
        "receptions",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("serves_from", INSTANT, nullable=False),
        sa.Column("requester_id", ID, nullable=False),
        sa.Column("department_id", ID, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("letter_no", sa.String(60), nullable=False),
        sa.Column("letter_from", sa.String(100), nullable=False),
        sa.Column("letter_key", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("standard_fen", sa.Integer(), nullable=False),
        sa.Column("guests", sa.SmallInteger(), nullable=False),
        sa.Column("companions", sa.SmallInteger(), nullable=False),
        sa.Column("total_fen", sa.Integer(), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("served_at", INSTANT, nullable=True),
        sa.Column("served_by", ID, nullable=True),
        sa.Column("actual_guests", sa.SmallInteger(), nullable=True),
        sa.Column("actual_companions", sa.SmallInteger(), nullable=True),
        sa.Column("actual_total_fen", sa.Integer(), nullable=True),
        sa.Column("entry_id", ID, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receptions")),
        sa.ForeignKeyConstraint(["canteen_id"], ["canteens.id"], name=op.f("fk_receptions_canteen_id_canteens")),
        sa.ForeignKeyConstraint(["requester_id"], ["staff.id"], name=op.f("fk_receptions_requester_id_staff")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_receptions_entry_id_ledger_entries")
        ),
        sa.UniqueConstraint("entry_id", name=op.f("uq_receptions_entry_id")),
        sa.CheckConstraint("guests > 0 AND companions >= 0", name=op.f("ck_receptions_people")),
        sa.CheckConstraint("total_fen > 0 AND standard_fen > 0", name=op.f("ck_receptions_amounts")),
        sa.CheckConstraint(
            "state IN ('submitted', 'approved', 'rejected', 'cancelled', 'served', 'settled')",
            name=op.f("ck_receptions_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('served', 'settled')) = (entry_id IS NOT NULL)", name=op.f("ck_receptions_booked")
        ),
        sa.CheckConstraint(
            "(entry_id IS NOT NULL) = (actual_guests IS NOT NULL AND actual_companions IS NOT NULL"
            " AND actual_total_fen IS NOT NULL AND served_at IS NOT NULL)",
            name=op.f("ck_receptions_served"),
        ),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_receptions_cancelled")
        ),
        sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name=op.f("ck_receptions_settled")),
    )
    op.create_index(
        "uq_receptions_letter",
        "receptions",
        ["letter_key", "served_on", "period"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_index(
        op.f("ix_receptions_canteen_id_served_on_period"), "receptions", ["canteen_id", "served_on", "period"]
    )
    op.create_index(op.f("ix_receptions_requester_id_served_on"), "receptions", ["requester_id", "served_on"])

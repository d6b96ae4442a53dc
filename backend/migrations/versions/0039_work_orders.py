"""Work orders, their timeline, holds and daily sums."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "work_order_days",
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("category_id", ID, autoincrement=False, nullable=False),
        sa.Column("campus_id", ID, autoincrement=False, nullable=False),
        sa.Column("building_id", ID, autoincrement=False, nullable=False),
        sa.Column("contractor_id", ID, autoincrement=False, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("ended_unserved", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("response_met", sa.Integer(), nullable=False),
        sa.Column("response_missed", sa.Integer(), nullable=False),
        sa.Column("resolution_met", sa.Integer(), nullable=False),
        sa.Column("resolution_missed", sa.Integer(), nullable=False),
        sa.Column("first_fixed", sa.Integer(), nullable=False),
        sa.Column("reworked", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("rated", sa.Integer(), nullable=False),
        sa.Column("lapsed", sa.Integer(), nullable=False),
        sa.Column("response_minutes", ID, nullable=False),
        sa.Column("labour_minutes", ID, nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.PrimaryKeyConstraint(
            "on_date",
            "category_id",
            "campus_id",
            "building_id",
            "contractor_id",
            "group_id",
            name=op.f("pk_work_order_days"),
        ),
    )
    op.create_table(
        "work_orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("origin_id", ID, nullable=True),
        sa.Column("reporter_id", ID, nullable=True),
        sa.Column("department_id", ID, nullable=True),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("contact_phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("category_id", ID, nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=True),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("place_path", sa.String(length=200), nullable=False),
        sa.Column("place_class", sa.String(length=10), nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("asset_id", ID, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("appointment_from", AT, nullable=True),
        sa.Column("appointment_until", AT, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("group_id", ID, nullable=True),
        sa.Column("worker_id", ID, nullable=True),
        sa.Column("contractor_id", ID, nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("master_id", ID, nullable=True),
        sa.Column("follows_id", ID, nullable=True),
        sa.Column("is_warranty", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("warranty_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("submitted_at", AT, nullable=False),
        sa.Column("submitted_by", ID, nullable=False),
        sa.Column("triaged_at", AT, nullable=True),
        sa.Column("dispatched_at", AT, nullable=True),
        sa.Column("accepted_at", AT, nullable=True),
        sa.Column("arrived_at", AT, nullable=True),
        sa.Column("finished_at", AT, nullable=True),
        sa.Column("completed_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("returns", sa.SmallInteger(), nullable=False),
        sa.Column("transfers", sa.SmallInteger(), nullable=False),
        sa.Column("reworks", sa.SmallInteger(), nullable=False),
        sa.Column("reopenings", sa.SmallInteger(), nullable=False),
        sa.Column("reminders", sa.SmallInteger(), nullable=False),
        sa.Column("is_lapsed", sa.Boolean(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("labour_minutes", sa.Integer(), nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.Column("approved_fen", ID, server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "(state = 'duplicate') = (master_id IS NOT NULL)", name=op.f("ck_work_orders_master")
        ),
        sa.CheckConstraint("(place_kind IS NULL) = (place_id IS NULL)", name=op.f("ck_work_orders_place")),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_work_orders_asset_id_assets")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["repair_categories.id"],
            name=op.f("fk_work_orders_category_id_repair_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name=op.f("fk_work_orders_contractor_id_contractors")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["work_orders.id"], name=op.f("fk_work_orders_follows_id_work_orders")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_groups.id"], name=op.f("fk_work_orders_group_id_work_groups")
        ),
        sa.ForeignKeyConstraint(
            ["master_id"], ["work_orders.id"], name=op.f("fk_work_orders_master_id_work_orders")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["work_orders.id"], name=op.f("fk_work_orders_parent_id_work_orders")
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["staff.id"], name=op.f("fk_work_orders_reporter_id_staff")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.staff_id"], name=op.f("fk_work_orders_worker_id_workers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_work_orders_number")),
        sa.UniqueConstraint("origin", "origin_id", name=op.f("uq_work_orders_origin_origin_id")),
    )
    op.create_index(
        op.f("ix_work_orders_asset_id_submitted_at"),
        "work_orders",
        ["asset_id", "submitted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_work_orders_contractor_id_completed_at"),
        "work_orders",
        ["contractor_id", "completed_at"],
        unique=False,
    )
    op.create_index(op.f("ix_work_orders_follows_id"), "work_orders", ["follows_id"], unique=False)
    op.create_index(
        "ix_work_orders_lapsing",
        "work_orders",
        ["state", "completed_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('completed', 'to_rate')"),
        postgresql_where=sa.text("state IN ('completed', 'to_rate')"),
    )
    op.create_index(op.f("ix_work_orders_master_id"), "work_orders", ["master_id"], unique=False)
    op.create_index(
        "ix_work_orders_board",
        "work_orders",
        ["state", "urgency", "campus_id", "building_id", "category_id", "id"],
        unique=False,
        sqlite_where=sa.text(
            "state IN ('submitted', 'triaged', 'dispatched', 'working', 'held', 'finished')"
        ),
        postgresql_where=sa.text(
            "state IN ('submitted', 'triaged', 'dispatched', 'working', 'held', 'finished')"
        ),
    )
    op.create_index(
        "ix_work_orders_open",
        "work_orders",
        ["state", "submitted_at"],
        unique=False,
        sqlite_where=sa.text(
            "state IN ('submitted', 'triaged', 'dispatched', 'working', 'held', 'finished')"
        ),
        postgresql_where=sa.text(
            "state IN ('submitted', 'triaged', 'dispatched', 'working', 'held', 'finished')"
        ),
    )
    op.create_index(
        "ix_work_orders_open_of_worker",
        "work_orders",
        ["worker_id", "group_id", "state"],
        unique=False,
        sqlite_where=sa.text(
            "state IN ('submitted', 'triaged', 'dispatched', 'working', 'held', 'finished')"
        ),
        postgresql_where=sa.text(
            "state IN ('submitted', 'triaged', 'dispatched', 'working', 'held', 'finished')"
        ),
    )
    op.create_index(op.f("ix_work_orders_parent_id"), "work_orders", ["parent_id"], unique=False)
    op.create_index(
        op.f("ix_work_orders_place_kind_place_id_submitted_at"),
        "work_orders",
        ["place_kind", "place_id", "submitted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_work_orders_reporter_id_submitted_at"),
        "work_orders",
        ["reporter_id", "submitted_at"],
        unique=False,
    )
    op.create_index(op.f("ix_work_orders_submitted_at"), "work_orders", ["submitted_at"], unique=False)
    op.create_index(
        op.f("ix_work_orders_worker_id_submitted_at"),
        "work_orders",
        ["worker_id", "submitted_at"],
        unique=False,
    )
    op.create_table(
        "work_order_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("actor_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_work_order_events_order_id_work_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_events")),
    )
    op.create_index(op.f("ix_work_order_events_order_id"), "work_order_events", ["order_id"], unique=False)
    op.create_table(
        "work_order_holds",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("expected_until", AT, nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decision", sa.String(length=500), nullable=False),
        sa.Column("from_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_work_order_holds_order_id_work_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_holds")),
    )
    op.create_index(op.f("ix_work_order_holds_order_id"), "work_order_holds", ["order_id"], unique=False)
    op.create_index(
        "ix_work_order_holds_running",
        "work_order_holds",
        ["expected_until"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "uq_work_order_holds_live",
        "work_order_holds",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    _make_append_only("work_order_events")


def _make_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("work_order_holds")
    op.drop_table("work_order_events")
    op.drop_table("work_orders")
    op.drop_table("work_order_days")

"""Tables of food-safety incidents and recalls, and of what the kitchen says of its waste."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "food_incidents",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("feedback_number", sa.String(length=30), nullable=False),
        sa.Column("is_drill", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sick", sa.Integer(), nullable=False),
        sa.Column("in_hospital", sa.Integer(), nullable=False),
        sa.Column("noticed_at", AT, nullable=False),
        sa.Column("reported_at", AT, nullable=False),
        sa.Column("reported_by", ID, nullable=False),
        sa.Column("reported_by_name", sa.String(length=50), nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=50), nullable=False),
        sa.Column("authority_told_at", AT, nullable=True),
        sa.Column("recalled_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.Column("closed_by_name", sa.String(length=50), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('closed', 'dismissed')) = (closed_at IS NOT NULL)",
            name=op.f("ck_food_incidents_closed_says_when"),
        ),
        sa.CheckConstraint(
            "state IN ('reported', 'dismissed') OR confirmed_at IS NOT NULL",
            name=op.f("ck_food_incidents_confirmed_says_when"),
        ),
        sa.CheckConstraint("sick >= 0 AND in_hospital >= 0", name=op.f("ck_food_incidents_people")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_food_incidents_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_incidents")),
    )
    op.create_index(
        op.f("ix_food_incidents_canteen_id_reported_at"),
        "food_incidents",
        ["canteen_id", "reported_at"],
        unique=False,
    )
    op.create_index(op.f("ix_food_incidents_state"), "food_incidents", ["state"], unique=False)
    op.create_table(
        "food_incident_diners",
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("told_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["food_incidents.id"],
            name=op.f("fk_food_incident_diners_incident_id_food_incidents"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_food_incident_diners_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("incident_id", "staff_id", name=op.f("pk_food_incident_diners")),
    )
    op.create_index(
        op.f("ix_food_incident_diners_staff_id"), "food_incident_diners", ["staff_id"], unique=False
    )
    op.create_table(
        "food_incident_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["food_incidents.id"],
            name=op.f("fk_food_incident_events_incident_id_food_incidents"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_incident_events")),
    )
    op.create_index(
        op.f("ix_food_incident_events_incident_id_id"),
        "food_incident_events",
        ["incident_id", "id"],
        unique=False,
    )
    op.create_table(
        "kitchen_facts",
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("origin_id", ID, nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("dish_id", ID, nullable=True),
        sa.Column("net_g", sa.Integer(), nullable=True),
        sa.Column("cost_fen_per_kg", sa.Integer(), nullable=True),
        sa.Column("weighing_id", ID, nullable=True),
        sa.CheckConstraint(
            "origin <> 'plan_dish' OR dish_id IS NOT NULL", name=op.f("ck_kitchen_facts_plan_names_its_dish")
        ),
        sa.CheckConstraint("net_g >= 0", name=op.f("ck_kitchen_facts_net")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_kitchen_facts_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_kitchen_facts_dish_id_dishes")),
        sa.ForeignKeyConstraint(
            ["weighing_id"], ["weighings.id"], name=op.f("fk_kitchen_facts_weighing_id_weighings")
        ),
        sa.PrimaryKeyConstraint("origin", "origin_id", "stage", name=op.f("pk_kitchen_facts")),
    )
    op.create_index(
        op.f("ix_kitchen_facts_canteen_id_served_on_period"),
        "kitchen_facts",
        ["canteen_id", "served_on", "period"],
        unique=False,
    )
    op.create_index(op.f("ix_kitchen_facts_weighing_id"), "kitchen_facts", ["weighing_id"], unique=False)
    op.create_table(
        "food_incident_subjects",
        sa.Column("id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("meal_id", ID, nullable=True),
        sa.Column("dish_id", ID, nullable=True),
        sa.Column("is_traced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("holds_batch", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("has_blocked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.CheckConstraint(
            "(kind = 'batch') = (batch_id IS NOT NULL) AND (kind = 'batch') = (meal_id IS NULL)"
            " AND (kind = 'dish') = (dish_id IS NOT NULL)",
            name=op.f("ck_food_incident_subjects_names_its_subject"),
        ),
        sa.CheckConstraint(
            "kind = 'batch' OR NOT holds_batch", name=op.f("ck_food_incident_subjects_holds_a_batch")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["stock_batches.id"], name=op.f("fk_food_incident_subjects_batch_id_stock_batches")
        ),
        sa.ForeignKeyConstraint(
            ["dish_id"], ["dishes.id"], name=op.f("fk_food_incident_subjects_dish_id_dishes")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["food_incidents.id"],
            name=op.f("fk_food_incident_subjects_incident_id_food_incidents"),
        ),
        sa.ForeignKeyConstraint(
            ["meal_id"], ["meals.id"], name=op.f("fk_food_incident_subjects_meal_id_meals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_incident_subjects")),
    )
    op.create_index(
        op.f("ix_food_incident_subjects_incident_id"), "food_incident_subjects", ["incident_id"], unique=False
    )
    op.create_index(
        op.f("ix_food_incident_subjects_meal_id"), "food_incident_subjects", ["meal_id"], unique=False
    )
    op.create_index(
        "uq_food_incident_subjects_batch",
        "food_incident_subjects",
        ["batch_id"],
        unique=True,
        sqlite_where=sa.text("holds_batch"),
        postgresql_where=sa.text("holds_batch"),
    )
    make_append_only("food_incident_events")


def downgrade() -> None:
    op.drop_table("food_incident_subjects")
    op.drop_table("kitchen_facts")
    op.drop_table("food_incident_events")
    op.drop_table("food_incident_diners")
    op.drop_table("food_incidents")

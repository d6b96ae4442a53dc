"""Tables of what a meal is planned to need, and what was cooked."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meal_plans",
        sa.Column("id", ID, nullable=False),
        sa.Column("meal_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("basis_reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_diners", sa.Integer(), nullable=False),
        sa.Column("diners", sa.Integer(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_by_name", sa.String(length=50), nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=50), nullable=False),
        sa.Column("shortage_reason", sa.String(length=200), nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.Column("purchase_request_id", ID, nullable=True),
        sa.CheckConstraint(
            "state = 'draft' OR confirmed_at IS NOT NULL", name=op.f("ck_meal_plans_confirmed")
        ),
        sa.CheckConstraint("diners >= 0", name=op.f("ck_meal_plans_diners")),
        sa.ForeignKeyConstraint(["meal_id"], ["meals.id"], name=op.f("fk_meal_plans_meal_id_meals")),
        sa.ForeignKeyConstraint(
            ["purchase_request_id"],
            ["purchase_requests.id"],
            name=op.f("fk_meal_plans_purchase_request_id_purchase_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_plans")),
        sa.UniqueConstraint("meal_id", name=op.f("uq_meal_plans_meal_id")),
    )
    op.create_index(
        op.f("ix_meal_plans_purchase_request_id"), "meal_plans", ["purchase_request_id"], unique=False
    )
    op.create_table(
        "plan_dishes",
        sa.Column("id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("dish_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("recipe_id", ID, nullable=True),
        sa.Column("proposed_portions", sa.Integer(), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("portion_g", sa.Integer(), nullable=False),
        sa.Column("planned_g", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("batches", sa.JSON(), nullable=False),
        sa.Column("cooked_g", sa.Integer(), nullable=True),
        sa.Column("left_g", sa.Integer(), nullable=True),
        sa.Column("reused_g", sa.Integer(), nullable=True),
        sa.Column("ran_out_at", AT, nullable=True),
        sa.Column("outcome_note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", AT, nullable=True),
        sa.Column("recorded_by", ID, nullable=True),
        sa.Column("recorded_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint(
            "cooked_g IS NULL OR (cooked_g >= 0 AND left_g BETWEEN 0 AND cooked_g"
            " AND reused_g BETWEEN 0 AND left_g)",
            name=op.f("ck_plan_dishes_actual"),
        ),
        sa.CheckConstraint("planned_g >= 0", name=op.f("ck_plan_dishes_planned")),
        sa.CheckConstraint("portion_g > 0", name=op.f("ck_plan_dishes_portion")),
        sa.CheckConstraint("portions >= 0 AND proposed_portions >= 0", name=op.f("ck_plan_dishes_portions")),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_plan_dishes_dish_id_dishes")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["meal_plans.id"], name=op.f("fk_plan_dishes_plan_id_meal_plans"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"], name=op.f("fk_plan_dishes_recipe_id_recipes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_dishes")),
        sa.UniqueConstraint("plan_id", "dish_id", name=op.f("uq_plan_dishes_plan_id_dish_id")),
    )
    op.create_index(op.f("ix_plan_dishes_dish_id"), "plan_dishes", ["dish_id"], unique=False)
    op.create_index(op.f("ix_plan_dishes_recipe_id"), "plan_dishes", ["recipe_id"], unique=False)


def downgrade() -> None:
    op.drop_table("plan_dishes")
    op.drop_table("meal_plans")

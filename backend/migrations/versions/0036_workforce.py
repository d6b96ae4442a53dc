"""Categories of repairs, contractors, and who does the work."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "contractors",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("short_name", sa.String(length=20), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("contact", sa.String(length=50), nullable=False),
        sa.Column("telephone", sa.String(length=30), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contractors")),
        sa.UniqueConstraint("name", name=op.f("uq_contractors_name")),
    )
    op.create_table(
        "repair_categories",
        sa.Column("id", ID, nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("hint", sa.String(length=200), nullable=False),
        sa.Column("skill", sa.String(length=20), nullable=False),
        sa.Column("usual_urgency", sa.String(length=10), nullable=False),
        sa.Column("proof_before", sa.String(length=10), nullable=False),
        sa.Column("proof_after", sa.String(length=10), nullable=False),
        sa.Column("warranty_days", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["repair_categories.id"],
            name=op.f("fk_repair_categories_parent_id_repair_categories"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_categories")),
        sa.UniqueConstraint("code", name=op.f("uq_repair_categories_code")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_repair_categories_parent_id_name")),
    )
    op.create_index(op.f("ix_repair_categories_parent_id"), "repair_categories", ["parent_id"], unique=False)
    op.create_index(
        "uq_repair_categories_top",
        "repair_categories",
        ["name"],
        unique=True,
        sqlite_where=sa.text("parent_id IS NULL"),
        postgresql_where=sa.text("parent_id IS NULL"),
    )
    op.create_table(
        "work_shifts",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=False),
        sa.Column("until_time", sa.Time(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_shifts")),
        sa.UniqueConstraint("name", name=op.f("uq_work_shifts_name")),
    )
    op.create_table(
        "contracts",
        sa.Column("id", ID, nullable=False),
        sa.Column("contractor_id", ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("monthly_fee_fen", ID, nullable=False),
        sa.Column("sheet_code", sa.String(length=40), nullable=False),
        sa.Column("bands", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.CheckConstraint("monthly_fee_fen >= 0", name=op.f("ck_contracts_fee")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_contracts_span")),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name=op.f("fk_contracts_contractor_id_contractors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
        sa.UniqueConstraint("number", name=op.f("uq_contracts_number")),
    )
    op.create_index(
        op.f("ix_contracts_contractor_id_from_on"), "contracts", ["contractor_id", "from_on"], unique=False
    )
    op.create_table(
        "work_groups",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("contractor_id", ID, nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name=op.f("fk_work_groups_contractor_id_contractors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_work_groups_name")),
    )
    op.create_index(op.f("ix_work_groups_contractor_id"), "work_groups", ["contractor_id"], unique=False)
    op.create_table(
        "contract_scopes",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=True),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("category_id", ID, nullable=True),
        sa.CheckConstraint(
            "(place_kind IS NULL) = (place_id IS NULL)", name=op.f("ck_contract_scopes_place")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["repair_categories.id"],
            name=op.f("fk_contract_scopes_category_id_repair_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_scopes_contract_id_contracts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_scopes")),
    )
    op.create_index(op.f("ix_contract_scopes_contract_id"), "contract_scopes", ["contract_id"], unique=False)
    op.create_table(
        "workers",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("building_id", ID, nullable=True),
        sa.Column("capacity", sa.SmallInteger(), server_default=sa.text("5"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("joined_at", AT, nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_workers_capacity")),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.id"], name=op.f("fk_workers_building_id_buildings")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_groups.id"], name=op.f("fk_workers_group_id_work_groups")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_workers_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_workers")),
    )
    op.create_index(op.f("ix_workers_group_id"), "workers", ["group_id"], unique=False)
    op.create_table(
        "work_duties",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("shift_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["work_shifts.id"], name=op.f("fk_work_duties_shift_id_work_shifts")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["workers.staff_id"], name=op.f("fk_work_duties_staff_id_workers")
        ),
        sa.PrimaryKeyConstraint("staff_id", "on_date", "shift_id", name=op.f("pk_work_duties")),
    )
    op.create_index(op.f("ix_work_duties_on_date"), "work_duties", ["on_date"], unique=False)
    op.create_table(
        "worker_skills",
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("skill", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["workers.staff_id"], name=op.f("fk_worker_skills_staff_id_workers")
        ),
        sa.PrimaryKeyConstraint("staff_id", "skill", name=op.f("pk_worker_skills")),
    )


def downgrade() -> None:
    op.drop_table("worker_skills")
    op.drop_table("work_duties")
    op.drop_table("workers")
    op.drop_table("contract_scopes")
    op.drop_table("work_groups")
    op.drop_table("contracts")
    op.drop_table("work_shifts")
    op.drop_table("repair_categories")
    op.drop_table("contractors")

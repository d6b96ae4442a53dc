"""Inspections and preventive maintenance."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
# What was to be checked, and what meters showed, never changes.
APPEND_ONLY = ("checklist_versions", "check_items", "asset_meter_readings")


def upgrade() -> None:
    op.create_table(
        "checklists",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklists")),
        sa.UniqueConstraint("name", name=op.f("uq_checklists_name")),
    )
    op.create_table(
        "inspection_routes",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_routes")),
        sa.UniqueConstraint("name", name=op.f("uq_inspection_routes_name")),
    )
    op.create_table(
        "checklist_versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("checklist_id", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name=op.f("fk_checklist_versions_checklist_id_checklists")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_versions")),
        sa.UniqueConstraint("checklist_id", "number", name=op.f("uq_checklist_versions_checklist_id_number")),
    )
    op.create_table(
        "check_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("hint", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("lower_milli", ID, nullable=True),
        sa.Column("upper_milli", ID, nullable=True),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("failing", sa.JSON(), nullable=False),
        sa.Column("needs_photo_if_failed", sa.Boolean(), nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["repair_categories.id"],
            name=op.f("fk_check_items_category_id_repair_categories"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["checklist_versions.id"],
            name=op.f("fk_check_items_version_id_checklist_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_items")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_check_items_version_id_position")),
    )
    op.create_table(
        "asset_meters",
        sa.Column("id", ID, nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["assets.id"], name=op.f("fk_asset_meters_asset_id_assets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_meters")),
        sa.UniqueConstraint("asset_id", "name", name=op.f("uq_asset_meters_asset_id_name")),
    )
    op.create_table(
        "inspection_points",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place_kind", sa.String(length=10), nullable=True),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("asset_id", ID, nullable=True),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("is_manual_ok", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_security", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("radius_m", sa.SmallInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NOT NULL) = is_security AND (longitude IS NOT NULL) = is_security AND (radius_m IS NOT NULL) = is_security",
            name=op.f("ck_inspection_points_security"),
        ),
        sa.CheckConstraint(
            "(place_id IS NULL) = (asset_id IS NOT NULL)", name=op.f("ck_inspection_points_one_of")
        ),
        sa.CheckConstraint(
            "(place_kind IS NULL) = (place_id IS NULL)", name=op.f("ck_inspection_points_place")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_inspection_points_asset_id_assets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_points")),
    )
    op.create_index(op.f("ix_inspection_points_asset_id"), "inspection_points", ["asset_id"], unique=False)
    op.create_index(
        op.f("ix_inspection_points_place_kind_place_id"),
        "inspection_points",
        ["place_kind", "place_id"],
        unique=False,
    )
    op.create_table(
        "asset_meter_readings",
        sa.Column("id", ID, nullable=False),
        sa.Column("meter_id", ID, nullable=False),
        sa.Column("value_milli", ID, nullable=False),
        sa.Column("total_milli", ID, nullable=False),
        sa.Column("read_at", AT, nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_by_name", sa.String(length=50), nullable=False),
        sa.Column("is_replacement", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("corrects_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["asset_meter_readings.id"],
            name=op.f("fk_asset_meter_readings_corrects_id_asset_meter_readings"),
        ),
        sa.ForeignKeyConstraint(
            ["meter_id"], ["asset_meters.id"], name=op.f("fk_asset_meter_readings_meter_id_asset_meters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_meter_readings")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_asset_meter_readings_corrects_id")),
    )
    op.create_index(
        op.f("ix_asset_meter_readings_meter_id_id"), "asset_meter_readings", ["meter_id", "id"], unique=False
    )
    op.create_table(
        "inspection_plans",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("route_id", ID, nullable=True),
        sa.Column("checklist_id", ID, nullable=True),
        sa.Column("is_manual_ok", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=True),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("unit", sa.String(length=6), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=True),
        sa.Column("month_day", sa.SmallInteger(), nullable=True),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("rest_days", sa.String(length=5), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("catch_up", sa.String(length=5), nullable=False),
        sa.Column("meter_id", ID, nullable=True),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("planned_until", AT, nullable=False),
        sa.Column("next_due_at", AT, nullable=True),
        sa.Column("next_total_milli", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.CheckConstraint(
            "(meter_id IS NOT NULL) = (unit = 'meter')", name=op.f("ck_inspection_plans_meter")
        ),
        sa.CheckConstraint(
            "(route_id IS NULL) = (checklist_id IS NOT NULL)", name=op.f("ck_inspection_plans_target")
        ),
        sa.CheckConstraint(
            "every > 0 AND window_minutes > 0 AND lead_minutes >= 0", name=op.f("ck_inspection_plans_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name=op.f("fk_inspection_plans_checklist_id_checklists")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_groups.id"], name=op.f("fk_inspection_plans_group_id_work_groups")
        ),
        sa.ForeignKeyConstraint(
            ["meter_id"], ["asset_meters.id"], name=op.f("fk_inspection_plans_meter_id_asset_meters")
        ),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["inspection_routes.id"],
            name=op.f("fk_inspection_plans_route_id_inspection_routes"),
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.staff_id"], name=op.f("fk_inspection_plans_worker_id_workers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_plans")),
        sa.UniqueConstraint("name", name=op.f("uq_inspection_plans_name")),
    )
    op.create_index(op.f("ix_inspection_plans_meter_id"), "inspection_plans", ["meter_id"], unique=False)
    op.create_index(op.f("ix_inspection_plans_route_id"), "inspection_plans", ["route_id"], unique=False)
    op.create_table(
        "inspection_route_stops",
        sa.Column("route_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("point_id", ID, nullable=False),
        sa.Column("checklist_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"],
            ["checklists.id"],
            name=op.f("fk_inspection_route_stops_checklist_id_checklists"),
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["inspection_points.id"],
            name=op.f("fk_inspection_route_stops_point_id_inspection_points"),
        ),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["inspection_routes.id"],
            name=op.f("fk_inspection_route_stops_route_id_inspection_routes"),
        ),
        sa.PrimaryKeyConstraint("route_id", "position", name=op.f("pk_inspection_route_stops")),
        sa.UniqueConstraint("route_id", "point_id", name=op.f("uq_inspection_route_stops_route_id_point_id")),
    )
    op.create_index(
        op.f("ix_inspection_route_stops_point_id"), "inspection_route_stops", ["point_id"], unique=False
    )
    op.create_table(
        "inspection_plan_assets",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_inspection_plan_assets_asset_id_assets")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["inspection_plans.id"],
            name=op.f("fk_inspection_plan_assets_plan_id_inspection_plans"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("pk_inspection_plan_assets")),
        sa.UniqueConstraint("plan_id", "asset_id", name=op.f("uq_inspection_plan_assets_plan_id_asset_id")),
    )
    op.create_index(
        op.f("ix_inspection_plan_assets_asset_id"), "inspection_plan_assets", ["asset_id"], unique=False
    )
    op.create_table(
        "inspection_rounds",
        sa.Column("id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("recheck_of_id", ID, nullable=True),
        sa.Column("meter_total_milli", ID, nullable=True),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opens_at", AT, nullable=False),
        sa.Column("closes_at", AT, nullable=False),
        sa.Column("is_caught_up", sa.Boolean(), nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("worker_id", ID, nullable=True),
        sa.Column("contractor_id", ID, nullable=True),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("started_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.Column("ended_by_name", sa.String(length=50), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.Column("visited", sa.SmallInteger(), nullable=False),
        sa.Column("by_hand", sa.SmallInteger(), nullable=False),
        sa.Column("missed", sa.SmallInteger(), nullable=False),
        sa.Column("passed", sa.SmallInteger(), nullable=False),
        sa.Column("failed", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_inspection_rounds_ended")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_inspection_rounds_window")),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name=op.f("fk_inspection_rounds_contractor_id_contractors")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["work_groups.id"], name=op.f("fk_inspection_rounds_group_id_work_groups")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["inspection_plans.id"], name=op.f("fk_inspection_rounds_plan_id_inspection_plans")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.staff_id"], name=op.f("fk_inspection_rounds_worker_id_workers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_rounds")),
        sa.UniqueConstraint("recheck_of_id", name=op.f("uq_inspection_rounds_recheck_of_id")),
    )
    op.create_index(
        op.f("ix_inspection_rounds_contractor_id_due_on"),
        "inspection_rounds",
        ["contractor_id", "due_on"],
        unique=False,
    )
    op.create_index(op.f("ix_inspection_rounds_due_on"), "inspection_rounds", ["due_on"], unique=False)
    op.create_index(
        "ix_inspection_rounds_open",
        "inspection_rounds",
        ["closes_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_inspection_rounds_open_of_group",
        "inspection_rounds",
        ["group_id", "closes_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        op.f("ix_inspection_rounds_plan_id_due_on"), "inspection_rounds", ["plan_id", "due_on"], unique=False
    )
    op.create_index(
        "uq_inspection_rounds_due",
        "inspection_rounds",
        ["plan_id", "due_at"],
        unique=True,
        sqlite_where=sa.text("recheck_of_id IS NULL"),
        postgresql_where=sa.text("recheck_of_id IS NULL"),
    )
    op.create_table(
        "inspection_round_points",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("point_id", ID, nullable=True),
        sa.Column("asset_id", ID, nullable=True),
        sa.Column("place_kind", sa.String(length=10), nullable=False),
        sa.Column("place_id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place_path", sa.String(length=200), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("is_security", sa.Boolean(), nullable=False),
        sa.Column("is_manual_ok", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("presence", sa.String(length=6), nullable=False),
        sa.Column("visited_at", AT, nullable=True),
        sa.Column("received_at", AT, nullable=True),
        sa.Column("visited_by", ID, nullable=True),
        sa.Column("visited_by_name", sa.String(length=50), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'visited') = (visited_at IS NOT NULL)", name=op.f("ck_inspection_round_points_visited")
        ),
        sa.CheckConstraint(
            "is_security OR distance_m IS NULL", name=op.f("ck_inspection_round_points_distance")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["assets.id"], name=op.f("fk_inspection_round_points_asset_id_assets")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["check_items.id"], name=op.f("fk_inspection_round_points_item_id_check_items")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["inspection_points.id"],
            name=op.f("fk_inspection_round_points_point_id_inspection_points"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["inspection_rounds.id"],
            name=op.f("fk_inspection_round_points_round_id_inspection_rounds"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["checklist_versions.id"],
            name=op.f("fk_inspection_round_points_version_id_checklist_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_round_points")),
        sa.UniqueConstraint(
            "round_id", "position", name=op.f("uq_inspection_round_points_round_id_position")
        ),
    )
    op.create_index(
        op.f("ix_inspection_round_points_asset_id"), "inspection_round_points", ["asset_id"], unique=False
    )
    op.create_index(
        op.f("ix_inspection_round_points_point_id"), "inspection_round_points", ["point_id"], unique=False
    )
    op.create_index(
        op.f("ix_inspection_round_points_visited_by"), "inspection_round_points", ["visited_by"], unique=False
    )
    op.create_table(
        "inspection_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("round_point_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("verdict", sa.String(length=6), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("remark", sa.String(length=300), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("answered_by", ID, nullable=False),
        sa.Column("answered_by_name", sa.String(length=50), nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("recheck", sa.String(length=7), nullable=False),
        sa.CheckConstraint(
            "(verdict = 'failed') = (recheck <> 'none')", name=op.f("ck_inspection_answers_recheck")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["check_items.id"], name=op.f("fk_inspection_answers_item_id_check_items")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_inspection_answers_order_id_work_orders")
        ),
        sa.ForeignKeyConstraint(
            ["round_point_id"],
            ["inspection_round_points.id"],
            name=op.f("fk_inspection_answers_round_point_id_inspection_round_points"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_answers")),
        sa.UniqueConstraint(
            "round_point_id", "item_id", name=op.f("uq_inspection_answers_round_point_id_item_id")
        ),
    )
    op.create_index(
        "ix_inspection_answers_awaiting",
        "inspection_answers",
        ["id"],
        unique=False,
        sqlite_where=sa.text("recheck = 'awaited'"),
        postgresql_where=sa.text("recheck = 'awaited'"),
    )
    op.create_index(op.f("ix_inspection_answers_order_id"), "inspection_answers", ["order_id"], unique=False)
    for table in APPEND_ONLY:
        _make_append_only(table)


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
    op.drop_table("inspection_answers")
    op.drop_table("inspection_round_points")
    op.drop_table("inspection_rounds")
    op.drop_table("inspection_plan_assets")
    op.drop_table("inspection_route_stops")
    op.drop_table("inspection_plans")
    op.drop_table("asset_meter_readings")
    op.drop_table("inspection_points")
    op.drop_table("asset_meters")
    op.drop_table("check_items")
    op.drop_table("checklist_versions")
    op.drop_table("inspection_routes")
    op.drop_table("checklists")

"""Tables of hygiene, controls and ledgers of food safety; the licence of who takes a load, and who signed."""

import sqlalchemy as sa
from alembic import op

from backend.append_only import make_append_only

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)

# The house's own checklist (六常六天) and items of the daily control: until a canteen writes its own.
CHECKLIST = (
    ("constant", "常分类", "生熟、荤素、清洁与待清洁的食材和用具分区存放、标识清楚"),
    ("constant", "常整理", "用品定位、定量、定责，台面和通道无杂物"),
    ("constant", "常清洁", "台面、地面、水池、排水沟和垃圾桶干净无积水、无异味"),
    ("constant", "常维护", "设备设施运转正常，防蝇防鼠设施完好"),
    ("constant", "常规范", "按规程操作，工作衣帽、口罩和洗手消毒符合要求"),
    ("constant", "常教育", "班前提醒到位，从业人员知晓本岗位要求"),
    ("daily", "天天处理", "当天剩余食材和废弃物按规定处理，不过夜"),
    ("daily", "天天整合", "用后的工具、容器归位，开封食材密封并标注日期"),
    ("daily", "天天清扫", "收工前本岗位清扫、消毒完毕"),
    ("daily", "天天规范", "当天的各项记录填写完整"),
    ("daily", "天天检查", "水、电、燃气和门窗关闭，冷藏冷冻温度正常"),
    ("daily", "天天改进", "前一天发现的问题已经改正"),
)
CONTROLS = (
    ("premises", "加工场所环境整洁，地面、墙面、天花板无积水、霉斑、脱落"),
    ("premises", "防蝇、防鼠、防虫设施有效，无有害生物活动迹象"),
    ("premises", "给排水、通风排烟和照明正常"),
    ("people", "从业人员已晨检，持有效健康证明，无有碍食品安全的病症"),
    ("people", "工作衣帽、口罩整洁，无首饰、指甲符合要求，操作前洗手消毒"),
    ("storage", "进货查验和索证索票齐全，供应商资质在有效期内"),
    ("storage", "食品分类分架、离墙离地存放，先进先出，标识清楚"),
    ("storage", "无过期、变质和来源不明的食品，添加剂专柜存放并有使用记录"),
    ("storage", "冷藏 0～8℃、冷冻 -12℃ 以下，温度记录完整"),
    ("cooking", "生熟分开，用具色标区分，无交叉污染"),
    ("cooking", "食品烧熟煮透，中心温度达到 70℃ 以上"),
    ("cooking", "禁用物质、野生菌、发芽土豆、四季豆未煮透等风险已排除"),
    ("serving", "备餐间专人、消毒、温度和防护符合要求"),
    ("serving", "备餐至供餐结束不超过 2 小时，或按规定保温、冷藏"),
    ("tableware", "餐饮具清洗消毒合格，保洁柜洁净、密闭"),
    ("tableware", "消毒剂浓度、消毒温度和时间符合要求并有记录"),
    ("samples", "每餐每样成品留样不少于规定克数，48 小时冷藏，标签完整"),
    ("waste", "废弃物分类存放、加盖、及时清运"),
    ("waste", "餐厨废弃物和废弃油脂由有资质单位收运，台账完整"),
)


def upgrade() -> None:
    op.create_table(
        "additives",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("ingredient_id", ID, nullable=True),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("purpose", sa.String(length=50), nullable=False),
        sa.Column("scope", sa.String(length=100), nullable=False),
        sa.Column("limit_mg_per_kg", sa.Integer(), nullable=True),
        sa.Column("keeper", sa.String(length=50), nullable=False),
        sa.Column("place", sa.String(length=50), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint("limit_mg_per_kg > 0", name=op.f("ck_additives_limit")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_additives_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["ingredient_id"], ["ingredients.id"], name=op.f("fk_additives_ingredient_id_ingredients")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_additives")),
        sa.UniqueConstraint("canteen_id", "name", name=op.f("uq_additives_canteen_id_name")),
    )
    op.create_table(
        "control_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=True),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_control_items_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_items")),
    )
    op.create_index(op.f("ix_control_items_canteen_id"), "control_items", ["canteen_id"], unique=False)
    op.create_table(
        "daily_controls",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("found", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.Column("closed_by_name", sa.String(length=50), nullable=False),
        sa.CheckConstraint("found >= 0", name=op.f("ck_daily_controls_found")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_daily_controls_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_controls")),
        sa.UniqueConstraint("canteen_id", "on_date", name=op.f("uq_daily_controls_canteen_id_on_date")),
    )
    op.create_table(
        "hygiene_stations",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("keeper", sa.String(length=50), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_hygiene_stations_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hygiene_stations")),
        sa.UniqueConstraint("canteen_id", "name", name=op.f("uq_hygiene_stations_canteen_id_name")),
        sa.UniqueConstraint("code", name=op.f("uq_hygiene_stations_code")),
    )
    op.create_table(
        "safety_months",
        sa.Column("id", ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("held_at", AT, nullable=True),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("chair", sa.String(length=50), nullable=False),
        sa.Column("attendees", sa.String(length=500), nullable=False),
        sa.Column("discussed", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_at", AT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("drafted_by", ID, nullable=False),
        sa.Column("drafted_by_name", sa.String(length=50), nullable=False),
        sa.Column("signed_at", AT, nullable=True),
        sa.Column("signed_by", ID, nullable=True),
        sa.Column("signed_by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_safety_months_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_months")),
        sa.UniqueConstraint("canteen_id", "month", name=op.f("uq_safety_months_canteen_id_month")),
    )
    op.create_table(
        "safety_weeks",
        sa.Column("id", ID, nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_at", AT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drafted_at", AT, nullable=False),
        sa.Column("drafted_by", ID, nullable=False),
        sa.Column("drafted_by_name", sa.String(length=50), nullable=False),
        sa.Column("signed_at", AT, nullable=True),
        sa.Column("signed_by", ID, nullable=True),
        sa.Column("signed_by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_safety_weeks_canteen_id_canteens")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_weeks")),
        sa.UniqueConstraint("canteen_id", "monday", name=op.f("uq_safety_weeks_canteen_id_monday")),
    )
    op.create_table(
        "control_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("control_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("answered_by", ID, nullable=False),
        sa.Column("answered_by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["control_id"], ["daily_controls.id"], name=op.f("fk_control_answers_control_id_daily_controls")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["control_items.id"], name=op.f("fk_control_answers_item_id_control_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_answers")),
        sa.UniqueConstraint("control_id", "item_id", name=op.f("uq_control_answers_control_id_item_id")),
    )
    op.create_table(
        "hygiene_checks",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("items", sa.SmallInteger(), nullable=False),
        sa.Column("answered", sa.SmallInteger(), nullable=False),
        sa.Column("failed", sa.SmallInteger(), nullable=False),
        sa.Column("is_scanned", sa.Boolean(), nullable=False),
        sa.Column("first_at", AT, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("last_by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_hygiene_checks_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["hygiene_stations.id"],
            name=op.f("fk_hygiene_checks_station_id_hygiene_stations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hygiene_checks")),
        sa.UniqueConstraint("station_id", "checked_on", name=op.f("uq_hygiene_checks_station_id_checked_on")),
    )
    op.create_index(
        op.f("ix_hygiene_checks_canteen_id_checked_on"),
        "hygiene_checks",
        ["canteen_id", "checked_on"],
        unique=False,
    )
    op.create_table(
        "hygiene_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=True),
        sa.Column("station_id", ID, nullable=True),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column("heading", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("scheme IN ('constant', 'daily', 'own')", name=op.f("ck_hygiene_items_scheme")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_hygiene_items_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["hygiene_stations.id"], name=op.f("fk_hygiene_items_station_id_hygiene_stations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hygiene_items")),
    )
    op.create_index(op.f("ix_hygiene_items_canteen_id"), "hygiene_items", ["canteen_id"], unique=False)
    op.create_table(
        "hygiene_tasks",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=50), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("agent", sa.String(length=50), nullable=False),
        sa.Column("least_mg_l", sa.Integer(), nullable=True),
        sa.Column("least_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("times", sa.SmallInteger(), nullable=False),
        sa.Column("every", sa.String(length=5), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.CheckConstraint("every IN ('day', 'week', 'month')", name=op.f("ck_hygiene_tasks_every")),
        sa.CheckConstraint("kind IN ('clean', 'disinfect')", name=op.f("ck_hygiene_tasks_kind")),
        sa.CheckConstraint("times >= 1", name=op.f("ck_hygiene_tasks_times")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_hygiene_tasks_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["hygiene_stations.id"], name=op.f("fk_hygiene_tasks_station_id_hygiene_stations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hygiene_tasks")),
    )
    op.create_index(op.f("ix_hygiene_tasks_canteen_id"), "hygiene_tasks", ["canteen_id"], unique=False)
    op.create_table(
        "hygiene_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("check_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column("heading", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("answered_by", ID, nullable=False),
        sa.Column("answered_by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["hygiene_checks.id"], name=op.f("fk_hygiene_answers_check_id_hygiene_checks")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["hygiene_items.id"], name=op.f("fk_hygiene_answers_item_id_hygiene_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hygiene_answers")),
        sa.UniqueConstraint("check_id", "item_id", name=op.f("uq_hygiene_answers_check_id_item_id")),
    )
    op.create_table(
        "hygiene_records",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("station_id", ID, nullable=True),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("done_at", AT, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=50), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("agent", sa.String(length=50), nullable=False),
        sa.Column("concentration_mg_l", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("is_below", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_by_name", sa.String(length=50), nullable=False),
        sa.Column("voided_at", AT, nullable=True),
        sa.Column("voided_by_name", sa.String(length=50), nullable=False),
        sa.Column("void_reason", sa.String(length=100), nullable=False),
        sa.CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name=op.f("ck_hygiene_records_void")),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_hygiene_records_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["hygiene_stations.id"],
            name=op.f("fk_hygiene_records_station_id_hygiene_stations"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["hygiene_tasks.id"], name=op.f("fk_hygiene_records_task_id_hygiene_tasks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hygiene_records")),
    )
    op.create_index(
        op.f("ix_hygiene_records_canteen_id_done_on"),
        "hygiene_records",
        ["canteen_id", "done_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_hygiene_records_task_id_done_on"), "hygiene_records", ["task_id", "done_on"], unique=False
    )
    op.create_table(
        "safety_findings",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("answer_id", ID, nullable=True),
        sa.Column("area", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("measure", sa.String(length=300), nullable=False),
        sa.Column("responsible_id", ID, nullable=True),
        sa.Column("responsible", sa.String(length=50), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("found_by", ID, nullable=False),
        sa.Column("found_by_name", sa.String(length=50), nullable=False),
        sa.Column("rectified_at", AT, nullable=True),
        sa.Column("rectified_by", ID, nullable=True),
        sa.Column("rectified_by_name", sa.String(length=50), nullable=False),
        sa.Column("rectification", sa.String(length=300), nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.Column("closed_by_name", sa.String(length=50), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_safety_findings_closed")
        ),
        sa.CheckConstraint("state IN ('open', 'rectified', 'closed')", name=op.f("ck_safety_findings_state")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["control_answers.id"], name=op.f("fk_safety_findings_answer_id_control_answers")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_safety_findings_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["staff.id"], name=op.f("fk_safety_findings_responsible_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_findings")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_safety_findings_answer_id")),
    )
    op.create_index(
        op.f("ix_safety_findings_canteen_id_found_on"),
        "safety_findings",
        ["canteen_id", "found_on"],
        unique=False,
    )
    op.create_index(
        "ix_safety_findings_open",
        "safety_findings",
        ["canteen_id", "due_on"],
        unique=False,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        op.f("ix_safety_findings_responsible_id"), "safety_findings", ["responsible_id"], unique=False
    )
    op.create_table(
        "safety_finding_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("by", ID, nullable=False),
        sa.Column("by_name", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["safety_findings.id"],
            name=op.f("fk_safety_finding_events_finding_id_safety_findings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_finding_events")),
    )
    op.create_index(
        op.f("ix_safety_finding_events_finding_id"), "safety_finding_events", ["finding_id"], unique=False
    )
    op.create_table(
        "additive_uses",
        sa.Column("id", ID, nullable=False),
        sa.Column("canteen_id", ID, nullable=False),
        sa.Column("additive_id", ID, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("used_at", AT, nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("weight_mg", ID, nullable=False),
        sa.Column("food_g", sa.Integer(), nullable=False),
        sa.Column("limit_mg_per_kg", sa.Integer(), nullable=True),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("dish_id", ID, nullable=True),
        sa.Column("dish", sa.String(length=50), nullable=False),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("lot", sa.String(length=50), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_by_name", sa.String(length=50), nullable=False),
        sa.Column("void_of", ID, nullable=True),
        sa.CheckConstraint("weight_mg > 0 AND food_g > 0", name=op.f("ck_additive_uses_weights")),
        sa.ForeignKeyConstraint(
            ["additive_id"], ["additives.id"], name=op.f("fk_additive_uses_additive_id_additives")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["stock_batches.id"], name=op.f("fk_additive_uses_batch_id_stock_batches")
        ),
        sa.ForeignKeyConstraint(
            ["canteen_id"], ["canteens.id"], name=op.f("fk_additive_uses_canteen_id_canteens")
        ),
        sa.ForeignKeyConstraint(["dish_id"], ["dishes.id"], name=op.f("fk_additive_uses_dish_id_dishes")),
        sa.ForeignKeyConstraint(
            ["void_of"], ["additive_uses.id"], name=op.f("fk_additive_uses_void_of_additive_uses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_additive_uses")),
        sa.UniqueConstraint("void_of", name=op.f("uq_additive_uses_void_of")),
    )
    op.create_index(op.f("ix_additive_uses_additive_id"), "additive_uses", ["additive_id"], unique=False)
    op.create_index(
        op.f("ix_additive_uses_canteen_id_used_on"), "additive_uses", ["canteen_id", "used_on"], unique=False
    )
    for column in ("licence_no", "signed_by"):
        length = 60 if column == "licence_no" else 50
        op.add_column(
            "waste_hand_overs",
            sa.Column(column, sa.String(length), nullable=False, server_default=""),
        )
    make_append_only("additive_uses")
    _seed()


def _seed() -> None:
    columns = ("position", "is_active")
    items = sa.table("hygiene_items", *map(sa.column, ("scheme", "heading", "text", *columns)))
    op.bulk_insert(
        items,
        [
            {"scheme": scheme, "heading": heading, "text": text, "position": place, "is_active": True}
            for place, (scheme, heading, text) in enumerate(CHECKLIST)
        ],
    )
    controls = sa.table("control_items", *map(sa.column, ("area", "text", *columns)))
    op.bulk_insert(
        controls,
        [
            {"area": area, "text": text, "position": place, "is_active": True}
            for place, (area, text) in enumerate(CONTROLS)
        ],
    )


def downgrade() -> None:
    op.drop_column("waste_hand_overs", "signed_by")
    op.drop_column("waste_hand_overs", "licence_no")
    op.drop_table("additive_uses")
    op.drop_table("safety_finding_events")
    op.drop_table("safety_findings")
    op.drop_table("hygiene_records")
    op.drop_table("hygiene_answers")
    op.drop_table("hygiene_tasks")
    op.drop_table("hygiene_items")
    op.drop_table("hygiene_checks")
    op.drop_table("control_answers")
    op.drop_table("safety_weeks")
    op.drop_table("safety_months")
    op.drop_table("hygiene_stations")
    op.drop_table("daily_controls")
    op.drop_table("control_items")
    op.drop_table("additives")

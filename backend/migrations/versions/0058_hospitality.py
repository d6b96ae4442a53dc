"""会务: services, stock, stewards, tasks and checks."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "meeting_checklist_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("text", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_checklist_lines")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_checklist_lines_code")),
    )
    op.create_table(
        "meeting_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_items")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_items_code")),
        sa.UniqueConstraint("name", name=op.f("uq_meeting_items_name")),
    )
    op.create_table(
        "meeting_item_stocks",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_meeting_item_stocks_count")),
        sa.ForeignKeyConstraint(
            ["campus_id"], ["campuses.id"], name=op.f("fk_meeting_item_stocks_campus_id_campuses")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meeting_items.id"], name=op.f("fk_meeting_item_stocks_item_id_meeting_items")
        ),
        sa.PrimaryKeyConstraint("item_id", "campus_id", name=op.f("pk_meeting_item_stocks")),
    )
    op.create_table(
        "meeting_services",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("description", sa.String(length=200), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("quantity_by", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=True),
        sa.Column("setup_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ready_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repeat_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("visit_minutes", sa.Integer(), server_default=sa.text("5"), nullable=False),
        sa.Column("is_attended", sa.Boolean(), nullable=False),
        sa.Column("clear_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("stewards", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("item_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("item_per", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("spared_by", sa.String(length=30), server_default="", nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint("item_count >= 0 AND item_per > 0", name=op.f("ck_meeting_services_item")),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_meeting_services_price")),
        sa.CheckConstraint("stewards >= 0", name=op.f("ck_meeting_services_stewards")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meeting_items.id"], name=op.f("fk_meeting_services_item_id_meeting_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_services")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_services_code")),
        sa.UniqueConstraint("name", name=op.f("uq_meeting_services_name")),
    )
    op.create_table(
        "meeting_booking_services",
        sa.Column("booking_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_meeting_booking_services_quantity")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["meeting_bookings.id"],
            name=op.f("fk_meeting_booking_services_booking_id_meeting_bookings"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["meeting_services.id"],
            name=op.f("fk_meeting_booking_services_service_id_meeting_services"),
        ),
        sa.PrimaryKeyConstraint("booking_id", "service_id", name=op.f("pk_meeting_booking_services")),
    )
    op.create_table(
        "meeting_check_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=70), nullable=False),
        sa.Column("text", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("service_id", ID, nullable=True),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("checked_at", AT, nullable=False),
        sa.Column("checked_by", ID, nullable=False),
        sa.Column("checked_by_name", sa.String(length=50), nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("settlement", sa.String(length=300), server_default="", nullable=False),
        sa.Column("order_id", ID, nullable=True),
        sa.Column("order_number", sa.String(length=20), server_default="", nullable=False),
        sa.CheckConstraint("is_ok OR note <> ''", name=op.f("ck_meeting_check_items_fault")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_meeting_check_items_settled")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["meeting_occurrences.id"],
            name=op.f("fk_meeting_check_items_occurrence_id_meeting_occurrences"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["meeting_services.id"],
            name=op.f("fk_meeting_check_items_service_id_meeting_services"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_check_items")),
        sa.UniqueConstraint(
            "occurrence_id", "phase", "code", name=op.f("uq_meeting_check_items_occurrence_id_phase_code")
        ),
    )
    op.create_index(
        op.f("ix_meeting_check_items_held_on_campus_id"),
        "meeting_check_items",
        ["held_on", "campus_id"],
        unique=False,
    )
    op.create_table(
        "meeting_duties",
        sa.Column("id", ID, nullable=False),
        sa.Column("steward_id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_meeting_duties_interval")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["meeting_occurrences.id"],
            name=op.f("fk_meeting_duties_occurrence_id_meeting_occurrences"),
        ),
        sa.ForeignKeyConstraint(
            ["steward_id"], ["staff.id"], name=op.f("fk_meeting_duties_steward_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_duties")),
    )
    op.create_index(
        op.f("ix_meeting_duties_occurrence_id"), "meeting_duties", ["occurrence_id"], unique=False
    )
    op.create_index(
        op.f("ix_meeting_duties_steward_id_until_at"),
        "meeting_duties",
        ["steward_id", "until_at"],
        unique=False,
    )
    op.create_table(
        "meeting_meals",
        sa.Column("id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("meal_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("linked_by", ID, nullable=False),
        sa.Column("linked_at", AT, nullable=False),
        sa.Column("was_start_at", AT, nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["meeting_occurrences.id"],
            name=op.f("fk_meeting_meals_occurrence_id_meeting_occurrences"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_meals")),
        sa.UniqueConstraint("kind", "meal_id", name=op.f("uq_meeting_meals_kind_meal_id")),
    )
    op.create_index(op.f("ix_meeting_meals_occurrence_id"), "meeting_meals", ["occurrence_id"], unique=False)
    op.create_table(
        "meeting_service_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("follows_headcount", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("word", sa.String(length=200), server_default="", nullable=False),
        sa.Column("ordered_by", ID, nullable=False),
        sa.Column("ordered_at", AT, nullable=False),
        sa.Column("is_short", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_meeting_service_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["meeting_occurrences.id"],
            name=op.f("fk_meeting_service_lines_occurrence_id_meeting_occurrences"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["meeting_services.id"],
            name=op.f("fk_meeting_service_lines_service_id_meeting_services"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_service_lines")),
        sa.UniqueConstraint(
            "occurrence_id", "service_id", name=op.f("uq_meeting_service_lines_occurrence_id_service_id")
        ),
    )
    op.create_index(
        op.f("ix_meeting_service_lines_service_id"), "meeting_service_lines", ["service_id"], unique=False
    )
    op.create_table(
        "meeting_tasks",
        sa.Column("id", ID, nullable=False),
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("service_id", ID, nullable=True),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("seat", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("building_id", ID, nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("steward_id", ID, nullable=True),
        sa.Column("assigned_by", ID, nullable=True),
        sa.Column("started_at", AT, nullable=True),
        sa.Column("done_at", AT, nullable=True),
        sa.Column("done_by", ID, nullable=True),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_meeting_tasks_done")),
        sa.CheckConstraint("due_at > from_at", name=op.f("ck_meeting_tasks_interval")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["meeting_occurrences.id"],
            name=op.f("fk_meeting_tasks_occurrence_id_meeting_occurrences"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["meeting_rooms.id"], name=op.f("fk_meeting_tasks_room_id_meeting_rooms")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["meeting_services.id"], name=op.f("fk_meeting_tasks_service_id_meeting_services")
        ),
        sa.ForeignKeyConstraint(["steward_id"], ["staff.id"], name=op.f("fk_meeting_tasks_steward_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_tasks")),
    )
    op.create_index(op.f("ix_meeting_tasks_due_at"), "meeting_tasks", ["due_at"], unique=False)
    op.create_index(
        op.f("ix_meeting_tasks_steward_id_due_at"), "meeting_tasks", ["steward_id", "due_at"], unique=False
    )
    op.create_index(
        "ix_meeting_tasks_undone",
        "meeting_tasks",
        ["campus_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'working')"),
        postgresql_where=sa.text("state IN ('open', 'working')"),
    )
    op.create_index("uq_meeting_tasks_key", "meeting_tasks", ["occurrence_id", "key"], unique=True)
    op.create_table(
        "meeting_loans",
        sa.Column("id", ID, nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("campus_id", ID, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("from_at", AT, nullable=False),
        sa.Column("until_at", AT, nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_meeting_loans_count")),
        sa.CheckConstraint("until_at > from_at", name=op.f("ck_meeting_loans_interval")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meeting_items.id"], name=op.f("fk_meeting_loans_item_id_meeting_items")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["meeting_service_lines.id"],
            name=op.f("fk_meeting_loans_line_id_meeting_service_lines"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_loans")),
        sa.UniqueConstraint("line_id", name=op.f("uq_meeting_loans_line_id")),
    )
    op.create_index(
        op.f("ix_meeting_loans_item_id_campus_id_until_at"),
        "meeting_loans",
        ["item_id", "campus_id", "until_at"],
        unique=False,
    )
    _guard_duties()
    _seed()


def _guard_duties() -> None:
    """A steward is never at two meetings at overlapping times, whoever writes."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "ALTER TABLE meeting_duties ADD CONSTRAINT ex_meeting_duties_overlap EXCLUDE USING gist"
            " (int8range(steward_id, steward_id, '[]') WITH &&, tstzrange(from_at, until_at, '[)') WITH &&)"
        )
        return
    for verb, itself in (("INSERT", ""), ("UPDATE", " AND id <> NEW.id")):
        op.execute(
            f"CREATE TRIGGER meeting_duties_overlap_{verb.lower()} BEFORE {verb} ON meeting_duties"  # noqa: S608 # From the line above.
            " WHEN EXISTS (SELECT 1 FROM meeting_duties WHERE steward_id = NEW.steward_id"
            f" AND from_at < NEW.until_at AND until_at > NEW.from_at{itself})"
            " BEGIN SELECT RAISE(ABORT, 'ex_meeting_duties_overlap'); END"
        )


def _insert(table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    names = columns.split()
    kinds = {"checklist": sa.JSON(), "is_attended": sa.Boolean()}
    shape = sa.table(table, *(sa.column(name, kinds.get(name)) for name in names))
    op.bulk_insert(shape, [dict(zip(names, row, strict=True)) for row in rows])


# code, name, unit, position; they are numbered from 1 in this order
ITEMS = (
    ("banner_stand", "横幅架", "个", 1),
    ("projector", "移动投影仪", "台", 2),
    ("microphone", "无线话筒", "支", 3),
    ("recorder", "录音笔", "支", 4),
    ("camera", "摄像机", "台", 5),
)
_TEA = (
    {"phase": "before", "code": "served", "text": "茶水、热水瓶按人数到位，杯具洁净"},
    {"phase": "after", "code": "cleared", "text": "茶具已收回清洗"},
)
_PLATES = (
    {"phase": "before", "code": "names", "text": "席卡姓名、职务、排位已核对"},
    {"phase": "after", "code": "collected", "text": "席卡已收回"},
)
_BANNER = (
    {"phase": "before", "code": "wording", "text": "会标文字已核对、悬挂平整"},
    {"phase": "after", "code": "removed", "text": "会标已撤除"},
)
_SHOWN = ({"phase": "before", "code": "tested", "text": "投影画面已试、切换正常"},)
_SOUND = ({"phase": "before", "code": "tested", "text": "话筒、音响已试，备用电池到位"},)
_VIDEO = ({"phase": "before", "code": "connected", "text": "各分会场已连通，画面、声音已试"},)
_KEPT = (
    {"phase": "before", "code": "space", "text": "设备电量与存储空间充足"},
    {"phase": "after", "code": "handed_over", "text": "资料已交办会单位，本机已清除"},
)
# code, name, description, unit, quantity_by, setup, ready, repeat, is_attended, clear, stewards, item, items,
# per, spared_by, checklist, position
SERVICES = (
    ("tea", "茶水", "会前 15 分钟备妥", "人", "head", 15, 15, 0, False, 15, 1, None, 0, 1, "", _TEA, 1),
    ("refill", "续水", "会中每 20 分钟一次", "次", "meeting", 0, 0, 20, False, 0, 1, None, 0, 1, "", (), 2),
    ("nameplate", "席卡", "", "张", "head", 20, 30, 0, False, 10, 1, None, 0, 1, "", _PLATES, 3),
    ("banner", "会标横幅", "", "条", "meeting", 30, 30, 0, False, 15, 1, 1, 1, 1, "", _BANNER, 4),
    (
        "projector",
        "投影",
        "会前 30 分钟试毕",
        "台",
        "meeting",
        15,
        30,
        0,
        False,
        10,
        1,
        2,
        1,
        1,
        "projector",
        _SHOWN,
        5,
    ),
    (
        "sound",
        "音响",
        "会前 30 分钟试毕，含话筒两支",
        "套",
        "meeting",
        15,
        30,
        0,
        False,
        10,
        1,
        3,
        2,
        1,
        "",
        _SOUND,
        6,
    ),
    (
        "video",
        "视频会议调试",
        "会前 30 分钟连通，会中值守",
        "场",
        "meeting",
        30,
        30,
        0,
        True,
        10,
        1,
        None,
        0,
        1,
        "",
        _VIDEO,
        7,
    ),
    ("recording", "录音录像", "", "场", "meeting", 15, 15, 0, True, 15, 1, 5, 1, 1, "", _KEPT, 8),
    ("photo", "摄影", "", "场", "meeting", 0, 0, 0, True, 0, 1, None, 0, 1, "", (), 9),
    ("flowers", "鲜花", "", "盆", "meeting", 15, 30, 0, False, 10, 1, None, 0, 1, "", (), 10),
    ("security", "安保引导", "", "场", "meeting", 30, 15, 0, True, 0, 2, None, 0, 1, "", (), 11),
)
# phase, code, text, kind, position
LINES = (
    ("before", "layout", "会场布局、座位数与预订一致", "ordinary", 1),
    ("before", "clean", "桌椅、地面整洁", "ordinary", 2),
    ("before", "climate", "灯光、空调已开启并适宜", "ordinary", 3),
    ("after", "lights", "灯光已关闭", "ordinary", 11),
    ("after", "air_conditioning", "空调已关闭", "ordinary", 12),
    ("after", "documents", "无遗留文件、物品", "documents", 13),
    ("after", "damage", "设施设备无损坏", "damage", 14),
    ("after", "restored", "会场已复原，门窗已关", "ordinary", 15),
)


def _seed() -> None:
    _insert("meeting_items", "code name unit position", ITEMS)
    _insert(
        "meeting_services",
        "code name description unit quantity_by setup_minutes ready_minutes repeat_minutes is_attended"
        " clear_minutes stewards item_id item_count item_per spared_by checklist position",
        SERVICES,
    )
    _insert("meeting_checklist_lines", "phase code text kind position", LINES)


def downgrade() -> None:
    op.drop_table("meeting_loans")
    op.drop_table("meeting_tasks")
    op.drop_table("meeting_service_lines")
    op.drop_table("meeting_meals")
    op.drop_table("meeting_duties")
    op.drop_table("meeting_check_items")
    op.drop_table("meeting_booking_services")
    op.drop_table("meeting_services")
    op.drop_table("meeting_item_stocks")
    op.drop_table("meeting_items")
    op.drop_table("meeting_checklist_lines")

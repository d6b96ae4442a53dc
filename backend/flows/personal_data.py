"""The copy of everything that is kept about oneself (PIPL §45): a JSON file per subject, and a page to read.

A module that keeps something about people adds a `Part` here with its own query; a test demands that every
table that names a member of staff is told by a part, or left out for a reason.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from backend import clock
from backend.actor import Actor
from backend.audit import queries as audit_queries
from backend.config import settings
from backend.db import refuse_within_a_unit
from backend.documents.environment import ENVIRONMENT, instant
from backend.identity import personal as identity
from backend.identity.privacy import queries as privacy_queries
from backend.identity.privacy import services as privacy_services
from backend.media import queries as media_queries
from backend.notifications import queries as notification_queries
from backend.ratings import queries as rating_queries
from backend.suggestions import queries as suggestion_queries
from canteen.accounts import personal as accounts
from canteen.evaluation.spot_checks import queries as spot_checks
from canteen.ordering import personal as ordering
from canteen.pickups import personal as pickups
from canteen.waste.serving import views as serving
from canteen.waste.trays import queries as trays
from property.inspections.rounds import personal as rounds
from property.work_orders import personal as work_orders
from property.work_orders.costs import personal as work_order_costs

MEDIA_TYPE: Final = "application/zip"
FILE_NAME: Final = "个人信息副本.zip"
PAGE_NAME: Final = "个人信息副本.html"
# Of the trail so much is told; older events are kept by law, not for looking at.
TRAIL: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Part:
    """One subject: the file's name, a title, the tables it tells of, and what reads them for a person."""

    name: str
    title: str
    tables: tuple[str, ...]
    read: Callable[[int], list[dict[str, Any]]]


def _trail_of(staff_id: int) -> list[dict[str, Any]]:
    return audit_queries.export_of(staff_id, clock.now() - TRAIL)


PARTS: Final = (
    Part("profile", "基本信息", ("staff",), identity.profile_of),
    Part("postings", "任职", ("postings",), identity.postings_of),
    Part("roles", "角色", ("role_grants",), identity.roles_of),
    Part("accounts", "账号绑定", ("external_identities", "bind_requests"), identity.accounts_of),
    Part("sessions", "登录会话", ("login_sessions",), identity.sessions_of),
    Part("consents", "隐私政策的同意记录", ("privacy_consents",), privacy_queries.export_of),
    Part("data_requests", "个人信息申请", ("data_requests",), privacy_queries.export_requests_of),
    Part("absences", "请假与出差", ("absences",), identity.absences_of),
    Part("orders", "订单", ("orders",), ordering.orders_of),
    Part("standing_orders", "固定订餐", ("standing_orders",), ordering.standing_orders_of),
    Part("colleagues", "代订授权", ("colleague_consents",), ordering.consents_of),
    Part("transfers", "订单转让", ("order_transfers",), ordering.transfers_of),
    Part("receptions", "公务接待", ("receptions", "reception_companions"), ordering.receptions_of),
    Part("no_shows", "未取餐", ("no_shows",), pickups.missed_of),
    Part("pauses", "暂停预订", ("order_pauses",), pickups.pauses_of),
    Part("trays", "本人餐盘", ("tray_bindings",), trays.export_of),
    Part("tray_consents", "查看本人餐盘的选择", ("tray_consents",), trays.export_consents_of),
    Part("weighed_meals", "称重扣款异议", ("weighed_meals",), serving.export_of),
    Part("inspections", "现场抽查任务", ("inspections", "inspection_members"), spot_checks.export_of),
    Part("balances", "餐费余额", ("account_balances",), accounts.balances_of),
    Part("entries", "餐费明细", ("ledger_entries", "ledger_postings"), accounts.entries_of),
    Part("work_orders", "报修工单", ("work_orders",), work_orders.reports_of),
    Part("work_order_steps", "工单操作记录", ("work_order_events",), work_orders.steps_of),
    Part("work_order_holds", "工单挂起申请", ("work_order_holds",), work_orders.holds_of),
    Part("work_order_labour", "工单工时", ("work_order_costs",), work_order_costs.labour_of),
    Part("inspection_visits", "巡检和保养签到", ("inspection_round_points",), rounds.visits_of),
    Part("work", "维修班组与值班", ("workers", "worker_skills", "work_duties"), work_orders.work_of),
    Part("ratings", "评价", ("ratings",), rating_queries.export_of),
    Part("suggestions", "投诉建议", ("suggestions",), suggestion_queries.export_of),
    Part("messages", "消息", ("inbox_messages",), notification_queries.export_of),
    Part("photos", "上传的图片", ("photos",), media_queries.export_of),
    Part("trail", "操作与查阅记录（近一年）", ("audit_events",), _trail_of),
)
LEFT_OUT: Final = {
    "password_credentials": "密码只以不可逆的散列保存，不能读出",
    "second_factors": "验证器密钥，交出即失去保护作用",
    "recovery_codes": "恢复码只以散列保存，不能读出",
    "idempotency_answers": "重复提交的留底，两天内自动删除，内容即本人请求的结果",
    "outbox": "消息的发送状态，消息本身已列出",
    "urgent_steps": "紧急呼叫的过程记录，消息本身已列出",
    "colleague_lookups": "查找同事的次数，只用于防止滥用，一小时后即失效",
    "grant_awards": "补贴发放的依据，金额已在餐费明细中",
    "expired_subsidies": "补贴收回的依据，金额已在餐费明细中",
    "payroll_items": "工资代扣的依据，金额已在餐费明细中",
    "suggestion_replies": "答复人是经办人员，答复内容已随投诉建议列出",
}


def export(actor: Actor) -> bytes:
    """A ZIP of everything about the actor; recorded, and limited a day. Raises TooManyExports."""
    privacy_services.begin_export(actor)
    return pack((part, part.read(actor.staff_id)) for part in PARTS)


def pack(tables: Iterable[tuple[Part, list[dict[str, Any]]]]) -> bytes:
    """The parts with their rows as a ZIP: JSON for machines, one HTML page for people."""
    refuse_within_a_unit("packing a copy")
    read, buffer = list(tables), BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as packed:
        for part, rows in read:
            told = {"title": part.title, "rows": [_plain(row) for row in rows]}
            packed.writestr(f"{part.name}.json", orjson.dumps(told, option=orjson.OPT_INDENT_2))
        page = ENVIRONMENT.get_template("backend.flows/personal_data.html").render(
            organisation=settings().organisation,
            contact=settings().contact,
            made_at=clock.now(),
            tables=[(part.title, _cells(rows)) for part, rows in read],
        )
        packed.writestr(PAGE_NAME, page)
    return buffer.getvalue()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The row for JSON, where instants are told with the compound's offset."""
    return {
        name: clock.local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _cells(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{name: _text(value) for name, value in row.items()} for row in rows]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else str(value)

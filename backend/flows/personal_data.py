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
from backend.attachments import queries as attachment_queries
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
from canteen.food_safety.controls.findings import personal as safety_findings
from canteen.food_safety.incidents import queries as incidents
from canteen.food_safety.workers import personal as kitchen_workers
from canteen.ordering import personal as ordering
from canteen.pickups import personal as pickups
from canteen.waste.serving import views as serving
from canteen.waste.trays import queries as trays
from feedback.concierge import personal as concierge
from feedback.concierge.projects import personal as projects
from feedback.notices import queries as notice_queries
from feedback.reports import personal as reports
from feedback.reports.seals import personal as seals
from feedback.satisfaction.rectifications import queries as satisfaction_rectifications
from feedback.surveys import queries as surveys
from meeting.bookings import personal as meetings
from meeting.bookings.overrides import personal as overrides
from meeting.bookings.waitlist import personal as waitlist
from meeting.calendars import personal as calendars
from meeting.hospitality import personal as hospitality
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
    Part("food_incidents", "涉及本人用餐的食品安全事件", ("food_incident_diners",), incidents.notices_of),
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
    Part("reports", "诉求", ("reports",), reports.reports_of),
    Part("report_followers", "我也遇到", ("report_followers",), reports.followed_of),
    Part("report_steps", "诉求操作记录", ("report_events",), reports.steps_of),
    Part("report_offices", "承办单位", ("office_members",), reports.offices_of),
    Part("report_seals", "匿名身份查看申请", ("seal_requests",), seals.requests_of),
    Part("meetings", "会议预订", ("meeting_bookings", "meeting_occurrences"), meetings.meetings_of),
    Part("meetings_attended", "受邀参加的会议", ("meeting_attendees",), meetings.attended_of),
    Part("meeting_steps", "会议操作记录", ("meeting_booking_events",), meetings.steps_of),
    Part(
        "meeting_rooms",
        "会议室的管理与权限",
        ("meeting_room_managers", "meeting_room_access"),
        meetings.rooms_of,
    ),
    Part("meeting_overrides", "会议室优先使用申请", ("meeting_overrides",), overrides.overrides_of),
    Part("meeting_services", "预订的会务服务", ("meeting_service_lines",), hospitality.ordered_of),
    Part("meeting_tasks", "会务任务", ("meeting_tasks",), hospitality.tasks_of),
    Part("meeting_checks", "会前会后检查", ("meeting_check_items",), hospitality.checks_of),
    Part("meeting_meals", "会议用餐", ("meeting_meals",), hospitality.meals_of),
    Part("calendar_feeds", "日历订阅", ("calendar_feeds",), calendars.feeds_of),
    Part("meeting_waitlist", "会议室候补", ("meeting_waitlist",), waitlist.export_of),
    Part("safety_findings", "负责整改的食品安全问题", ("safety_findings",), safety_findings.findings_of),
    Part("ratings", "评价", ("ratings",), rating_queries.export_of),
    Part("suggestions", "投诉建议", ("suggestions",), suggestion_queries.export_of),
    Part("service_requests", "微管家服务申请", ("concierge_answers",), concierge.answers_of),
    Part("projects", "微实事的提议与关注", ("project_followers",), projects.projects_of),
    Part(
        "satisfaction_rectifications",
        "负责的满意度整改",
        ("satisfaction_rectifications",),
        satisfaction_rectifications.export_of,
    ),
    Part("surveys", "问卷邀请", ("survey_invites",), surveys.invited_of),
    Part("kitchen_work", "后厨从业信息", ("kitchen_workers",), kitchen_workers.workers_of),
    Part("health_certificates", "健康证", ("health_certificates",), kitchen_workers.certificates_of),
    Part("morning_checks", "晨检记录", ("morning_checks",), kitchen_workers.checks_of),
    Part("kitchen_duties", "后厨上岗记录", ("kitchen_duties",), kitchen_workers.duties_of),
    Part("messages", "消息", ("inbox_messages",), notification_queries.export_of),
    Part("photos", "上传的图片", ("photos",), media_queries.export_of),
    Part("notices", "打开过的通告", ("notice_reads",), notice_queries.export_of),
    Part("attachments", "上传的附件", ("attachments",), attachment_queries.export_of),
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
    "meeting_duties": "由会务任务推算的在岗时段，任务已列出",
    "report_applications": "以承办单位名义提出的申请，提出和审批已在诉求操作记录中列出",
    "report_visits": "回访记录是经办工作，回访的人已在诉求操作记录中列出",
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

"""What waits for somebody, for the first page: a line of each kind, all of them counted in one statement."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from backend import clock, counting
from backend.actor import Actor, Permission
from backend.counting import Count
from backend.identity.absences import queries as absences
from backend.identity.binding import queries as binding
from backend.identity.privacy import queries as privacy
from backend.notifications import queries as notifications
from backend.suggestions import queries as suggestions
from canteen.food_safety.controls.days import queries as controls
from canteen.food_safety.controls.findings import queries as findings
from canteen.food_safety.controls.reviews import queries as safety_weeks
from canteen.food_safety.incidents import queries as incidents
from canteen.food_safety.samples import queries as samples
from canteen.food_safety.temperatures import queries as temperatures
from canteen.food_safety.workers import listing as workers
from canteen.ordering.receptions import queries as receptions
from canteen.pickups.no_shows import queries as no_shows
from canteen.purchasing.orders import queries as purchase_orders
from canteen.purchasing.stock import queries as stock
from canteen.purchasing.stock import receipts
from canteen.purchasing.stock.policies import Usability
from feedback.concierge.projects import queries as projects
from feedback.moderation import queries as moderation
from feedback.reports import waiting as reports
from feedback.reports.applications import queries as applications
from feedback.reports.seals import queries as seals
from feedback.reports.visits import queries as visits
from feedback.reviews import queries as reviews
from feedback.reviews.demands import queries as demands
from feedback.satisfaction.rectifications import queries as rectifications
from meeting.bookings import waiting as meetings
from meeting.bookings.overrides import queries as overrides
from meeting.hospitality.tasks import queries as hospitality_tasks
from property.statistics import queries as property_statistics


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for somebody: a sentence, where to deal with it, how pressing it is."""

    text: str
    path: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of thing that may wait: its count, and the sentence that says how many (`{}`)."""

    count: Count
    text: str
    path: str
    tone: str
    icon: str


def of_canteen(actor: Actor, canteen_id: int) -> Iterator[Line]:
    """What is to be decided at a canteen."""
    yield Line(
        receptions.waiting(actor, canteen_id=canteen_id),
        "{} 件公务接待待审批",
        *("/console/canteen/receptions?state=submitted", "blue", "id"),
    )
    yield Line(
        no_shows.appealed(actor, canteen_id=canteen_id),
        "{} 条未取餐申诉待处理",
        *("/console/canteen/no-shows?state=appealed", "blue", "mood-empty"),
    )


_SAFETY = "/console/food-safety"
# An older gap is told by the week's report.
_CONTROL_DAYS = 7
_KITCHEN = "/console/kitchen"


def of_food_safety(actor: Actor, canteen_id: int) -> Iterator[Line]:
    """What is open, overdue or unanswered in a canteen's records of food safety."""
    yield Line(
        incidents.open_count([canteen_id]),
        "{} 起食品安全事件（含演练）处置中",
        *(f"{_SAFETY}/incidents?is_open=true", "red", "alert-triangle"),
    )
    path = f"{_SAFETY}/temperatures/excursions?state=unanswered"
    yield Line(temperatures.unanswered(canteen_id), "{} 次温度超限未填写处置", path, "red", "snowflake")
    path = f"{_SAFETY}/workers"
    yield Line(workers.lapsed(canteen_id), "{} 名从业人员健康证缺失或过期", path, "red", "users")
    path = f"{_SAFETY}/findings?is_overdue=true"
    yield Line(findings.overdue(canteen_id), "{} 个食品安全问题逾期未整改", path, "red", "flag")
    path = f"{_SAFETY}/findings?state=rectified"
    yield Line(findings.to_check(actor, canteen_id), "{} 个食品安全问题待复查", path, "blue", "flag")
    today = clock.today()
    gaps = controls.unclosed(canteen_id, today - timedelta(days=_CONTROL_DAYS), today - timedelta(days=1))
    text = f"近 {_CONTROL_DAYS} 天有 {{}} 天没有完成日管控"
    yield Line(gaps, text, f"{_SAFETY}/controls", "yellow", "clipboard-check")
    weeks = safety_weeks.unsigned(canteen_id, today - timedelta(days=today.weekday()))
    yield Line(weeks, "{} 份周排查报告待签发", f"{_SAFETY}/reviews", "blue", "report-analytics")
    path = f"{_SAFETY}/samples/due"
    yield Line(samples.overdue(canteen_id), "{} 份留样超期未处置", path, "yellow", "package")


_OF_ORDERS = {
    "purchase_orders_to_approve": (
        "{} 张采购单待审批",
        f"{_KITCHEN}/orders?state=submitted",
        "blue",
        "receipt",
    ),
    "purchase_orders_late": ("{} 张采购单到期未到货", f"{_KITCHEN}/orders?is_late=true", "yellow", "receipt"),
    "purchase_requests_open": ("{} 份采购申请待下单", f"{_KITCHEN}/requests?state=open", "blue", "list"),
}


def of_purchasing(actor: Actor) -> Iterator[Line]:
    """Orders to be decided on, late ones, and requests that nobody has ordered yet."""
    for name, count in purchase_orders.waiting(actor).items():
        yield Line(count, *_OF_ORDERS[name])


def of_stock(canteen_id: int) -> Iterator[Line]:
    """Receipts that wait for a second person, and what expires in the store."""
    path = f"{_KITCHEN}/receipts?state=waiting"
    yield Line(receipts.count_waiting(canteen_id), "{} 张验收单待复核", path, "yellow", "clipboard-check")
    for usability, text, tone in (
        (Usability.EXPIRED, "{} 个批次已过期，须停用处理", "red"),
        (Usability.EXPIRING, "{} 个批次临近保质期", "yellow"),
    ):
        path = f"{_KITCHEN}/stock/batches?usability={usability.value}"
        yield Line(stock.count_batches(canteen_id, usability), text, path, tone, "package")


_BOARD = "/console/property/board"
_APPROVALS = "/console/property/approvals"
_OF_PROPERTY = {
    "overdue": ("{} 张工单已逾期", "/console/property/orders?overdue=true", "red", "alert-circle"),
    "to_triage": ("{} 张报修待受理", f"{_BOARD}?state=submitted", "yellow", "headset"),
    "to_dispatch": ("{} 张工单待派单", f"{_BOARD}?state=triaged", "yellow", "headset"),
    "holds": ("{} 件工单挂起待审批", _APPROVALS, "blue", "checks"),
    "estimates": ("{} 件维修费用待审批", _APPROVALS, "blue", "checks"),
}


def of_property(actor: Actor) -> Iterator[Line]:
    """Orders to be taken in and given out, those that are overdue, and what is to be approved."""
    for name, count in property_statistics.attention(actor).items():
        yield Line(count, *_OF_PROPERTY[name])


_REPORTS = "/console/feedback/reports"
_REPORT_BOARD = "/console/feedback/board"
_OF_REPORTS = {
    "overdue": ("{} 件诉求已超时", f"{_REPORTS}?overdue=true&is_open=true", "red", "alert-circle"),
    "pending": ("{} 件诉求待审核", f"{_REPORT_BOARD}#lane-pending", "yellow", "message-report"),
    "accepted": ("{} 件诉求待转办", f"{_REPORT_BOARD}#lane-accepted", "yellow", "message-report"),
    "assigned": (
        "本单位有 {} 件诉求待办理",
        "/console/feedback/office?is_open=true",
        "yellow",
        "clipboard-list",
    ),
}


def of_feedback(actor: Actor) -> Iterator[Line]:
    """Reports to be looked at, given out and handled; what is to be approved, and whom to ask afterwards."""
    for name, count in reports.attention(actor).items():
        yield Line(count, *_OF_REPORTS[name])
    if actor.can(Permission.REPORTS_APPROVE) or actor.can(Permission.REPORTS_TRIAGE):
        path = "/console/feedback/applications"
        yield Line(applications.waiting(actor), "{} 件诉求申请待审批", path, "blue", "checks")
    if actor.can(Permission.REPORTS_VISIT):
        yield Line(visits.waiting(actor), "{} 件诉求待回访", "/console/feedback/visits", "blue", "headset")


def of_publicity(actor: Actor) -> Iterator[Line]:
    """What is to be looked at before it is shown, seals to decide on, and proposed projects."""
    if actor.can(Permission.REPORTS_TRIAGE):
        path = "/console/feedback/moderation"
        yield Line(moderation.manual(actor), "{} 件内容待人工审核", path, "yellow", "eye")
    if actor.can(Permission.REPORTS_UNSEAL):
        path = "/console/feedback/seals"
        yield Line(seals.to_decide(actor), "{} 件查看匿名身份的申请待审批", path, "blue", "key")
    if actor.reach(Permission.FEEDBACK_MANAGE).everywhere:
        path = "/console/concierge/projects?scope=waiting"
        yield Line(projects.proposed(), "{} 件微实事提议待决定", path, "blue", "flag")


def of_meetings(actor: Actor) -> Iterator[Line]:
    """Bookings to be decided, requests to displace some, and tasks that nobody has."""
    if meetings.decides(actor):
        path = "/console/meetings/approvals"
        yield Line(meetings.to_decide(actor), "{} 件会议预订待审批", path, "yellow", "calendar-event")
    if actor.can(Permission.MEETINGS_OVERRIDE):
        path = "/console/meetings/overrides?state=waiting"
        yield Line(overrides.to_decide(actor), "{} 件优先调整待审批", path, "yellow", "flag")
    if actor.can(Permission.HOSPITALITY_MANAGE):
        today = clock.today()
        count = hospitality_tasks.unassigned(actor, today, today + timedelta(days=1))
        path = "/console/meetings/hospitality"
        yield Line(count, "今明两天 {} 项会务任务未安排人员", path, "yellow", "calendar-user")


_RECTIFICATIONS = "/console/satisfaction/rectifications"
_DEMANDS = "/console/reviews/demands"


def of_reviews(actor: Actor) -> Iterator[Line]:
    """What low ratings and resident units ask for, overdue or to be judged, and bulletins to be signed."""
    manages = actor.reach(Permission.REVIEWS_MANAGE).everywhere
    if manages or actor.can(Permission.REPORTS_HANDLE):
        path = f"{_RECTIFICATIONS}?is_overdue=true" if manages else f"{_RECTIFICATIONS}/mine"
        yield Line(rectifications.overdue_of(actor), "{} 件满意度整改已逾期", path, "red", "flag")
        path = f"{_DEMANDS}?is_overdue=true"
        yield Line(demands.overdue(actor), "{} 项单位需求逾期未答复", path, "red", "users")
    if manages:
        path = f"{_RECTIFICATIONS}?state=submitted"
        yield Line(rectifications.submitted(), "{} 件满意度整改待复核", path, "blue", "flag")
        path = f"{_DEMANDS}?state=answered"
        yield Line(demands.answered(), "{} 项单位需求已答复，待单位确认", path, "blue", "users")
        path = "/console/reviews/bulletins"
        yield Line(reviews.returned(), "{} 期服务保障通报被退回修改", path, "yellow", "speakerphone")
    if actor.reach(Permission.REVIEWS_PUBLISH).everywhere:
        path = "/console/reviews/bulletins"
        yield Line(reviews.to_sign(actor), "{} 期服务保障通报待审签", path, "blue", "speakerphone")


def of_administration(actor: Actor) -> Iterator[Line]:
    """What waits for those who administer the whole compound."""

    def may(permission: Permission) -> bool:
        # What belongs to no campus needs the permission everywhere.
        return actor.reach(permission).everywhere

    if may(Permission.IDENTITY_MANAGE):
        yield Line(binding.pending(actor), "{} 个账号绑定申请待审批", "/console/binds", "blue", "link")
    if may(Permission.ABSENCES_MANAGE):
        path = "/console/absences?state=pending"
        yield Line(absences.pending(actor), "{} 件请假出差待审批", path, "blue", "clock")
    if may(Permission.PRIVACY_MANAGE):
        yield Line(
            privacy.waiting(actor), "{} 件个人信息申请待答复", "/console/privacy", "blue", "shield-lock"
        )
    if may(Permission.NOTIFICATIONS_MANAGE):
        path = "/console/notifications"
        yield Line(notifications.lately_failed(), "近期有 {} 条通知未能送达", path, "red", "bell-off")
        yield Line(notifications.long_waiting(), "{} 条通知超时未发出", path, "yellow", "bell")
    if may(Permission.SUGGESTIONS_MANAGE):
        path = "/console/suggestions"
        yield Line(suggestions.unanswered(actor), "{} 条投诉建议待回复", path, "blue", "message-report")


def tasks(lines: list[Line]) -> list[Task]:
    """Those lines of which anything waits, in their order; one statement."""
    counted = counting.together({f"line_{place}": line.count for place, line in enumerate(lines)})
    return [
        Task(line.text.format(number), line.path, line.tone, line.icon)
        for line, number in zip(lines, counted.values(), strict=True)
        if number
    ]

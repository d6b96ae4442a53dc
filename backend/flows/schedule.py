"""What runs by itself, of all modules together, and when in words."""

from typing import Final

from backend import idempotency, jobs
from backend.attachments import jobs as attachment_jobs
from backend.audit import jobs as audit_jobs
from backend.devices import jobs as device_jobs
from backend.flows import evaluation_evidence, satisfaction_providers, silent_devices
from backend.identity import jobs as identity_jobs
from backend.jobs import Job
from backend.media import jobs as media_jobs
from backend.notifications import jobs as notification_jobs
from backend.sms import jobs as sms_jobs
from backend.wechat import jobs as wechat_jobs
from canteen.accounts.grants import jobs as grant_jobs
from canteen.bulletins import jobs as bulletin_jobs
from canteen.bulletins.direct_reports import jobs as direct_report_jobs
from canteen.evaluation.rectifications import jobs as rectification_jobs
from canteen.evaluation.rounds import jobs as round_jobs
from canteen.food_safety.controls.findings import jobs as finding_jobs
from canteen.food_safety.samples import jobs as sample_jobs
from canteen.food_safety.temperatures import jobs as temperature_jobs
from canteen.food_safety.workers import jobs as kitchen_worker_jobs
from canteen.ordering import jobs as ordering_jobs
from canteen.pickups.no_shows import jobs as no_show_jobs
from canteen.production.forecasts import jobs as forecast_jobs
from canteen.purchasing.stock import jobs as stock_jobs
from canteen.purchasing.suppliers import jobs as supplier_jobs
from canteen.waste.kitchen import jobs as waste_kitchen_jobs
from canteen.waste.serving import jobs as serving_jobs
from canteen.waste.statistics import jobs as waste_statistics_jobs
from canteen.waste.trays import jobs as tray_jobs
from feedback.deadlines import jobs as deadline_jobs
from feedback.moderation import jobs as moderation_jobs
from feedback.notices import jobs as notice_jobs
from feedback.reports import jobs as report_jobs
from feedback.reports.applications import jobs as application_jobs
from feedback.reports.escalations import jobs as report_escalation_jobs
from feedback.reports.seals import jobs as seal_jobs
from feedback.surveys import jobs as survey_jobs
from meeting.bookings import jobs as booking_jobs
from meeting.bookings.attendance import jobs as attendance_jobs
from meeting.bookings.overrides import jobs as override_jobs
from meeting.bookings.waitlist import jobs as waitlist_jobs
from property.assessments.months import jobs as assessment_jobs
from property.assets import jobs as asset_jobs
from property.contractors import jobs as contractor_jobs
from property.dispatch import jobs as dispatch_jobs
from property.inspections.plans import jobs as inspection_jobs
from property.service_levels import jobs as service_level_jobs
from property.work_orders import jobs as work_order_jobs
from property.work_orders.escalations import jobs as escalation_jobs

# What the floor itself needs swept.
HOUSEKEEPING: Final = (
    Job("backend.forget_answers", "清理重复提交的留底", cron="17 3 * * *", run=idempotency.forget_old),
    Job("backend.forget_firings", "清理任务运行记录", cron="27 3 * * *", run=jobs.forget_old),
)
# What only a flow can ask every module for.
EVALUATION: Final = (
    Job("evaluation.evidence", "更新评估佐证数据", cron="40 4 * * *", run=evaluation_evidence.refresh),
)
_WEEKDAYS: Final = {
    "mon": "周一",
    "tue": "周二",
    "wed": "周三",
    "thu": "周四",
    "fri": "周五",
    "sat": "周六",
    "sun": "周日",
}


def all_jobs() -> tuple[Job, ...]:
    """Every module's jobs. Raises ValueError if two have one name."""
    found = (
        *HOUSEKEEPING,
        *attachment_jobs.JOBS,
        *audit_jobs.JOBS,
        *device_jobs.JOBS,
        *silent_devices.JOBS,
        *identity_jobs.JOBS,
        *media_jobs.JOBS,
        *notification_jobs.JOBS,
        *notice_jobs.JOBS,
        *grant_jobs.JOBS,
        *ordering_jobs.JOBS,
        *temperature_jobs.JOBS,
        *supplier_jobs.JOBS,
        *finding_jobs.JOBS,
        *sample_jobs.JOBS,
        *kitchen_worker_jobs.JOBS,
        *no_show_jobs.JOBS,
        *forecast_jobs.JOBS,
        *stock_jobs.JOBS,
        *rectification_jobs.JOBS,
        *contractor_jobs.JOBS,
        *asset_jobs.JOBS,
        *assessment_jobs.JOBS,
        *round_jobs.JOBS,
        *EVALUATION,
        *serving_jobs.JOBS,
        *tray_jobs.JOBS,
        *waste_statistics_jobs.JOBS,
        *waste_kitchen_jobs.JOBS,
        *bulletin_jobs.JOBS,
        *moderation_jobs.JOBS,
        *direct_report_jobs.JOBS,
        *dispatch_jobs.JOBS,
        *inspection_jobs.JOBS,
        *work_order_jobs.JOBS,
        *service_level_jobs.JOBS,
        *escalation_jobs.JOBS,
        *survey_jobs.JOBS,
        *satisfaction_providers.JOBS,
        *report_jobs.JOBS,
        *deadline_jobs.JOBS,
        *application_jobs.JOBS,
        *report_escalation_jobs.JOBS,
        *seal_jobs.JOBS,
        *booking_jobs.JOBS,
        *override_jobs.JOBS,
        *attendance_jobs.JOBS,
        *waitlist_jobs.JOBS,
        *sms_jobs.JOBS,
        *wechat_jobs.JOBS,
    )
    names = [job.name for job in found]
    if len(set(names)) != len(names):
        raise ValueError("two jobs have the same name")
    return found


def in_words(cron: str) -> str:
    """`每 5 分钟`, `每天 03:17`, `周一至周五 08:00`: a schedule for people.

    Raises ValueError for one that it has no words for.
    """
    minute, hour, day, month, weekday = cron.split()
    if month != "*" or "*" not in (day, weekday):
        raise ValueError(f"no words for {cron}")
    if hour == "*" and day == weekday == "*":
        return _within_an_hour(minute, cron)
    if not (minute.isdecimal() and hour.isdecimal()):
        raise ValueError(f"no words for {cron}")
    return f"{_days(day, weekday, cron)} {int(hour):02}:{int(minute):02}"


def _within_an_hour(minute: str, cron: str) -> str:
    if minute == "*":
        return "每分钟"
    if minute.startswith("*/") and minute[2:].isdecimal():
        return f"每 {int(minute[2:])} 分钟"
    if minute.isdecimal():
        return f"每小时第 {int(minute)} 分"
    raise ValueError(f"no words for {cron}")


def _days(day: str, weekday: str, cron: str) -> str:
    if day.isdecimal():
        return f"每月 {int(day)} 日"
    if weekday == "*" and day == "*":
        return "每天"
    first, dash, last = weekday.partition("-")
    if first not in _WEEKDAYS or (dash and last not in _WEEKDAYS):
        raise ValueError(f"no words for {cron}")
    return f"{_WEEKDAYS[first]}至{_WEEKDAYS[last]}" if dash else f"每{_WEEKDAYS[first]}"

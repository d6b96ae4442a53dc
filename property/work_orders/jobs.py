"""What happens to work orders by itself."""

from backend.jobs import Job
from property.work_orders import closing, holding

JOBS = [
    Job("property.end_holds", "结束到期的工单挂起", cron="* * * * *", run=holding.end_due),
    Job(
        "property.verify_unanswered",
        "自动验收无人答复的工单",
        cron="*/10 * * * *",
        run=closing.verify_unanswered,
    ),
    Job("property.lapse_ratings", "关闭逾期未评价的工单", cron="*/30 * * * *", run=closing.lapse),
]

"""What happens to clocks that run by themselves."""

from backend.jobs import Job
from property.work_orders.escalations import services

JOBS = [
    Job("property.escalate", "工单超时升级", cron="* * * * *", run=services.escalate_due),
]

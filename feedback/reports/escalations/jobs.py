"""What happens to the clocks of reports that run by themselves."""

from backend.jobs import Job
from feedback.reports.escalations import services

JOBS = [
    Job("feedback.escalate", "诉求超时升级", cron="* * * * *", run=services.escalate_due),
]

"""What happens to surveys by itself."""

from backend.jobs import Job
from feedback.surveys import services

JOBS = [
    Job("feedback.open_surveys", "按时开始问卷", cron="*/5 * * * *", run=services.open_due),
    Job("feedback.stop_surveys", "截止到期的问卷", cron="5 0 * * *", run=services.stop_due),
]

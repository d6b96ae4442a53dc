"""What notices do by themselves."""

from backend.jobs import Job
from feedback.notices import services

JOBS = [
    Job("feedback.publish_notices", "发布到时的通告", cron="* * * * *", run=services.publish_due),
]

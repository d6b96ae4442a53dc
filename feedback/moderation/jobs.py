"""What moderation does by itself."""

from backend.jobs import Job
from feedback.moderation import services

JOBS = [Job("moderation.check", "检测送审内容", cron="* * * * *", run=services.check)]

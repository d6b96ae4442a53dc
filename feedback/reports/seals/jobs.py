"""What happens to seals by itself."""

from backend.jobs import Job
from feedback.reports.seals import services

JOBS = [Job("feedback.forget_seals", "删除到期的匿名身份", cron="47 3 * * *", run=services.forget_old)]

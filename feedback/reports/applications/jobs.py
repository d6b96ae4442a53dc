"""What happens to applications and suspended reports by itself."""

from backend.jobs import Job
from feedback.reports.applications import services

JOBS = [
    Job("feedback.suspension_reviews", "提醒复查挂账诉求", cron="5 8 * * *", run=services.call_for_reviews),
    Job("feedback.drop_applications", "作废过时的承办申请", cron="25 2 * * *", run=services.drop_outdated),
]

"""What happens to reports by itself."""

from backend.jobs import Job
from feedback.reports import closing

JOBS = [Job("feedback.lapse_ratings", "办结逾期未评价的诉求", cron="*/30 * * * *", run=closing.lapse)]

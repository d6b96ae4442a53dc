"""What happens to deadlines by itself."""

from backend.jobs import Job
from feedback.deadlines import services

JOBS = [
    # A new release may know a year's calendar that was provisional before.
    Job("feedback.recount_clocks", "按最新日历重算诉求时限", cron="14 3 * * *", run=services.recount),
]

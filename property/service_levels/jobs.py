"""What happens to service levels by itself."""

from backend.jobs import Job
from property.service_levels import services

JOBS = [
    Job("property.recount_clocks", "按最新日历重算工单时限", cron="12 3 * * *", run=services.recount),
]

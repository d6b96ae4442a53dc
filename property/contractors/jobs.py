"""What happens to contracts by itself."""

from backend.jobs import Job
from property.contractors import services

JOBS = [
    Job("property.remind_of_contracts", "提醒合同到期", cron="20 8 * * *", run=services.remind_of_ends),
]

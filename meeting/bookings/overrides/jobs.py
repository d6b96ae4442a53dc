"""What happens to requests that nobody decides."""

from backend.jobs import Job
from meeting.bookings.overrides import services

JOBS = [
    Job("meeting.lapse_overrides", "优先调整申请逾期", cron="* * * * *", run=services.lapse_due),
]

"""What happens to bookings by themselves."""

from backend.jobs import Job
from meeting.bookings import lapsing

JOBS = [
    Job("meeting.lapse", "会议预订逾期处理", cron="* * * * *", run=lapsing.lapse_due),
]

"""What happens to the waitlist by itself. Lapsed offers are tidied up with everything else that lapses."""

from backend.jobs import Job
from meeting.bookings.waitlist import services

JOBS = [
    Job("meeting.tend_waitlist", "会议室候补", cron="* * * * *", run=services.tend),
]

"""What happens to meetings by itself."""

from backend.jobs import Job
from meeting.bookings.attendance import services

JOBS = [
    Job("meeting.end_past", "结束到时的会议", cron="* * * * *", run=services.end_past),
    Job("meeting.remind_sign_in", "提醒会议签到", cron="* * * * *", run=services.remind),
]

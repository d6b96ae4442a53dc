"""What the gateway's callback does by itself."""

from backend.jobs import Job
from backend.sms import services

JOBS = [
    Job("sms.forget_receipts", "清理短信回执", cron="47 3 * * *", run=services.forget_old, catches_up=False)
]

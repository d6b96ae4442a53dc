"""What identity does by itself."""

from backend.identity import services
from backend.jobs import Job

JOBS = [
    Job(
        "identity.forget_ended",
        "清理已结束的登录会话",
        cron="17 3 * * *",
        run=services.forget_ended,
        catches_up=False,
    )
]

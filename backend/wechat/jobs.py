"""What the WeChat callback does by itself."""

from backend.jobs import Job
from backend.wechat import services

JOBS = [
    Job(
        "wechat.forget_push_events",
        "清理微信推送记录",
        cron="37 3 * * *",
        run=services.forget_handled,
        catches_up=False,
    ),
]

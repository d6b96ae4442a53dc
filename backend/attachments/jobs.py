"""What the attachments do by themselves."""

from backend.attachments import services
from backend.jobs import Job

JOBS = [
    Job("attachments.collect_loose", "回收未使用的附件", cron="33 * * * *", run=services.collect_loose),
    Job(
        "attachments.sweep_store",
        "清扫附件存储",
        cron="51 3 * * *",
        run=services.sweep_store,
        catches_up=False,
    ),
]

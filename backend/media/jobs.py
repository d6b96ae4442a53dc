"""What the photos do by themselves."""

from backend.jobs import Job
from backend.media import services

JOBS = [
    Job("media.collect_orphans", "回收无主图片", cron="23 * * * *", run=services.collect_orphans),
    Job("media.sweep_store", "清扫图片存储", cron="41 3 * * *", run=services.sweep_store, catches_up=False),
]

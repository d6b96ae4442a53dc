"""What the photos do by themselves."""

from typing import Final

from backend.jobs import Job
from backend.media import services, storage

# Its outcome is what the metrics say of the store.
PROBE: Final = "media.probe_store"
JOBS = [
    Job(PROBE, "检查图片存储", cron="*/5 * * * *", run=storage.probe, catches_up=False),
    Job("media.collect_orphans", "回收无主图片", cron="23 * * * *", run=services.collect_orphans),
    Job("media.sweep_store", "清扫图片存储", cron="41 3 * * *", run=services.sweep_store, catches_up=False),
]

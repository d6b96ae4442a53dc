"""Jobs of the register of equipment."""

from backend.jobs import Job
from property.assets import services

JOBS = [
    Job("property.settle_assets", "更新设备所在楼宇", cron="35 3 * * *", run=services.settle),
]

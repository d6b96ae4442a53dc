"""What runs by itself for direct reports."""

from typing import Final

from backend.jobs import Job
from canteen.bulletins.direct_reports import services

JOBS: Final = (
    Job("canteen.direct_reports", "向上级平台直报统计数据", cron="*/5 * * * *", run=services.send_due),
)

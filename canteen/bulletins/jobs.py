"""What runs by itself for bulletins."""

from typing import Final

from backend.jobs import Job
from canteen.bulletins import services

JOBS: Final = (
    Job(
        "canteen.bulletin_documents", "生成已发布通报的文件", cron="*/10 * * * *", run=services.print_missing
    ),
)

"""What runs by itself for trays."""

from typing import Final

from backend.jobs import Job
from canteen.waste.trays import services

JOBS: Final = (
    Job("canteen.forget_trays", "清除餐盘与用餐人员的对应", cron="37 3 * * *", run=services.forget_old),
)

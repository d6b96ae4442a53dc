"""What runs by itself for meals by weight."""

from typing import Final

from backend.jobs import Job
from canteen.waste.serving import services

JOBS: Final = (Job("canteen.settle_weighed", "按克计费扣款", cron="*/2 * * * *", run=services.settle_due),)

"""What happens in the store by itself."""

from typing import Final

from backend.jobs import Job
from canteen.purchasing.stock import services

JOBS: Final = [
    Job("canteen.stock_expiry", "提醒临期食材", cron="30 6 * * *", run=services.warn_of_expiry),
]

"""What happens to the kitchen's word on its waste by itself."""

from backend.jobs import Job
from canteen.waste.kitchen import services

JOBS = [
    Job("waste.settle_kitchen", "核对备餐记录与菜盆称重", cron="*/15 * * * *", run=services.settle_all),
]

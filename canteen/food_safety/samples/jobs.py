"""What happens to samples by itself."""

from backend.jobs import Job
from canteen.food_safety.samples import services

JOBS = [
    Job("food_safety.samples_missing", "提醒未留样菜品", cron="*/10 * * * *", run=services.remind_of_missing),
    Job("food_safety.samples_due", "提醒销毁留样", cron="20 14 * * *", run=services.remind_of_due),
]

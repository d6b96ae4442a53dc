"""What happens to the statistics by itself."""

from backend.jobs import Job
from canteen.waste.statistics import services

JOBS = [
    Job("waste.count_diners", "统计用餐人数", cron="*/10 * * * *", run=services.count_diners),
    Job("waste.recount_diners", "复核近期用餐人数", cron="37 2 * * *", run=services.count_again),
]

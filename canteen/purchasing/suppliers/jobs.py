"""What happens to suppliers by itself."""

from backend.jobs import Job
from canteen.purchasing.suppliers import services

JOBS = [
    Job(
        "canteen.remind_of_licences", "提醒供应商证照到期", cron="25 8 * * *", run=services.remind_of_licences
    ),
    Job(
        "canteen.count_suppliers",
        "汇总供应商季度考核",
        cron="20 5 1 * *",
        run=services.count_last_quarter,
    ),
]

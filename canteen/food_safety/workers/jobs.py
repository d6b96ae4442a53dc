"""What happens to workers' records by itself."""

from backend.jobs import Job
from canteen.food_safety.workers import services

JOBS = [
    Job("food_safety.certificates", "提醒健康证到期", cron="10 8 * * *", run=services.remind_of_certificates),
    Job(
        "food_safety.forget_health", "删除到期的晨检健康信息", cron="37 2 * * *", run=services.forget_details
    ),
    Job(
        "food_safety.forget_papers", "删除离岗人员健康证", cron="47 2 * * *", run=services.forget_certificates
    ),
]

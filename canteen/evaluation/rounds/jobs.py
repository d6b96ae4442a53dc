"""What the quarterly evaluation does by itself."""

from backend.jobs import Job
from canteen.evaluation.rounds import services

JOBS = [
    Job("evaluation.remind", "提醒填报评估表", cron="0 9 * * *", run=services.remind),
]

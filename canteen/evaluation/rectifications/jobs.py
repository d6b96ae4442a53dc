"""What happens to rectifications by itself."""

from backend.jobs import Job
from canteen.evaluation.rectifications import services

JOBS = [
    Job("evaluation.remind_of_rectifications", "提醒整改期限", cron="30 8 * * *", run=services.remind),
]

"""What happens to missed meals by itself."""

from backend.jobs import Job
from canteen.pickups.no_shows import services

JOBS = [
    Job("canteen.record_no_shows", "记录未取餐", cron="*/10 * * * *", run=services.record_no_shows),
]

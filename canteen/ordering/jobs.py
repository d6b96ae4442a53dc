"""What ordering does by itself."""

from backend.jobs import Job
from canteen.ordering import services

JOBS = [Job("canteen.freeze_meals", cron="* * * * *", run=services.freeze_due_meals)]

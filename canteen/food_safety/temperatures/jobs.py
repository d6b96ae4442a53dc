"""What happens to temperatures by itself."""

from backend.jobs import Job
from canteen.food_safety.temperatures import services

JOBS = [
    Job(
        "food_safety.temperature_out", "通知冷藏温度异常", cron="*/5 * * * *", run=services.tell_of_excursions
    ),
]

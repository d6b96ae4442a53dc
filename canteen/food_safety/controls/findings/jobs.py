"""What runs by itself for findings."""

from typing import Final

from backend.jobs import Job
from canteen.food_safety.controls.findings import services

JOBS: Final = (Job("canteen.remind_findings", "食品安全整改提醒", cron="10 8 * * *", run=services.remind),)

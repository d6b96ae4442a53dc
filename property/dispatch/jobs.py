"""What the dispatch board does by itself."""

from backend.jobs import Job
from property.dispatch import services

JOBS = (
    Job(
        "property.auto_dispatch",
        "按规则自动派单",
        cron="* * * * *",
        run=services.dispatch_by_rule,
        catches_up=False,
    ),
)

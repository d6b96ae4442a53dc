"""What happens to plans and rounds by itself."""

from backend.jobs import Job
from property.inspections.plans import planning
from property.inspections.rounds import closing

JOBS = [
    Job("property.plan_rounds", "生成巡检单和保养单", cron="*/10 * * * *", run=planning.plan_rounds),
    Job("property.close_rounds", "办结过期的巡检单", cron="*/5 * * * *", run=closing.close_all),
    Job("property.ask_rechecks", "安排维修后的复查", cron="*/5 * * * *", run=closing.ask_rechecks),
]

"""What the accounts do by themselves. Each runs daily, so that a day that was missed is made up for."""

from backend.jobs import Job
from canteen.accounts.grants import services

JOBS = [
    Job("canteen.expire_subsidies", "收回到期餐补", cron="10 0 * * *", run=services.expire_due),
    Job("canteen.grant_subsidies", "发放月度餐补", cron="20 0 * * *", run=services.grant_due),
    Job("canteen.warn_of_expiry", "提醒餐补到期", cron="0 10 * * *", run=services.warn_of_expiry),
]

"""What happens to forecasts by itself."""

from backend.jobs import Job
from canteen.production.forecasts import services

JOBS = [
    Job("canteen.count_attendance", "统计实到人数", cron="*/10 * * * *", run=services.count_attendance),
    Job("canteen.recount_attendance", "复核近期实到人数", cron="47 2 * * *", run=services.count_again),
    Job("canteen.forecast_closed", "截止后预测用餐人数", cron="*/10 * * * *", run=services.forecast_closed),
    Job("canteen.forecast_tomorrow", "预测次日用餐人数", cron="5 16 * * *", run=services.forecast_tomorrow),
    Job("canteen.forecast_week", "预测下周用餐人数", cron="5 9 * * thu", run=services.forecast_week),
]

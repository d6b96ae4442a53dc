"""What happens to the months by itself."""

from backend.jobs import Job
from property.assessments.months import services

# Daily: what could not be opened on the first, and contracts that were registered late, follow.
JOBS = [
    Job("property.open_assessments", "生成上月服务商考核", cron="40 0 * * *", run=services.open_last_month),
    Job("property.measure_assessments", "更新服务商考核数据", cron="10 5 * * *", run=services.refresh_open),
]

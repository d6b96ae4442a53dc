"""What the trail does by itself."""

from backend.audit import services
from backend.jobs import Job

JOBS = [Job("audit.seal", "封存审计记录", cron="*/5 * * * *", run=services.seal)]

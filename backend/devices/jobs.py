"""What happens to devices by itself. Telling of silence knows meals: `backend.flows.silent_devices`."""

from backend.devices import services
from backend.jobs import Job

JOBS = [
    Job("devices.forget_nonces", "清理设备请求随机数", cron="7 * * * *", run=services.forget_nonces),
]

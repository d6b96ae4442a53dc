"""What notifications do by themselves."""

from backend.jobs import Job
from backend.notifications import services
from backend.notifications.calls import services as calls
from backend.notifications.delivery import services as delivery
from backend.notifications.subscriptions import services as subscriptions


def escalate_calls() -> None:
    """Ask the next people of urgent calls, and let it go out at once."""
    if calls.escalate_due():
        delivery.deliver_due()


JOBS = [
    Job("notifications.deliver", "发送通知", cron="* * * * *", run=delivery.deliver_due),
    Job("notifications.escalate_calls", "紧急呼叫逐级上呼", cron="* * * * *", run=escalate_calls),
    Job(
        "notifications.apply_subscription_events",
        "登记微信订阅变动",
        cron="* * * * *",
        run=subscriptions.apply_events,
    ),
    Job(
        "notifications.forget_old",
        "清理过期消息",
        cron="47 3 * * *",
        run=services.forget_old,
        catches_up=False,
    ),
]

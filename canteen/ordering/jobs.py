"""What ordering does by itself."""

from backend.jobs import Job
from canteen.ordering import services
from canteen.ordering.reminders import services as reminders
from canteen.ordering.standing import services as standing

JOBS = [
    Job("canteen.freeze_meals", "截止订餐并生成备餐单", cron="* * * * *", run=services.freeze_due_meals),
    Job("canteen.remind_of_pickups", "提醒取餐", cron="* * * * *", run=reminders.remind_of_pickups),
    Job(
        "canteen.place_standing_orders",
        "按固定订餐下单",
        cron="*/5 * * * *",
        run=standing.place_standing_orders,
    ),
    Job("canteen.announce_menus", "通知新菜单", cron="*/5 * * * *", run=reminders.announce_menus),
]

"""The first page: what needs attention today, and how it goes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from backend import clock, jobs
from backend.actor import Actor, Permission
from backend.dates import day_text
from backend.devices import queries as device_queries
from backend.jobs import FiringState
from backend.rules.registry import Place
from canteen.menu.models import MealState, Period
from canteen.menu.queries import CanteenChoice
from canteen.menu.titles import MEAL_STATE_NAMES, PERIOD_NAMES
from canteen.ordering import monitoring
from canteen.ordering.monitoring import MealCounts
from canteen.waste.statistics import attention as weighing
from console import attention, scope
from console.attention import Task
from console.meals import MEAL_TONES
from console.pages import page, pages, render

blueprint = pages("console_home", __name__)

_SOON = timedelta(hours=3)
_PAST = timedelta(days=20)
_A_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@page(blueprint, "/", permission=Permission.SELF)
def home(actor: Actor) -> str:
    """What needs attention, and the figures of today and the last weeks."""
    canteen, now = scope.of(actor).canteen, clock.now()
    meals: list[MealCounts] = []
    past: list[monitoring.Attended] = []
    lines = [
        *attention.of_property(actor),
        *attention.of_feedback(actor),
        *attention.of_meetings(actor),
        *attention.of_publicity(actor),
        *attention.of_reviews(actor),
        *attention.of_administration(actor),
    ]
    first: list[Task] = []
    if canteen is not None and scope.covers(actor, Permission.CANTEEN_READ):
        today = clock.today()
        ahead = monitoring.meals_between(
            actor, canteen_id=canteen.id, from_on=today, until_on=today + _WEEK + timedelta(days=6)
        )
        meals = [meal for meal in ahead if meal.served_on <= today + _A_DAY and meal.state != MealState.DRAFT]
        past = monitoring.attendance(actor, canteen_id=canteen.id, from_on=today - _PAST, until_on=today)
        lines = [*attention.of_canteen(actor, canteen.id), *lines]
        first = [*_of_canteen(actor, canteen.id, ahead, now), *_of_weighing(actor, canteen)]
    if canteen is not None and scope.covers(actor, Permission.SAFETY_READ):
        lines = [*attention.of_food_safety(actor, canteen.id), *lines]
    if canteen is not None and scope.covers(actor, Permission.PURCHASING_READ):
        lines = [*attention.of_stock(canteen.id), *attention.of_purchasing(actor), *lines]
    tasks = [*first, *attention.tasks(lines), *_of_jobs(actor, now)]
    return render(
        "home.html",
        tasks=tasks,
        meals=meals,
        today=clock.today(),
        days=_totals(past),
        period_names=PERIOD_NAMES,
        meal_state_names=MEAL_STATE_NAMES,
        meal_tones=MEAL_TONES,
    )


def _of_canteen(actor: Actor, canteen_id: int, ahead: list[MealCounts], now: datetime) -> Iterator[Task]:
    for meal in ahead:
        closes_at = meal.order_closes_at
        if meal.state == MealState.PUBLISHED and closes_at is not None and now < closes_at <= now + _SOON:
            text = f"{_name(meal)}将于 {clock.local(closes_at):%H:%M} 截止订餐，现有 {meal.ordered} 单"
            path = f"/console/canteen/orders?date={meal.served_on}&period={meal.period}"
            yield Task(text, path, "blue", "clock")
    for dish in monitoring.running_out(actor, canteen_id=canteen_id, now=now)[:8]:
        left = f"只剩 {dish.left} 份" if dish.left > 0 else "已订完"
        text = f"{_day(dish.served_on)}{PERIOD_NAMES[Period(dish.period)]}“{dish.dish}”{left}"
        yield Task(text, f"/console/canteen/menus?week={dish.served_on}", "yellow", "alert-triangle")
    drafts = [meal for meal in ahead if meal.state == MealState.DRAFT]
    if drafts:
        text = f"未来两周有 {len(drafts)} 个餐次的菜单还是草稿，尚未发布"
        yield Task(text, f"/console/canteen/menus?week={drafts[0].served_on}", "yellow", "calendar-week")


def _of_weighing(actor: Actor, canteen: CanteenChoice) -> Iterator[Task]:
    silent = device_queries.silent_among([Place(canteen.id, canteen.name, canteen.campus_id)])
    if silent:
        text = f"{len(silent)} 台称重设备无响应：{'、'.join(each.name for each in silent[:3])}"
        path = "/console/devices" if actor.can(Permission.DEVICES_MANAGE) else "/console/canteen/waste"
        yield Task(text, path, "red", "scale-off")
    waiting = weighing.attention_of(canteen.id)
    if waiting.quarantined:
        text = f"{waiting.quarantined} 条称重待核实"
        path = "/console/canteen/waste/weighings/quarantine"
        yield Task(
            text, path if actor.can(Permission.WASTE_MANAGE) else "/console/canteen/waste", "yellow", "scale"
        )
    if waiting.objected and scope.covers(actor, Permission.CANTEEN_MANAGE):
        text = f"{waiting.objected} 条称重用餐异议待答复"
        yield Task(text, "/console/canteen/weighed-meals", "blue", "scale")
    if waiting.unmeasured:
        yesterday = clock.today() - _A_DAY
        days = f"from_date={yesterday - timedelta(days=weighing.DAYS - 1)}&until_date={yesterday}"
        text = f"近 {weighing.DAYS} 天有 {waiting.unmeasured} 个餐次没有称重"
        yield Task(text, f"/console/canteen/waste/unmeasured?{days}", "blue", "scale")


def _of_jobs(actor: Actor, now: datetime) -> Iterator[Task]:
    if actor.reach(Permission.JOBS_READ).everywhere:
        failed = sum(each.count for each in jobs.tally(now - _A_DAY) if each.state is FiringState.FAILED)
        if failed:
            yield Task(f"24 小时内有 {failed} 次定时任务失败", "/console/jobs", "red", "clock-play")


def _name(meal: MealCounts) -> str:
    return f"{_day(meal.served_on)}{PERIOD_NAMES[Period(meal.period)]}"


def _day(served_on: date) -> str:
    near = {clock.today(): "今天", clock.today() + _A_DAY: "明天"}
    return near.get(served_on, day_text(served_on))


def _totals(past: list[monitoring.Attended]) -> list[tuple[str, int]]:
    """Orders by day, over all periods."""
    days: dict[str, int] = {}
    for row in past:
        label = row.served_on.strftime("%m-%d")
        days[label] = days.get(label, 0) + row.ordered
    return list(days.items())
